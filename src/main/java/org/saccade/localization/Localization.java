package org.saccade.localization;

import java.util.Optional;

/**
 * Where an explanation points.
 *
 * @param fixations the points without outliers
 * @param map their heat map over the image
 * @param box their box in pixels of the image, first and last pixel included; empty when no point
 *     is left
 */
public record Localization(Fixations fixations, HeatMap map, Optional<Box> box) {}
