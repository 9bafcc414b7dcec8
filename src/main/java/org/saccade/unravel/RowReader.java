package org.saccade.unravel;

import java.nio.FloatBuffer;

/**
 * What all channels together contribute at one position: a row of a linear layer's input, or the
 * sums of a classifier's over all of space. Points of the same image and position one after the
 * other share the row.
 */
final class RowReader {
  private final FloatBuffer source;
  private final int[] images;
  private final Projection projection;
  private final float[] values;
  private int image = -1;
  private int position = -1;

  /**
   * @param source the projection's input for the whole batch
   * @param images index in the batch of each walk's image
   */
  RowReader(FloatBuffer source, int[] images, Projection projection) {
    this.source = source;
    this.images = images;
    this.projection = projection;
    this.values = new float[projection.inputsPerGroup()];
  }

  /** The row under a point, valid until the next call. */
  float[] of(Frontier points, int i) {
    if (images[points.walk(i)] == image && points.position(i) == position) {
      return values;
    }
    image = images[points.walk(i)];
    position = points.position(i);
    int base = image * projection.inputSize();
    if (projection.readsRow()) {
      source.get(base + position * projection.positionStride(), values);
      return values;
    }
    int[] positions = new int[projection.footprint().largest()];
    int count = projection.footprint().read(position, positions, new int[positions.length]);
    for (int c = 0; c < values.length; c++) {
      float sum = 0;
      for (int j = 0; j < count; j++) {
        sum += source.get(base + c * projection.channelStride() + positions[j]);
      }
      values[c] = sum;
    }
    return values;
  }
}
