package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The heaviest weights of each output of a projection that reads single cells, heaviest first:
 * where the values have a known bound, the largest product is soon found among them. Found out when
 * an output is first asked about; safe for use by any number of threads.
 *
 * <p>All lie in one array, since following references takes longer than a search.
 */
final class HeaviestWeights {
  /**
   * Enough that 99 of 100 searches end before the last in MobileNetV2; half end before the 32nd.
   */
  private static final int MOST = 256;

  /** What a search answers that did not come to an end. */
  static final int UNDECIDED = -1;

  private final float[] filters;
  private final int inputs;
  private final int stride;
  private final boolean positiveOnly;
  private final int room;

  /**
   * Per output, input channels in the upper half of each entry and bits of weights in the lower.
   */
  private final long[] entries;

  /** Per output, magnitude of the heaviest weight that is left out. */
  private final float[] rest;

  /** Per output, one more than the number of its entries; 0 until they are known. */
  private final AtomicIntegerArray known;

  /**
   * @param inputs number of input channels that an output reads
   * @param stride distance of their weights within a filter
   * @param outputs number of output channels
   * @param positiveOnly whether other weights cannot make the largest product
   */
  HeaviestWeights(float[] filters, int inputs, int stride, int outputs, boolean positiveOnly) {
    this.filters = filters;
    this.inputs = inputs;
    this.stride = stride;
    this.positiveOnly = positiveOnly;
    this.room = Math.min(MOST, inputs);
    this.entries = new long[outputs * room];
    this.rest = new float[outputs];
    this.known = new AtomicIntegerArray(outputs);
  }

  /**
   * The first input channel with the largest product of weight and value, provided that it is
   * positive.
   *
   * @param output the output channel
   * @param filter where its filter begins
   * @param values what the projection reads
   * @param cell where the value of the first channel lies
   * @param plane distance of neighbouring channels
   * @param largest a bound for the magnitude of these values
   * @return the channel, or {@link #UNDECIDED} if it may be one that is left out
   */
  int strongest(int output, int filter, FloatBuffer values, int cell, int plane, float largest) {
    int best = UNDECIDED;
    float most = 0;
    int start = output * room;
    int end = start + count(output, filter);
    for (int e = start; e < end; e++) {
      long entry = entries[e];
      float weight = Float.intBitsToFloat((int) entry);
      if (largest * Math.abs(weight) < most) {
        return best;
      }
      int channel = (int) (entry >>> Integer.SIZE);
      float product = values.get(cell + channel * plane) * weight;
      if (product > most || (product == most && channel < best)) {
        most = product;
        best = channel;
      }
    }
    return largest * rest[output] < most ? best : UNDECIDED;
  }

  private int count(int output, int filter) {
    int count = known.get(output) - 1;
    // Threads that get here at once write the same numbers.
    return count < 0 ? find(output, filter) : count;
  }

  private int find(int output, int filter) {
    long[] order = new long[inputs];
    int count = 0;
    for (int c = 0; c < inputs; c++) {
      float weight = filters[filter + c * stride];
      if (weight > 0 || (weight < 0 && !positiveOnly)) {
        // Magnitudes, which are not negative, are ordered as their bits are.
        long magnitude = Float.floatToRawIntBits(Math.abs(weight));
        order[count++] = -magnitude << Integer.SIZE | c;
      }
    }
    Arrays.sort(order, 0, count);
    int kept = Math.min(count, room);
    for (int k = 0; k < kept; k++) {
      int channel = (int) order[k];
      int bits = Float.floatToRawIntBits(filters[filter + channel * stride]);
      entries[output * room + k] = (long) channel << Integer.SIZE | Integer.toUnsignedLong(bits);
    }
    rest[output] = kept < count ? Math.abs(filters[filter + (int) order[kept] * stride]) : 0;
    known.set(output, kept + 1);
    return kept;
  }
}
