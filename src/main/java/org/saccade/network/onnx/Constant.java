package org.saccade.network.onnx;

import java.util.Arrays;
import java.util.List;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * A tensor known on import: a weight, or shape arithmetic. Its shape is the whole shape, a batch
 * axis included where it has one. Elements are either float32 or int64; other types are converted,
 * truth values to 0 and 1.
 */
final class Constant implements Value {
  private final Shape shape;
  private final float[] floats;
  private final long[] integers;
  private final boolean integral;

  private Constant(Shape shape, float[] floats, long[] integers, boolean integral) {
    int found = integral ? integers.length : floats.length;
    if (shape.size() != found) {
      throw new IllegalArgumentException(
          "a constant of shape %s has %d elements, found %d".formatted(shape, shape.size(), found));
    }
    this.shape = shape;
    this.floats = floats;
    this.integers = integers;
    this.integral = integral;
  }

  static Constant of(Shape shape, float[] values) {
    return new Constant(shape, values, new long[0], false);
  }

  static Constant of(Shape shape, long[] values) {
    return new Constant(shape, new float[0], values, true);
  }

  static Constant scalar(long value) {
    return of(Shape.of(), new long[] {value});
  }

  static Constant scalar(float value) {
    return of(Shape.of(), new float[] {value});
  }

  static Constant vector(List<Integer> values) {
    return of(Shape.of(values.size()), values.stream().mapToLong(Integer::longValue).toArray());
  }

  Shape shape() {
    return shape;
  }

  int size() {
    return shape.size();
  }

  /** Whether the elements are integers or truth values. */
  boolean isIntegral() {
    return integral;
  }

  /** The elements as float32; the array itself where that is what they are. */
  float[] floats() {
    if (!integral) {
      return floats;
    }
    float[] converted = new float[integers.length];
    for (int i = 0; i < converted.length; i++) {
      converted[i] = integers[i];
    }
    return converted;
  }

  /**
   * The elements as integers.
   *
   * @throws UnsupportedOperator if they are floating-point numbers
   */
  long[] integers() {
    if (!integral) {
      throw new UnsupportedOperator("an integer constant is expected, found floating point");
    }
    return integers;
  }

  /** The elements as a list of ints, as shapes and axes are given. */
  List<Integer> ints() {
    return Arrays.stream(integers()).mapToObj(OnnxNode::clampToInt).toList();
  }

  /** The only element as a float. */
  float number() {
    return (float) only();
  }

  /** The only element as an integer. */
  long integer() {
    return (long) only();
  }

  private double only() {
    if (size() != 1) {
      throw new UnsupportedOperator(
          "a single number is expected, found a constant of shape " + shape);
    }
    return integral ? integers[0] : floats[0];
  }

  /** The same elements under another shape. */
  Constant withShape(Shape other) {
    return new Constant(other, floats, integers, integral);
  }

  /** The element at each of the given row-major positions, under a shape of as many elements. */
  Constant pick(Shape target, int[] positions) {
    if (integral) {
      return of(target, Arrays.stream(positions).mapToLong(i -> integers[i]).toArray());
    }
    float[] picked = new float[positions.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = floats[positions[i]];
    }
    return of(target, picked);
  }

  /** Whether all entries of the first axis are equal, as a batch of the same constant is. */
  boolean repeatsAlongFirstAxis() {
    int each = size() / Math.max(1, shape.dim(0));
    float[] values = floats();
    for (int i = each; i < values.length; i++) {
      if (values[i] != values[i - each]) {
        return false;
      }
    }
    return values.length > 0;
  }

  /** As a weight of the network. */
  Tensor tensor() {
    return Tensor.of(shape, floats());
  }
}
