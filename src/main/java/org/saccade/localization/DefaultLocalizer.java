package org.saccade.localization;

/**
 * Our rule: points count their weight, the map's bandwidth is a share of the picture's sides, the
 * box goes around the largest region of the map above a share of its peak.
 */
record DefaultLocalizer() implements Localizer {
  private static final int CELLS = 56;
  private static final double SIGMA_SHARE = 28.0 / 227;
  private static final BoxRule BOX = new BoxRule.PeakShare(0.4, Region.LARGEST);

  @Override
  public Localization localize(Fixations fixations, double strideX, double strideY) {
    int width = fixations.width();
    int height = fixations.height();
    Fixations kept =
        OutlierRule.strideAware(width, height, Math.max(strideX, strideY)).apply(fixations);
    HeatMap map = HeatMap.gaussian(kept, CELLS, CELLS, SIGMA_SHARE * width, SIGMA_SHARE * height);
    return new Localization(kept, map, BOX.box(kept, map));
  }
}
