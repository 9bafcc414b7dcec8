package org.saccade.audit;

import java.util.Arrays;
import org.saccade.image.PixelImage;
import org.saccade.image.Resampling;

/**
 * What a picture looks like, coarsely: a perceptual hash and a thumbnail. Two pictures are near
 * duplicates when both agree; the hash alone takes pictures for equal that share a composition.
 *
 * <p>The hash has a bit for each low frequency of a 32 x 32 grey copy, set where its coefficient is
 * above their median; the constant term is left out. It is the pHash of Zauner (2010).
 */
final class Fingerprint {
  private static final int SIDE = 32;
  private static final int LOW = 8;

  /** Bits of the hash that recompression, resizing and small retouches change, at most. */
  private static final int MOST_BITS = 8;

  /** Root mean square difference of thumbnails, in grey levels. */
  private static final double MOST_LEVELS = 6;

  private static final double[][] COSINES = new double[LOW][SIDE];

  static {
    for (int u = 0; u < LOW; u++) {
      for (int x = 0; x < SIDE; x++) {
        COSINES[u][x] = Math.cos(Math.PI * u * (2 * x + 1) / (2 * SIDE));
      }
    }
  }

  private final long hash;

  /** {@code 8 x 8} RGB. */
  private final byte[] thumbnail;

  private Fingerprint(long hash, byte[] thumbnail) {
    this.hash = hash;
    this.thumbnail = thumbnail;
  }

  static Fingerprint of(PixelImage picture) {
    PixelImage small = Resampling.BILINEAR.resize(picture, SIDE, SIDE);
    return new Fingerprint(hash(luma(small)), Resampling.BILINEAR.resize(small, LOW, LOW).rgb());
  }

  boolean nearlyEquals(Fingerprint other) {
    return Long.bitCount(hash ^ other.hash) <= MOST_BITS && difference(other) <= MOST_LEVELS;
  }

  private double difference(Fingerprint other) {
    double sum = 0;
    for (int i = 0; i < thumbnail.length; i++) {
      double d = Byte.toUnsignedInt(thumbnail[i]) - Byte.toUnsignedInt(other.thumbnail[i]);
      sum += d * d;
    }
    return Math.sqrt(sum / thumbnail.length);
  }

  private static double[][] luma(PixelImage image) {
    double[][] grey = new double[SIDE][SIDE];
    byte[] rgb = image.rgb();
    for (int i = 0; i < SIDE * SIDE; i++) {
      grey[i / SIDE][i % SIDE] =
          0.299 * Byte.toUnsignedInt(rgb[3 * i])
              + 0.587 * Byte.toUnsignedInt(rgb[3 * i + 1])
              + 0.114 * Byte.toUnsignedInt(rgb[3 * i + 2]);
    }
    return grey;
  }

  private static long hash(double[][] grey) {
    double[] frequencies = new double[LOW * LOW];
    for (int v = 0; v < LOW; v++) {
      for (int u = 0; u < LOW; u++) {
        double sum = 0;
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            sum += grey[y][x] * COSINES[u][x] * COSINES[v][y];
          }
        }
        frequencies[v * LOW + u] = sum;
      }
    }
    double[] ascending = Arrays.copyOfRange(frequencies, 1, frequencies.length);
    Arrays.sort(ascending);
    double median = ascending[ascending.length / 2];
    long bits = 0;
    for (int i = 1; i < frequencies.length; i++) {
      if (frequencies[i] > median) {
        bits |= 1L << i;
      }
    }
    return bits;
  }
}
