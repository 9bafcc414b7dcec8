package org.saccade.unravel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What is worth knowing of the weights of each output of a projection that reads single cells,
 * found out when an output is first asked about. Safe for use by any number of threads.
 */
final class WeightIndex {
  private final float[] filters;
  private final int inputs;
  private final int stride;
  private final float[] largest;
  private final AtomicReferenceArray<int[]> positive;
  private final AtomicReference<HeaviestWeights> heaviest = new AtomicReference<>();

  /**
   * @param inputs number of input channels that an output reads
   * @param stride distance of their weights within a filter
   * @param outputs number of output channels
   */
  WeightIndex(float[] filters, int inputs, int stride, int outputs) {
    this.filters = filters;
    this.inputs = inputs;
    this.stride = stride;
    this.largest = new float[outputs];
    this.positive = new AtomicReferenceArray<>(outputs);
  }

  /**
   * The largest absolute weight of an output.
   *
   * @param filter where its filter begins
   */
  float largest(int output, int filter) {
    // Threads that get here at once find the same number.
    if (largest[output] == 0) {
      float most = 0;
      for (int c = 0; c < inputs; c++) {
        most = Math.max(most, Math.abs(filters[filter + c * stride]));
      }
      largest[output] = most;
    }
    return largest[output];
  }

  /**
   * The input channels with a positive weight for an output, ascending, counted from the first of
   * its group.
   *
   * @param filter where its filter begins
   */
  int[] positive(int output, int filter) {
    int[] known = positive.get(output);
    if (known != null) {
      return known;
    }
    int[] found = new int[inputs];
    int count = 0;
    for (int c = 0; c < inputs; c++) {
      if (filters[filter + c * stride] > 0) {
        found[count++] = c;
      }
    }
    found = Arrays.copyOf(found, count);
    positive.set(output, found);
    return found;
  }

  /**
   * The heaviest weights of all outputs.
   *
   * @param positiveOnly whether other weights are left out; the same in every call
   */
  HeaviestWeights heaviest(boolean positiveOnly) {
    HeaviestWeights made = heaviest.get();
    if (made == null) {
      made = new HeaviestWeights(filters, inputs, stride, largest.length, positiveOnly);
      if (!heaviest.compareAndSet(null, made)) {
        made = heaviest.get();
      }
    }
    return made;
  }
}
