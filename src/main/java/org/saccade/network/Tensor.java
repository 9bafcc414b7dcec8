package org.saccade.network;

import java.util.Arrays;

/**
 * A constant of the network: a weight, a bias, a scale, as float32 in row-major order.
 *
 * <p>Equality is identity: two layers are the same weight only when they share it.
 */
public final class Tensor {
  private final Shape shape;
  private final float[] values;

  private Tensor(Shape shape, float[] values) {
    this.shape = shape;
    this.values = values;
  }

  /**
   * Wraps values without copying them; the caller must not change them afterwards.
   *
   * @throws IllegalArgumentException if the number of values is not the size of the shape
   */
  public static Tensor of(Shape shape, float[] values) {
    if (shape.size() != values.length) {
      throw new IllegalArgumentException(
          "a tensor of shape %s holds %d values, found %d"
              .formatted(shape, shape.size(), values.length));
    }
    return new Tensor(shape, values);
  }

  /** A vector {@code [n]} of equal values. */
  public static Tensor filled(int n, float value) {
    float[] values = new float[n];
    Arrays.fill(values, value);
    return new Tensor(Shape.of(n), values);
  }

  public Shape shape() {
    return shape;
  }

  /** The values themselves, row-major and not copied: read them, never write them. */
  public float[] values() {
    return values;
  }

  @Override
  public String toString() {
    return "Tensor" + shape;
  }
}
