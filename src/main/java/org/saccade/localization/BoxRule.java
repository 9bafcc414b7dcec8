package org.saccade.localization;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.saccade.image.Geometry.Rectangle;

/** How the fixations that are left, or their heat map, become one box. */
public sealed interface BoxRule {

  /**
   * The box, in pixels of the image; empty when there is nothing to go around.
   *
   * @param points the fixations without outliers
   * @param map their heat map
   * @param frame the part of the image that the map's cells divide evenly
   */
  Optional<Box> box(Fixations points, HeatMap map, Rectangle frame);

  /**
   * Around the cells of the map strictly above a share of its peak.
   *
   * @param share of the peak, in [0, 1)
   */
  record PeakShare(double share, Region region) implements BoxRule {
    @Override
    public Optional<Box> box(Fixations points, HeatMap map, Rectangle frame) {
      return LevelSet.above(map, share * map.max()).box(region, frame);
    }
  }

  /**
   * Around the densest cells of the map that together hold a share of its mass.
   *
   * @param share of the mass, in (0, 1]
   */
  record MassShare(double share, Region region) implements BoxRule {
    @Override
    public Optional<Box> box(Fixations points, HeatMap map, Rectangle frame) {
      float[] ascending = map.values().clone();
      Arrays.sort(ascending);
      double mass = 0;
      for (float value : ascending) {
        mass += value;
      }
      double held = 0;
      int densest = ascending.length;
      while (densest > 0 && held < share * mass) {
        held += ascending[--densest];
      }
      double level = densest == ascending.length ? map.max() : Math.nextDown(ascending[densest]);
      return LevelSet.above(map, Math.max(0, level)).box(region, frame);
    }
  }

  /**
   * Between quantiles of the map's column and row sums, after a floor was taken off the map: no
   * peak, no region, hence steady where a map has several peaks or a broad one.
   *
   * @param floor of the map, as a share of its mean, at least 0
   * @param tail of the mass left out on each side, in [0, 0.5)
   */
  record MarginalQuantiles(double floor, double tail) implements BoxRule {
    @Override
    public Optional<Box> box(Fixations points, HeatMap map, Rectangle frame) {
      double mean = 0;
      for (float value : map.values()) {
        mean += value;
      }
      mean /= map.values().length;
      double[] columns = new double[map.cols()];
      double[] rows = new double[map.rows()];
      for (int r = 0; r < map.rows(); r++) {
        for (int c = 0; c < map.cols(); c++) {
          double above = Math.max(0, map.value(r, c) - floor * mean);
          columns[c] += above;
          rows[r] += above;
        }
      }
      if (DoubleStream.of(columns).sum() <= 0) {
        return Optional.empty();
      }
      return Optional.of(
          Box.between(
              along(frame.x0(), frame.x1(), quantile(columns, tail)),
              along(frame.y0(), frame.y1(), quantile(rows, tail)),
              along(frame.x0(), frame.x1(), quantile(columns, 1 - tail)),
              along(frame.y0(), frame.y1(), quantile(rows, 1 - tail))));
    }

    private static double along(double from, double to, double share) {
      return from + share * (to - from);
    }

    /** Where a share of the mass lies before, as a share of the axis; mass is even in a cell. */
    private static double quantile(double[] mass, double share) {
      double wanted = share * DoubleStream.of(mass).sum();
      double before = 0;
      int cell = 0;
      while (cell < mass.length - 1 && before + mass[cell] <= wanted) {
        before += mass[cell++];
      }
      double part = mass[cell] > 0 ? (wanted - before) / mass[cell] : 0;
      return (cell + part) / mass.length;
    }
  }
}
