package org.saccade.localization;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where an explanation points.
 *
 * @param fixations the points that the box goes by, without outliers where the rule drops them
 * @param density makes their heat map over the image; many callers do without
 * @param box their box in pixels of the image, first and last pixel included; empty when the rule
 *     has nothing to go around
 */
public record Localization(Fixations fixations, Supplier<HeatMap> density, Optional<Box> box) {

  /** The heat map over the image. */
  public HeatMap map() {
    return density.get();
  }
}
