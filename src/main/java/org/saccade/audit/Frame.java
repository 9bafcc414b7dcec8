package org.saccade.audit;

import java.io.Serializable;
import org.saccade.image.Geometry.Rectangle;

/**
 * An upright rectangle of whole pixels: the columns from {@code left} to {@code right - 1} and the
 * rows from {@code top} to {@code bottom - 1}.
 */
public record Frame(int left, int top, int right, int bottom) implements Serializable {

  /** The pixels of a picture whose centres lie in a part of it; at least one. */
  public static Frame of(Rectangle part, int width, int height) {
    int left = Math.max(0, Math.min(width - 1, (int) Math.ceil(part.x0())));
    int top = Math.max(0, Math.min(height - 1, (int) Math.ceil(part.y0())));
    int right = Math.max(left + 1, Math.min(width, (int) Math.floor(part.x1()) + 1));
    int bottom = Math.max(top + 1, Math.min(height, (int) Math.floor(part.y1()) + 1));
    return new Frame(left, top, right, bottom);
  }

  public int width() {
    return right - left;
  }

  public int height() {
    return bottom - top;
  }

  /** Number of pixels. */
  public long area() {
    return (long) width() * height();
  }

  /**
   * The edges as continuous coordinates, half a pixel outside the centres of the first and last.
   */
  public Rectangle edges() {
    return new Rectangle(left - 0.5, top - 0.5, right - 0.5, bottom - 0.5);
  }

  /** The part between shares of the width and of the height, in whole pixels, at least one. */
  Frame part(double x0, double y0, double x1, double y1) {
    int from = left + (int) Math.round(x0 * width());
    int above = top + (int) Math.round(y0 * height());
    return new Frame(
        Math.min(from, right - 1),
        Math.min(above, bottom - 1),
        Math.max(Math.min(from, right - 1) + 1, left + (int) Math.round(x1 * width())),
        Math.max(Math.min(above, bottom - 1) + 1, top + (int) Math.round(y1 * height())));
  }

  /** The square of a side around a position, moved so that it lies inside as far as it fits. */
  Frame square(double x, double y, int side) {
    int wide = Math.min(side, width());
    int high = Math.min(side, height());
    int x0 = Math.max(left, Math.min(right - wide, (int) Math.round(x - (wide - 1) / 2.0)));
    int y0 = Math.max(top, Math.min(bottom - high, (int) Math.round(y - (high - 1) / 2.0)));
    return new Frame(x0, y0, x0 + wide, y0 + high);
  }

  /** Where a column lies, as a share of the width: 0 at the left edge, 1 at the right. */
  double shareX(double x) {
    return (x + 0.5 - left) / width();
  }

  /** Where a row lies, as a share of the height. */
  double shareY(double y) {
    return (y + 0.5 - top) / height();
  }

  boolean contains(double x, double y) {
    return x >= left - 0.5 && x < right - 0.5 && y >= top - 0.5 && y < bottom - 0.5;
  }
}
