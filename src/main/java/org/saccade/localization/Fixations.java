package org.saccade.localization;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.saccade.image.Geometry.Rectangle;

/**
 * The weighted points of one explanation, in pixels of the image. Pixel {@code i} has coordinate
 * {@code i}; a weight is how much a point counts, 1 in the profile {@code reference}.
 */
public final class Fixations implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int width;
  private final int height;
  private final float[] x;
  private final float[] y;
  private final float[] weight;

  private Fixations(int width, int height, float[] x, float[] y, float[] weight) {
    this.width = width;
    this.height = height;
    this.x = x;
    this.y = y;
    this.weight = weight;
  }

  /**
   * Wraps points without copying them; the caller must not change them afterwards.
   *
   * @param width width of the image in pixels
   * @param height height of the image in pixels
   * @throws IllegalArgumentException if the arrays differ in length, the image has no pixels, a
   *     position is not finite or a weight is negative or not finite
   */
  public static Fixations of(int width, int height, float[] x, float[] y, float[] weight) {
    if (x.length != y.length || x.length != weight.length) {
      throw new IllegalArgumentException(
          "fixations have one x, y and weight each, found %d, %d and %d"
              .formatted(x.length, y.length, weight.length));
    }
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an image has at least one pixel, found %d x %d".formatted(width, height));
    }
    for (int i = 0; i < x.length; i++) {
      if (!Float.isFinite(x[i]) || !Float.isFinite(y[i])) {
        throw new IllegalArgumentException(
            "a fixation has a finite position, found (%s, %s)".formatted(x[i], y[i]));
      }
      if (!(weight[i] >= 0) || Float.isInfinite(weight[i])) {
        throw new IllegalArgumentException(
            "a fixation has a finite weight of at least 0, found " + weight[i]);
      }
    }
    return new Fixations(width, height, x, y, weight);
  }

  /** Points that count 1 each. */
  public static Fixations unweighted(int width, int height, float[] x, float[] y) {
    float[] weight = new float[x.length];
    Arrays.fill(weight, 1);
    return of(width, height, x, y, weight);
  }

  /** Width of the image in pixels. */
  public int width() {
    return width;
  }

  /** Height of the image in pixels. */
  public int height() {
    return height;
  }

  /** The whole image, from the outer edge of its first pixel to that of its last. */
  public Rectangle frame() {
    return new Rectangle(-0.5, -0.5, width - 0.5, height - 0.5);
  }

  public int size() {
    return x.length;
  }

  public boolean isEmpty() {
    return x.length == 0;
  }

  public float x(int i) {
    return x[i];
  }

  public float y(int i) {
    return y[i];
  }

  public float weight(int i) {
    return weight[i];
  }

  public double totalWeight() {
    double total = 0;
    for (float w : weight) {
      total += w;
    }
    return total;
  }

  /** The points that pass, in the same order. */
  public Fixations filter(IntPredicate keep) {
    int[] kept = IntStream.range(0, x.length).filter(keep).toArray();
    return new Fixations(width, height, pick(x, kept), pick(y, kept), pick(weight, kept));
  }

  /** The tightest box around all points; empty when there is none. */
  public Optional<Box> tightBox() {
    if (isEmpty()) {
      return Optional.empty();
    }
    float x0 = x[0];
    float x1 = x[0];
    float y0 = y[0];
    float y1 = y[0];
    for (int i = 1; i < x.length; i++) {
      x0 = Math.min(x0, x[i]);
      x1 = Math.max(x1, x[i]);
      y0 = Math.min(y0, y[i]);
      y1 = Math.max(y1, y[i]);
    }
    return Optional.of(new Box(x0, y0, x1, y1));
  }

  private static float[] pick(float[] values, int[] indices) {
    float[] picked = new float[indices.length];
    for (int i = 0; i < indices.length; i++) {
      picked[i] = values[indices[i]];
    }
    return picked;
  }

  @Override
  public String toString() {
    return "Fixations[%d in %d x %d]".formatted(x.length, width, height);
  }
}
