package org.saccade.unravel;

import java.util.Arrays;

/**
 * A row of values in bands of falling magnitude, for asking many filters which of the products with
 * them is largest: the search ends as soon as no value left can beat what was found, mostly in the
 * first or second band, which hold a few percent of the row. Bands are filled when first needed.
 */
final class LargestFirst {
  /** Each but the last goes down to half of where it begins; the last holds all the rest. */
  private static final int BANDS = 5;

  /** A factor of two in the bits of a floating-point number. */
  private static final int DOUBLING = 1 << 23;

  private final float[] row;

  /** Magnitudes as bits, which have the order of the numbers and count NaN as largest. */
  private final int[] magnitudes;

  private final int largest;
  private final int[][] bands = new int[BANDS][];

  /**
   * Keeps the row.
   *
   * @param row not to be changed while this is in use
   */
  LargestFirst(float[] row) {
    this.row = row;
    this.magnitudes = new int[row.length];
    int most = 0;
    for (int c = 0; c < row.length; c++) {
      magnitudes[c] = Float.floatToRawIntBits(row[c]) & Integer.MAX_VALUE;
      most = Math.max(most, magnitudes[c]);
    }
    this.largest = most;
  }

  /**
   * Index of the value whose product with its weight is largest; the first of equal ones.
   *
   * @param filter where the weights begin
   * @param stride distance of neighbouring weights
   * @param largestWeight the largest absolute weight
   */
  int strongest(float[] filters, int filter, int stride, float largestWeight) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int b = 0; b < BANDS && !(most > upper(b) * largestWeight); b++) {
      for (int c : band(b)) {
        float product = row[c] * filters[filter + c * stride];
        if (product > most || (product == most && c < best)) {
          most = product;
          best = c;
        }
      }
    }
    return best;
  }

  private float upper(int b) {
    return Float.intBitsToFloat(upperBits(b));
  }

  private int upperBits(int b) {
    return Math.max(0, largest - b * DOUBLING);
  }

  private int[] band(int b) {
    if (bands[b] == null) {
      int from = b == BANDS - 1 ? -1 : Math.max(-1, upperBits(b + 1));
      int to = upperBits(b);
      int[] found = new int[row.length];
      int count = 0;
      for (int c = 0; c < magnitudes.length; c++) {
        // Signs instead of a branch, which nobody could predict: 1 if from < magnitude <= to.
        found[count] = c;
        count += ((from - magnitudes[c]) & (magnitudes[c] - to - 1)) >>> (Integer.SIZE - 1);
        if (count == found.length) {
          break;
        }
      }
      bands[b] = Arrays.copyOf(found, count);
    }
    return bands[b];
  }
}
