package org.saccade.localization;

/**
 * Turns the fixations of one explanation into a heat map and a box: outliers out, Gaussian density,
 * box.
 *
 * <p>For example, {@code Localizer.reference().localize(Fixations.unweighted(500, 375, x, y), 16,
 * 16).box()}.
 */
public sealed interface Localizer permits ReferenceLocalizer, DefaultLocalizer {

  /**
   * Localizes one explanation.
   *
   * @param fixations all points that the walk ended on, in pixels of the image
   * @param strideX distance between neighbouring cells of the network's last spatial layer across,
   *     in pixels of the image: the network's stride times the resizing of the image
   * @param strideY the same, down
   */
  Localization localize(Fixations fixations, double strideX, double strideY);

  /** The authors' rules, for the profile {@code reference}: strides are ignored. */
  static Localizer reference() {
    return new ReferenceLocalizer();
  }

  /** Ours, for the profile {@code default}. */
  static Localizer standard() {
    return new DefaultLocalizer();
  }
}
