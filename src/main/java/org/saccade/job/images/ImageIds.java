package org.saccade.job.images;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Hashes of image ids. */
public final class ImageIds {
  private static final int DIGEST_BYTES = 16;
  private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(8 * DIGEST_BYTES);
  private static final double TWO_TO_THE_64 = 0x1p64;

  private ImageIds() {}

  /** Where an id falls between 0 and 1, as good as uniformly: the same in every set. */
  static double position(String imageId) {
    long bits = ByteBuffer.wrap(sha256(imageId)).getLong();
    double unsigned = bits >= 0 ? bits : bits + TWO_TO_THE_64;
    return unsigned / TWO_TO_THE_64;
  }

  /**
   * The digest of a set of one image. Digests of sets add up, whatever the order: that is what
   * allows tasks to make them.
   */
  static BigInteger digest(String imageId) {
    return new BigInteger(1, Arrays.copyOf(sha256(imageId), DIGEST_BYTES));
  }

  /** The digest of two sets together. */
  public static BigInteger together(BigInteger one, BigInteger other) {
    return one.add(other).mod(MODULUS);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
