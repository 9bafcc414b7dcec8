package org.saccade.unravel;

import org.saccade.network.Shape;

/**
 * Weighted cells of one tensor {@code [C, spatial...]}, without duplicates, in ascending order of
 * position and then channel.
 */
public final class Points {
  private final Shape shape;
  private final int[] cells;
  private final float[] weights;
  private final int axes;
  private final float[] offsets;

  /**
   * @param axes number of spatial axes along which offsets are kept
   * @param offsets {@code [points, axes]}, from the middle of the cell, in cells
   */
  Points(Shape shape, int[] cells, float[] weights, int axes, float[] offsets) {
    this.shape = shape;
    this.cells = cells;
    this.weights = weights;
    this.axes = axes;
    this.offsets = offsets;
  }

  /** Shape of the tensor that the cells belong to. */
  public Shape shape() {
    return shape;
  }

  public int size() {
    return cells.length;
  }

  /** Row-major index of point {@code i} into {@link #shape}. */
  public int cell(int i) {
    return cells[i];
  }

  /** Weight of point {@code i}, positive; 1 throughout in the reference profile. */
  public float weight(int i) {
    return weights[i];
  }

  /**
   * Index of point {@code i} along an axis of {@link #shape}; axis 0 is the channel.
   *
   * @param axis 0 to rank - 1
   */
  public int index(int i, int axis) {
    int inner = 1;
    for (int later = axis + 1; later < shape.rank(); later++) {
      inner *= shape.dim(later);
    }
    return cells[i] / inner % shape.dim(axis);
  }

  /**
   * Position of point {@code i} along a spatial axis, in cells of this tensor, the middle of cell
   * {@code p} being {@code p}. At the network's input cells are pixels. The default profile keeps
   * fractions of a cell, so that the position is exact under any number of strides; in the
   * reference profile it is {@link #index}.
   *
   * @param axis 0 for the first spatial axis: y of an image
   */
  public float coordinate(int i, int axis) {
    float offset = axes == 0 ? 0 : offsets[i * axes + axis];
    return index(i, axis + 1) + offset;
  }
}
