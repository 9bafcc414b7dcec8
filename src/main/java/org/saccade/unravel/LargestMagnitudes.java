package org.saccade.unravel;

import java.nio.FloatBuffer;

/** How large, over all channels of a projection's input, an image's values are at each position. */
final class LargestMagnitudes {
  /** About how many values are taken at a time: only long loops are worth vector instructions. */
  private static final int BLOCK = 1024;

  private final float[] largest;

  /**
   * Finds them.
   *
   * @param source the projection's input for the whole batch
   * @param start where the first plane of the image begins
   */
  LargestMagnitudes(FloatBuffer source, Projection projection, int start) {
    largest = new float[projection.channelStride()];
    int size = projection.inputsPerGroup() * largest.length;
    // As many planes as make up a block, one after the other, and the largest at each place so far.
    float[] block = new float[largest.length * Math.max(1, BLOCK / largest.length)];
    float[] raised = new float[block.length];
    for (int from = 0; from < size; from += block.length) {
      int count = Math.min(block.length, size - from);
      source.get(start + from, block, 0, count);
      raise(raised, block, count);
    }
    for (int plane = 0; plane < raised.length; plane += largest.length) {
      for (int p = 0; p < largest.length; p++) {
        largest[p] = Math.max(largest[p], raised[plane + p]);
      }
    }
  }

  /** The compiler makes vector instructions where both arrays are read at the same index. */
  private static void raise(float[] raised, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      raised[i] = Math.max(raised[i], Math.abs(values[i]));
    }
  }

  /** The largest magnitude at a position. */
  float at(int position) {
    return largest[position];
  }
}
