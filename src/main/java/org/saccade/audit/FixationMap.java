package org.saccade.audit;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.DoubleUnaryOperator;
import org.saccade.localization.HeatMap;

/** Where an explanation lies, as a small grid over what the network saw: its density. */
public final class FixationMap implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Rows, and columns, of every map. */
  public static final int SIDE = 16;

  /** Standard deviation of the density, as a share of the sides of what the network saw. */
  private static final double SIGMA = 0.05;

  /** {@code [SIDE, SIDE]}, row by row, summing to 1. */
  private final float[] cells;

  private FixationMap(float[] cells) {
    this.cells = cells;
  }

  /** The density of an explanation; all zeros when it has no weight. */
  static FixationMap of(Member member) {
    Frame seen = member.seen();
    return normalized(
        HeatMap.gaussian(
                member.fixations(),
                seen.edges(),
                SIDE,
                SIDE,
                SIGMA * seen.width(),
                SIGMA * seen.height())
            .values());
  }

  /** The mean of some maps. */
  static FixationMap mean(Collection<FixationMap> maps) {
    float[] sum = new float[SIDE * SIDE];
    for (FixationMap map : maps) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += map.cells[i];
      }
    }
    return normalized(sum);
  }

  private static FixationMap normalized(float[] values) {
    double total = 0;
    for (float value : values) {
      total += value;
    }
    float[] cells = new float[values.length];
    if (total > 0) {
      for (int i = 0; i < cells.length; i++) {
        cells[i] = (float) (values[i] / total);
      }
    }
    return new FixationMap(cells);
  }

  boolean isEmpty() {
    return total(x -> x) == 0;
  }

  /** The square roots of the cells: their Euclidean distance is Hellinger's, times root 2. */
  double[] roots() {
    double[] roots = new double[cells.length];
    for (int i = 0; i < roots.length; i++) {
      roots[i] = Math.sqrt(cells[i]);
    }
    return roots;
  }

  /** Mean position across, as a share of the width. */
  double meanX() {
    return moment(i -> (i % SIDE + 0.5) / SIDE);
  }

  /** Mean position down, as a share of the height. */
  double meanY() {
    return moment(i -> (Math.floor(i / SIDE) + 0.5) / SIDE);
  }

  private double moment(DoubleUnaryOperator position) {
    double sum = 0;
    for (int i = 0; i < cells.length; i++) {
      sum += cells[i] * position.applyAsDouble(i);
    }
    return sum;
  }

  private double total(DoubleUnaryOperator of) {
    double sum = 0;
    for (float cell : cells) {
      sum += of.applyAsDouble(cell);
    }
    return sum;
  }

  /**
   * The fewest cells that hold a share of the density.
   *
   * @return for every cell whether it is one of them
   */
  boolean[] core(double share) {
    float[] ascending = cells.clone();
    Arrays.sort(ascending);
    double held = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int i = ascending.length - 1; i >= 0 && held < share && ascending[i] > 0; i--) {
      held += ascending[i];
      least = ascending[i];
    }
    boolean[] core = new boolean[cells.length];
    for (int i = 0; i < core.length; i++) {
      core[i] = cells[i] >= least;
    }
    return core;
  }

  /** The density as a table holds it, see {@link HeatMap#toBytes}. */
  public byte[] toBytes() {
    return HeatMap.of(SIDE, SIDE, cells).toBytes();
  }
}
