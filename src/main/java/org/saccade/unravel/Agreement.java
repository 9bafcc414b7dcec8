package org.saccade.unravel;

/**
 * How a walk's weight falls on the positions of a map: in proportion to {@code (sum over channels
 * of the root of the share)^2}, which favours positions that many channels agree on. A position is
 * carried by the channel with the largest share there, the first of equal ones.
 *
 * <p>Shares count in relation to each other only, so that they can be given in any unit.
 */
final class Agreement {
  private final Layout map;
  private final float[] roots;
  private final float[] largest;
  private final int[] strongest;

  Agreement(Layout map) {
    this.map = map;
    this.roots = new float[map.positions()];
    this.largest = new float[map.positions()];
    this.strongest = new int[map.positions()];
  }

  /** Of shares of every cell. */
  static Agreement of(float[] shares, Layout map) {
    Agreement agreement = new Agreement(map);
    float[] row = new float[map.positions()];
    for (int c = 0; c < map.channels(); c++) {
      System.arraycopy(shares, map.cell(c, 0), row, 0, row.length);
      agreement.add(c, row);
    }
    return agreement;
  }

  /**
   * Takes what one channel contributes; those that contribute nothing may be left out.
   *
   * @param channel larger than in the calls before
   * @param shares at each position, none of them negative
   */
  void add(int channel, float[] shares) {
    // Two loops, because only the first is one for vector instructions.
    for (int p = 0; p < roots.length; p++) {
      roots[p] += (float) Math.sqrt(shares[p]);
    }
    for (int p = 0; p < largest.length; p++) {
      if (shares[p] > largest[p]) {
        largest[p] = shares[p];
        strongest[p] = channel;
      }
    }
  }

  /**
   * The positions with a share, as points of a walk.
   *
   * @param weight of all points together
   */
  Frontier points(int walk, double weight) {
    double total = 0;
    for (double root : roots) {
      total += root * root;
    }
    Frontier points = new Frontier(map, 0);
    for (int p = 0; p < roots.length; p++) {
      if (roots[p] > 0) {
        points.add(walk, strongest[p], p, (float) (weight * roots[p] * roots[p] / total));
      }
    }
    return points;
  }
}
