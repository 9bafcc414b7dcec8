package org.saccade.localization;

import java.util.Optional;

/**
 * Where an explanation points.
 *
 * @param fixations the points that the box goes by, without outliers where the rule drops them
 * @param map their heat map over the image
 * @param box their box in pixels of the image, first and last pixel included; empty when the rule
 *     has nothing to go around
 */
public record Localization(Fixations fixations, HeatMap map, Optional<Box> box) {}
