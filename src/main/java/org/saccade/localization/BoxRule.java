package org.saccade.localization;

import java.util.Arrays;
import java.util.Optional;

/** How the fixations that are left, or their heat map, become one box. */
public sealed interface BoxRule {

  /**
   * The box, in pixels of the image; empty when there is nothing to go around.
   *
   * @param points the fixations without outliers
   * @param map their heat map
   */
  Optional<Box> box(Fixations points, HeatMap map);

  /** Tight around the points, as the authors draw it. */
  record Tight() implements BoxRule {
    @Override
    public Optional<Box> box(Fixations points, HeatMap map) {
      return points.tightBox();
    }
  }

  /**
   * Around the cells of the map strictly above a share of its peak.
   *
   * @param share of the peak, in [0, 1)
   */
  record PeakShare(double share, Region region) implements BoxRule {
    @Override
    public Optional<Box> box(Fixations points, HeatMap map) {
      return LevelSet.above(map, share * map.max()).box(region, points.width(), points.height());
    }
  }

  /**
   * Around the densest cells of the map that together hold a share of its mass.
   *
   * @param share of the mass, in (0, 1]
   */
  record MassShare(double share, Region region) implements BoxRule {
    @Override
    public Optional<Box> box(Fixations points, HeatMap map) {
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
      return LevelSet.above(map, Math.max(0, level)).box(region, points.width(), points.height());
    }
  }
}
