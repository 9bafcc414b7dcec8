package org.saccade.localization;

import java.util.Optional;
import org.saccade.image.Geometry.Rectangle;

/**
 * Our rule, one setting for all networks, chosen by cross-validation over images and networks (see
 * {@code docs/localization-study.md}): no point is dropped, the bandwidth is a share of the sides
 * of what the network saw, and the box lies between quantiles of the map above a floor. With
 * nothing to see the box is all that the network saw.
 */
record DefaultLocalizer() implements Localizer {
  private static final int CELLS = 64;
  private static final double SIGMA = 0.05;
  private static final BoxRule BOX = new BoxRule.MarginalQuantiles(0.2, 0.03);

  @Override
  public Localization localize(Fixations fixations, Rectangle seen) {
    double sigmaX = SIGMA * (seen.x1() - seen.x0());
    double sigmaY = SIGMA * (seen.y1() - seen.y0());
    HeatMap onSeen = HeatMap.gaussian(fixations, seen, CELLS, CELLS, sigmaX, sigmaY);
    Box box =
        BOX.box(fixations, onSeen, seen)
            .orElse(Box.between(seen.x0(), seen.y0(), seen.x1(), seen.y1()));
    return new Localization(
        fixations,
        () ->
            seen.equals(fixations.frame())
                ? onSeen
                : HeatMap.gaussian(fixations, CELLS, CELLS, sigmaX, sigmaY),
        Optional.of(box));
  }
}
