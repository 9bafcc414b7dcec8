package org.saccade.network.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Arithmetic on constants, so that weights may be computed from parameters. */
final class Tensors {
  private static final int MAX_ELEMENTS = 1 << 26;

  private Tensors() {}

  static Tensor scalar(double value) {
    return Tensor.of(Shape.of(), new float[] {(float) value});
  }

  static Tensor filled(Shape shape, float value) {
    float[] values = new float[bounded(shape)];
    Arrays.fill(values, value);
    return Tensor.of(shape, values);
  }

  static Tensor reshaped(Tensor tensor, Shape shape) {
    return Tensor.of(shape, tensor.values());
  }

  static Tensor map(Tensor tensor, DoubleUnaryOperator function) {
    float[] values = new float[tensor.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) function.applyAsDouble(tensor.values()[i]);
    }
    return Tensor.of(tensor.shape(), values);
  }

  /** Axis {@code i} of the result is axis {@code axes[i]} of the tensor. */
  static Tensor permuted(Tensor tensor, List<Integer> axes) {
    int[] strides = strides(tensor.shape());
    int[] picked = axes.stream().mapToInt(axis -> strides[axis]).toArray();
    return gathered(tensor, new Shape(axes.stream().map(tensor.shape()::dim).toList()), picked);
  }

  /** Stretched to a shape, as NumPy broadcasts. */
  static Tensor broadcast(Tensor tensor, Shape shape) {
    if (tensor.shape().equals(shape)) {
      return tensor;
    }
    int[] own = strides(tensor.shape());
    int[] strides = new int[shape.rank()];
    int missing = shape.rank() - tensor.shape().rank();
    for (int axis = Math.max(0, missing); axis < strides.length; axis++) {
      int extent = tensor.shape().dim(axis - missing);
      if (extent != 1 && extent != shape.dim(axis)) {
        throw new IllegalArgumentException(
            "cannot broadcast %s to %s".formatted(tensor.shape(), shape));
      }
      strides[axis] = extent == 1 ? 0 : own[axis - missing];
    }
    if (missing < 0) {
      throw new IllegalArgumentException(
          "cannot broadcast %s to %s".formatted(tensor.shape(), shape));
    }
    return gathered(tensor, shape, strides);
  }

  /** An operator on two tensors, broadcast. */
  static Tensor combined(Tensor a, Tensor b, DoubleBinaryOperator operator) {
    Shape shape = broadcastShape(a.shape(), b.shape());
    float[] left = broadcast(a, shape).values();
    float[] right = broadcast(b, shape).values();
    float[] values = new float[left.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) operator.applyAsDouble(left[i], right[i]);
    }
    return Tensor.of(shape, values);
  }

  private static Shape broadcastShape(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int left = axis < rank - a.rank() ? 1 : a.dim(axis - rank + a.rank());
      int right = axis < rank - b.rank() ? 1 : b.dim(axis - rank + b.rank());
      dims.add(left == 1 ? right : left);
    }
    return new Shape(dims);
  }

  private static Tensor gathered(Tensor tensor, Shape shape, int[] strides) {
    float[] values = new float[bounded(shape)];
    int[] index = new int[shape.rank()];
    int at = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = tensor.values()[at];
      for (int axis = index.length - 1; axis >= 0; axis--) {
        at += strides[axis];
        if (++index[axis] < shape.dim(axis)) {
          break;
        }
        at -= strides[axis] * index[axis];
        index[axis] = 0;
      }
    }
    return Tensor.of(shape, values);
  }

  private static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int step = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= shape.dim(axis);
    }
    return strides;
  }

  private static int bounded(Shape shape) {
    int size = shape.size();
    if (size > MAX_ELEMENTS) {
      throw new UnsupportedOperatorException(
          "it makes a constant of shape %s; constants computed in the graph have at most %d elements"
              .formatted(shape, MAX_ELEMENTS));
    }
    return size;
  }
}
