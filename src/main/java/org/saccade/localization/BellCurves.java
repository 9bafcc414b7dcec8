package org.saccade.localization;

import java.util.Arrays;

/**
 * What points leave in the cells along one axis: for each distinct position of a point, a normal
 * distribution of mass 1, sampled at the centres of the cells and given in mass per cell.
 */
final class BellCurves {
  private final float[] positions;
  private final double[][] curves;

  private BellCurves(float[] positions, double[][] curves) {
    this.positions = positions;
    this.curves = curves;
  }

  /** One coordinate of the points. */
  @FunctionalInterface
  interface Coordinates {
    float of(int point);
  }

  /**
   * @param points number of points
   * @param from where the first cell begins, in pixels of the image
   * @param to where the last cell ends
   * @param sigma standard deviation in pixels of the image
   */
  static BellCurves of(
      int points, Coordinates coordinates, double from, double to, int cells, double sigma) {
    float[] sorted = new float[points];
    for (int i = 0; i < points; i++) {
      sorted[i] = coordinates.of(i);
    }
    Arrays.sort(sorted);
    int count = 0;
    for (int i = 0; i < points; i++) {
      if (i == 0 || Float.compare(sorted[i], sorted[count - 1]) != 0) {
        sorted[count++] = sorted[i];
      }
    }
    float[] distinct = Arrays.copyOf(sorted, count);
    double[][] curves = new double[count][];
    for (int i = 0; i < count; i++) {
      curves[i] = curve(distinct[i], from, (to - from) / cells, cells, sigma);
    }
    return new BellCurves(distinct, curves);
  }

  private static double[] curve(
      double position, double from, double cell, int cells, double sigma) {
    double[] curve = new double[cells];
    int nearest = (int) Math.max(0, Math.min(cells - 1, Math.floor((position - from) / cell)));
    double off = (from + (nearest + 0.5) * cell - position) / sigma;
    double step = cell / sigma;
    curve[nearest] = step / Math.sqrt(2 * Math.PI) * Math.exp(-0.5 * off * off);
    fall(curve, nearest, 1, off, step);
    fall(curve, nearest, -1, -off, step);
    return curve;
  }

  /**
   * Goes down the curve from a cell that is filled: from one pair of neighbours to the next their
   * ratio changes by a constant factor, so that a few exponentials do for all cells. Off by less
   * than 1e-11 of a value.
   *
   * @param off distance of the filled cell from the top, in standard deviations and ahead positive
   * @param step from cell to cell, in standard deviations
   */
  private static void fall(double[] curve, int start, int direction, double off, double step) {
    double value = curve[start];
    double ratio = Math.exp(-step * (off + 0.5 * step));
    double change = Math.exp(-step * step);
    for (int i = start + direction; i >= 0 && i < curve.length; i += direction) {
      value *= ratio;
      ratio *= change;
      curve[i] = value;
    }
  }

  /** Number of distinct positions. */
  int count() {
    return positions.length;
  }

  /** Which of the distinct positions, counted in ascending order, a point's is. */
  int index(float position) {
    return Arrays.binarySearch(positions, position);
  }

  /** Mass per cell of a point at the position of that number: read it, never write it. */
  double[] curve(int index) {
    return curves[index];
  }

  /** Mass per cell of a point at that position, which is one of the points': never write it. */
  double[] curve(float position) {
    return curves[index(position)];
  }
}
