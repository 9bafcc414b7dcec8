package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * What a projection reads of one image, brought from native memory into an array, and how large it
 * is at each position.
 */
final class ImagePlanes {
  /** About how many cells are compared at a time. */
  private static final int LANES = 1024;

  private final FloatBuffer source;
  private final Scratch scratch;
  private final int channels;
  private final int plane;
  private int start;
  private float[] largest = new float[0];
  private float[] lanes = new float[0];
  private float[] values = new float[0];

  /**
   * @param source the projection's input for the whole batch
   * @param scratch not to be used by others while these planes are
   */
  ImagePlanes(FloatBuffer source, Projection projection, Scratch scratch) {
    this.source = source;
    this.scratch = scratch;
    this.channels = projection.inputsPerGroup();
    this.plane = projection.channelStride();
  }

  /**
   * Copies an image's planes.
   *
   * @param start where they begin
   */
  void copy(int start) {
    this.start = start;
    values = scratch.floats(channels * plane);
    source.get(start, values, 0, channels * plane);
  }

  /**
   * Finds the largest magnitude at every position, going over several planes at a time: only long
   * loops are worth vector instructions.
   */
  void findLargest() {
    if (largest.length == 0) {
      // Most layers read too few cells for this, and planes may be large.
      largest = new float[plane];
      lanes = new float[plane * Math.max(1, LANES / plane)];
    }
    Arrays.fill(lanes, 0);
    int end = channels * plane;
    for (int from = 0; from < end; from += lanes.length) {
      raise(lanes, values, from, Math.min(lanes.length, end - from));
    }
    Arrays.fill(largest, 0);
    for (int lane = 0; lane < lanes.length; lane++) {
      largest[lane % plane] = Math.max(largest[lane % plane], lanes[lane]);
    }
  }

  private static void raise(float[] lanes, float[] values, int from, int count) {
    for (int i = 0; i < count; i++) {
      lanes[i] = Math.max(lanes[i], Math.abs(values[from + i]));
    }
  }

  /** {@code [channels, plane]}, valid until the next call of {@link #copy}. */
  float[] values() {
    return values;
  }

  /** Where the planes that were copied begin in the source. */
  int start() {
    return start;
  }

  /** The largest magnitude at a position, once {@link #findLargest} has found it. */
  float largest(int position) {
    return largest[position];
  }
}
