package org.saccade.localization;

import java.io.Serializable;

/**
 * An upright rectangle named by its first and last pixel, both inside it: {@code x0 = x1} is one
 * pixel wide. This is how the ILSVRC annotations, the authors of CNN Fixations and wsolevaluation
 * write boxes. Coordinates may be fractions when a box comes from a resized copy of its image.
 *
 * @param x0 left, in pixels of the image
 * @param y0 top
 * @param x1 right, at least {@code x0}
 * @param y1 bottom, at least {@code y0}
 */
public record Box(double x0, double y0, double x1, double y1) implements Serializable {

  /**
   * @throws IllegalArgumentException if a coordinate is not finite or the box is inside out
   */
  public Box {
    if (!Double.isFinite(x0) || !Double.isFinite(y0) || !(x1 >= x0) || !(y1 >= y0)) {
      throw new IllegalArgumentException(
          "a box needs finite x0 <= x1 and y0 <= y1, found %s, %s, %s, %s"
              .formatted(x0, y0, x1, y1));
    }
    if (!Double.isFinite(x1) || !Double.isFinite(y1)) {
      throw new IllegalArgumentException(
          "a box needs finite corners, found %s, %s, %s, %s".formatted(x0, y0, x1, y1));
    }
  }

  /** The box around a whole picture. */
  public static Box whole(int width, int height) {
    return new Box(0, 0, width - 1.0, height - 1.0);
  }

  /**
   * The box in the middle of a picture whose sides are a share of the picture's: the baseline that
   * looks at nothing. It may be narrower than a pixel, hence is never empty in {@linkplain
   * Overlap#INCLUSIVE inclusive} terms.
   *
   * @param side share of width and of height, above 0 and at most 1
   */
  public static Box centred(int width, int height, double side) {
    double marginX = (1 - side) / 2 * width;
    double marginY = (1 - side) / 2 * height;
    return new Box(
        marginX,
        marginY,
        Math.max(marginX, width - 1 - marginX),
        Math.max(marginY, height - 1 - marginY));
  }

  /**
   * The box whose pixels reach from one edge to another. Edges are continuous coordinates, half a
   * pixel outside the centres of the first and the last pixel; a box is at least a pixel wide.
   */
  static Box between(double left, double top, double right, double bottom) {
    double x0 = left + 0.5;
    double y0 = top + 0.5;
    return new Box(x0, y0, Math.max(x0, right - 0.5), Math.max(y0, bottom - 0.5));
  }

  /** Area counting the first and the last pixel, in square pixels. */
  public double area() {
    return (x1 - x0 + 1) * (y1 - y0 + 1);
  }

  /** This box in a copy of its image that is {@code scaleX} times as wide and so on. */
  public Box scaled(double scaleX, double scaleY) {
    return new Box(x0 * scaleX, y0 * scaleY, x1 * scaleX, y1 * scaleY);
  }

  /** Whether a position lies on one of the box's pixels, which reach half a pixel around it. */
  public boolean contains(double x, double y) {
    return x >= x0 - 0.5 && x <= x1 + 0.5 && y >= y0 - 0.5 && y <= y1 + 0.5;
  }

  /** Distance in pixels from a position to the nearest pixel of the box, 0 inside. */
  public double distance(double x, double y) {
    double dx = Math.max(0, Math.max(x0 - x, x - x1));
    double dy = Math.max(0, Math.max(y0 - y, y - y1));
    return Math.sqrt(dx * dx + dy * dy);
  }
}
