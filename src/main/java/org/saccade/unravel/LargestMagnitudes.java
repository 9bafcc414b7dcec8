package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** How large, over all channels of a projection's input, an image's values are at each position. */
final class LargestMagnitudes {
  /** About how many values are taken at a time: only long loops are worth vector instructions. */
  private static final int BLOCK = 1024;

  private final FloatBuffer source;
  private final int size;
  private final float[] largest;

  /** As many planes as make up a block, one after the other. */
  private final float[] block;

  /** The largest so far at each place of a block. */
  private final float[] raised;

  /**
   * @param source the projection's input for the whole batch
   */
  LargestMagnitudes(FloatBuffer source, Projection projection) {
    int plane = projection.channelStride();
    this.source = source;
    this.size = projection.inputsPerGroup() * plane;
    this.largest = new float[plane];
    this.block = new float[plane * Math.max(1, BLOCK / plane)];
    this.raised = new float[block.length];
  }

  /**
   * Finds those of one image.
   *
   * @param start where its first plane begins
   */
  void find(int start) {
    Arrays.fill(raised, 0);
    for (int from = 0; from < size; from += block.length) {
      int count = Math.min(block.length, size - from);
      // The compiler makes vector instructions where both arrays are read at the same index.
      source.get(start + from, block, 0, count);
      for (int i = 0; i < count; i++) {
        raised[i] = Math.max(raised[i], Math.abs(block[i]));
      }
    }
    Arrays.fill(largest, 0);
    for (int plane = 0; plane < raised.length; plane += largest.length) {
      for (int p = 0; p < largest.length; p++) {
        largest[p] = Math.max(largest[p], raised[plane + p]);
      }
    }
  }

  /** The largest magnitude at a position of the image asked about last. */
  float at(int position) {
    return largest[position];
  }
}
