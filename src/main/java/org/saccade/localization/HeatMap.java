package org.saccade.localization;

import org.saccade.image.Geometry.Rectangle;

/**
 * A density over an image, {@code [rows, cols]}: cell {@code (r, c)} covers the share {@code [r /
 * rows, (r + 1) / rows]} of its height and likewise of its width.
 */
public final class HeatMap {
  private final int rows;
  private final int cols;
  private final float[] values;

  private HeatMap(int rows, int cols, float[] values) {
    this.rows = rows;
    this.cols = cols;
    this.values = values;
  }

  /**
   * Wraps values {@code [rows, cols]} in row-major order without copying them; the caller must not
   * change them afterwards.
   *
   * @throws IllegalArgumentException if there are not {@code rows * cols} finite values
   */
  public static HeatMap of(int rows, int cols, float[] values) {
    if (rows < 1 || cols < 1 || (long) rows * cols != values.length) {
      throw new IllegalArgumentException(
          "a heat map of %d x %d cells does not have %d values"
              .formatted(rows, cols, values.length));
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a heat map has finite values, found " + value);
      }
    }
    return new HeatMap(rows, cols, values);
  }

  /** A map from its compact form, see {@link #toBytes}: 0 to 255 becomes 0 to 1. */
  public static HeatMap ofBytes(int rows, int cols, byte[] bytes) {
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = Byte.toUnsignedInt(bytes[i]) / 255f;
    }
    return of(rows, cols, values);
  }

  /**
   * The Gaussian density of the points: each spreads its weight as a normal distribution of mass 1
   * per weight around its position, sampled at the centres of the cells and given in mass per cell.
   * What falls outside the frame is lost. Exact: no truncated kernel, no binning.
   *
   * <p>Takes {@code O((n + d rows) cols)} for {@code n} points on {@code d} distinct heights, and a
   * few exponentials per distinct height and width.
   *
   * @param frame the part of the image that the cells divide evenly
   * @param sigmaX standard deviation in pixels of the image, across
   * @param sigmaY standard deviation in pixels of the image, down
   */
  public static HeatMap gaussian(
      Fixations points, Rectangle frame, int rows, int cols, double sigmaX, double sigmaY) {
    if (!(sigmaX > 0) || !(sigmaY > 0)) {
      throw new IllegalArgumentException(
          "a Gaussian has a standard deviation above 0, found %s and %s".formatted(sigmaX, sigmaY));
    }
    BellCurves across =
        BellCurves.of(points.size(), points::x, frame.x0(), frame.x1(), cols, sigmaX);
    // Sorted, so that rounding, hence the bytes of the map, do not depend on the order of heights.
    BellCurves down = BellCurves.of(points.size(), points::y, frame.y0(), frame.y1(), rows, sigmaY);
    double[][] lines = new double[down.count()][cols];
    for (int i = 0; i < points.size(); i++) {
      add(points.weight(i), across.curve(points.x(i)), lines[down.index(points.y(i))]);
    }
    double[][] sums = new double[rows][cols];
    for (int line = 0; line < lines.length; line++) {
      double[] curve = down.curve(line);
      for (int r = 0; r < rows; r++) {
        add(curve[r], lines[line], sums[r]);
      }
    }
    float[] values = new float[rows * cols];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        values[r * cols + c] = (float) sums[r][c];
      }
    }
    return of(rows, cols, values);
  }

  /** A method of its own, so small that Java's compiler turns it into vector instructions. */
  private static void add(double factor, double[] values, double[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += factor * values[i];
    }
  }

  /** The Gaussian density over the whole image. */
  public static HeatMap gaussian(
      Fixations points, int rows, int cols, double sigmaX, double sigmaY) {
    return gaussian(points, points.frame(), rows, cols, sigmaX, sigmaY);
  }

  public int rows() {
    return rows;
  }

  public int cols() {
    return cols;
  }

  /** Value of a cell. */
  public float value(int row, int col) {
    return values[row * cols + col];
  }

  /** The values themselves, row-major and not copied: read them, never write them. */
  public float[] values() {
    return values;
  }

  public float max() {
    float max = values[0];
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  public float min() {
    float min = values[0];
    for (float value : values) {
      min = Math.min(min, value);
    }
    return min;
  }

  /**
   * The compact form that a table holds, row-major: 255 times the share of the peak, rounded; all
   * zeros when nothing is above 0.
   */
  public byte[] toBytes() {
    byte[] bytes = new byte[values.length];
    float peak = max();
    if (peak > 0) {
      for (int i = 0; i < values.length; i++) {
        bytes[i] = (byte) Math.round(255 * Math.max(0, values[i]) / peak);
      }
    }
    return bytes;
  }
}
