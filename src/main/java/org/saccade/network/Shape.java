package org.saccade.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The extents of a tensor.
 *
 * <p>For an activation it never contains the batch axis: an image activation is {@code [C, H, W]},
 * a vector is {@code [C]}, a text activation {@code [C, L]}, a video activation {@code [C, T, H,
 * W]}. For a weight it is the whole shape, e.g. {@code [O, I / groups, kH, kW]}.
 *
 * @param dims the extents, outermost first; none is negative
 */
public record Shape(List<Integer> dims) {

  /**
   * @throws IllegalArgumentException if an extent is negative, or there are more elements than an
   *     array can hold
   */
  public Shape {
    dims = List.copyOf(dims);
    long size = 1;
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("a shape has no negative extents, found " + dims);
      }
      size *= dim;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a shape has at most %d elements, found %s".formatted(Integer.MAX_VALUE, dims));
      }
    }
  }

  public static Shape of(int... dims) {
    return new Shape(Arrays.stream(dims).boxed().toList());
  }

  public int rank() {
    return dims.size();
  }

  public int dim(int axis) {
    return dims.get(axis);
  }

  /** Number of elements; 1 for a scalar. */
  public int size() {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    return size;
  }

  /** Extent of axis 0, which is the channel axis of an activation. */
  public int channels() {
    return dims.get(0);
  }

  /**
   * The shape without its channel axis: {@code [H, W]} of {@code [C, H, W]}, empty for a vector.
   */
  public Shape spatial() {
    return new Shape(dims.subList(1, dims.size()));
  }

  /** This shape with one axis replaced. */
  public Shape with(int axis, int dim) {
    List<Integer> changed = new ArrayList<>(dims);
    changed.set(axis, dim);
    return new Shape(changed);
  }

  /** This shape with an axis put in front, e.g. a channel axis before spatial ones. */
  public Shape prepend(int dim) {
    List<Integer> longer = new ArrayList<>(dims.size() + 1);
    longer.add(dim);
    longer.addAll(dims);
    return new Shape(longer);
  }

  public int[] toArray() {
    return dims.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A scalar-free list of {@code n} equal extents, as strides, kernels and paddings often are. */
  public static List<Integer> repeat(int value, int n) {
    return Collections.nCopies(n, value);
  }

  @Override
  public String toString() {
    return dims.toString();
  }
}
