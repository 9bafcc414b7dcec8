package org.saccade.job.explain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.UnreadableImageException;
import org.saccade.image.DecodeOptions;
import org.saccade.image.Geometry;
import org.saccade.image.ImageDecoder;
import org.saccade.image.ImageException;
import org.saccade.image.PixelImage;
import org.saccade.image.Preprocessor;

/** From a reference to the crops a network reads: reads, hashes, decodes, resizes, normalizes. */
public final class ImageLoader implements AutoCloseable {
  private final ImageReader reader;
  private final DecodeOptions decoding;
  private final Preprocessor preprocessor;

  public ImageLoader(ImageReader reader, DecodeOptions decoding, Preprocessor preprocessor) {
    this.reader = reader;
    this.decoding = decoding;
    this.preprocessor = preprocessor;
  }

  /**
   * An image on its way to the network.
   *
   * @param content what was read
   * @param status ok, or why there are no crops
   * @param millis time taken
   */
  record LoadedImage(
      ImageReference image, Explanation.Content content, Explanation.Status status, double millis) {
    boolean usable() {
      return status.equals(Explanation.Status.OK);
    }
  }

  /**
   * Loads an image and writes its crops into a batch. Whatever is wrong with the file becomes a
   * status.
   *
   * @param batch receives {@link Preprocessor#size} floats from {@code offset} on, unless the image
   *     is not usable
   */
  public LoadedImage load(ImageReference image, float[] batch, int offset) {
    long start = System.nanoTime();
    Optional<String> sha256 = Optional.empty();
    List<Geometry> geometries = List.of();
    Explanation.Status status;
    try {
      byte[] bytes = reader.read(image);
      sha256 = Optional.of(sha256(bytes));
      PixelImage pixels = ImageDecoder.decode(bytes, decoding);
      geometries = preprocessor.prepare(pixels, batch, offset);
      status = Explanation.Status.OK;
    } catch (ImageException e) {
      status = Explanation.Status.error(e.fault().name(), e.getMessage());
    } catch (UnreadableImageException e) {
      status = Explanation.Status.error(e.fault().name(), e.getMessage());
    }
    return new LoadedImage(
        image,
        new Explanation.Content(sha256, geometries),
        status,
        (System.nanoTime() - start) / 1e6);
  }

  /** Lets go of the archive that is open. */
  @Override
  public void close() {
    reader.close();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
