package org.saccade.unravel;

import java.nio.FloatBuffer;

/** What a projection reads of one image, brought from native memory into an array. */
final class ImagePlanes {
  private final FloatBuffer source;
  private final Scratch scratch;
  private final int size;
  private int start;
  private float[] values = new float[0];

  /**
   * @param source the projection's input for the whole batch
   * @param scratch not to be used by others while these planes are
   */
  ImagePlanes(FloatBuffer source, Projection projection, Scratch scratch) {
    this.source = source;
    this.scratch = scratch;
    this.size = projection.inputsPerGroup() * projection.channelStride();
  }

  /**
   * Copies an image's planes.
   *
   * @param start where they begin
   */
  void copy(int start) {
    this.start = start;
    values = scratch.floats(size);
    source.get(start, values, 0, size);
  }

  /** {@code [channels, plane]}, valid until the next call of {@link #copy}. */
  float[] values() {
    return values;
  }

  /** Where the planes that were copied begin in the source. */
  int start() {
    return start;
  }
}
