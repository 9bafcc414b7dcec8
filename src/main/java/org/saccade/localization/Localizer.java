package org.saccade.localization;

import org.saccade.image.Geometry.Rectangle;

/**
 * Turns the fixations of one explanation into a heat map and a box: outliers out, Gaussian density,
 * box.
 *
 * <p>For example, {@code Localizer.reference().localize(Fixations.unweighted(500, 375, x,
 * y)).box()}.
 */
public sealed interface Localizer permits ReferenceLocalizer, DefaultLocalizer {

  /**
   * Localizes one explanation.
   *
   * @param fixations all points that the walk ended on, in pixels of the image
   * @param seen the part of the image that the network saw
   */
  Localization localize(Fixations fixations, Rectangle seen);

  /** Localizes an explanation by a network that saw the whole image. */
  default Localization localize(Fixations fixations) {
    return localize(fixations, fixations.frame());
  }

  /** The authors' rules, for the profile {@code reference}: what was seen does not matter. */
  static Localizer reference() {
    return new ReferenceLocalizer();
  }

  /** Ours, for the profile {@code default}. */
  static Localizer standard() {
    return new DefaultLocalizer();
  }
}
