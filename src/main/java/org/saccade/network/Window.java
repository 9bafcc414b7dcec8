package org.saccade.network;

import java.util.List;

/**
 * The sliding window of a convolution or pooling: one entry per spatial axis, in cells of the
 * layer's input.
 *
 * @param kernel extent of the window, before dilation
 * @param stride step from one output cell to the next
 * @param dilation distance between neighbouring taps; 1 is a dense window
 * @param padBefore cells of padding before the first input cell
 * @param padAfter cells of padding after the last input cell
 */
public record Window(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> dilation,
    List<Integer> padBefore,
    List<Integer> padAfter) {

  /**
   * @throws IllegalArgumentException if the lists differ in length, a kernel, stride or dilation is
   *     below 1, or a padding is negative
   */
  public Window {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    dilation = List.copyOf(dilation);
    padBefore = List.copyOf(padBefore);
    padAfter = List.copyOf(padAfter);
    int axes = kernel.size();
    if (stride.size() != axes
        || dilation.size() != axes
        || padBefore.size() != axes
        || padAfter.size() != axes) {
      throw new IllegalArgumentException(
          ("a window has one kernel, stride, dilation and padding per spatial axis,"
                  + " found kernel %s, stride %s, dilation %s, padding %s and %s")
              .formatted(kernel, stride, dilation, padBefore, padAfter));
    }
    for (int axis = 0; axis < axes; axis++) {
      if (kernel.get(axis) < 1 || stride.get(axis) < 1 || dilation.get(axis) < 1) {
        throw new IllegalArgumentException(
            "kernel, stride and dilation are at least 1, found kernel %s, stride %s, dilation %s"
                .formatted(kernel, stride, dilation));
      }
      if (padBefore.get(axis) < 0 || padAfter.get(axis) < 0) {
        throw new IllegalArgumentException(
            "padding is not negative, found %s and %s".formatted(padBefore, padAfter));
      }
    }
  }

  /** A dense window with the same padding on both sides. */
  public static Window of(List<Integer> kernel, List<Integer> stride, List<Integer> padding) {
    return new Window(kernel, stride, Shape.repeat(1, kernel.size()), padding, padding);
  }

  /** A dense square window over two spatial axes. */
  public static Window square(int kernel, int stride, int padding) {
    return of(Shape.repeat(kernel, 2), Shape.repeat(stride, 2), Shape.repeat(padding, 2));
  }

  public int axes() {
    return kernel.size();
  }

  /** Cells from the first to the last tap along an axis, both included. */
  public int reach(int axis) {
    return (kernel.get(axis) - 1) * dilation.get(axis) + 1;
  }

  /** Whether any axis is padded. */
  public boolean padded() {
    return padBefore.stream().anyMatch(p -> p > 0) || padAfter.stream().anyMatch(p -> p > 0);
  }

  /**
   * Number of window positions over an input of the given spatial shape; with {@code ceil} a last
   * window may hang over the end as long as it starts inside the input or the padding before it.
   *
   * @throws IllegalArgumentException if the window does not fit
   */
  public Shape outputSpatial(Shape inputSpatial, boolean ceil) {
    if (inputSpatial.rank() != axes()) {
      throw new IllegalArgumentException(
          "a window over %d spatial axes does not fit an input of spatial shape %s"
              .formatted(axes(), inputSpatial));
    }
    int[] out = new int[axes()];
    for (int axis = 0; axis < out.length; axis++) {
      int padded = inputSpatial.dim(axis) + padBefore.get(axis) + padAfter.get(axis);
      int room = padded - reach(axis);
      if (room < 0) {
        throw new IllegalArgumentException(
            "a window reaching %d cells does not fit %d padded cells on spatial axis %d"
                .formatted(reach(axis), padded, axis));
      }
      int step = stride.get(axis);
      int count = (ceil ? (room + step - 1) / step : room / step) + 1;
      if (ceil && (count - 1) * step >= inputSpatial.dim(axis) + padBefore.get(axis)) {
        count--;
      }
      out[axis] = count;
    }
    return Shape.of(out);
  }
}
