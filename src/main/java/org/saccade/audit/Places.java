package org.saccade.audit;

/** Words for positions in a picture. */
final class Places {
  /** Positions that scatter more than this share of the sides are at no place. */
  static final double LARGEST_SPREAD = 0.2;

  private static final double THIRD = 1 / 3.0;

  private Places() {}

  /**
   * The third of each side that a position lies in, such as {@code top-left}; {@code anywhere} when
   * positions scatter.
   */
  static String name(double x, double y, double spread) {
    if (spread > LARGEST_SPREAD) {
      return "anywhere";
    }
    String row = y < THIRD ? "top" : y > 2 * THIRD ? "bottom" : "";
    String column = x < THIRD ? "left" : x > 2 * THIRD ? "right" : "";
    if (row.isEmpty() && column.isEmpty()) {
      return "centre";
    }
    return row.isEmpty() || column.isEmpty() ? row + column : row + "-" + column;
  }
}
