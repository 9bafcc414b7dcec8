package org.saccade.localization;

import org.saccade.image.Geometry.Rectangle;

/**
 * The authors' demonstration: {@code out_rem} and {@code heatmap} of {@code demo/utils.py}, box
 * tight around what is left. The map has a cell per 4 x 4 pixels instead of their one per pixel;
 * with a standard deviation of 20 pixels nothing is lost.
 */
record ReferenceLocalizer() implements Localizer {
  private static final double SIGMA = 20;
  private static final int PIXELS_PER_CELL = 4;

  @Override
  public Localization localize(Fixations fixations, Rectangle seen) {
    int width = fixations.width();
    int height = fixations.height();
    Fixations kept = OutlierRule.authors(width, height).apply(fixations);
    int rows = (height + PIXELS_PER_CELL - 1) / PIXELS_PER_CELL;
    int cols = (width + PIXELS_PER_CELL - 1) / PIXELS_PER_CELL;
    return new Localization(
        kept, () -> HeatMap.gaussian(kept, rows, cols, SIGMA, SIGMA), kept.tightBox());
  }
}
