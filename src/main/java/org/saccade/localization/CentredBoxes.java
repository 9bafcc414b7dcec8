package org.saccade.localization;

import java.io.Serializable;
import java.util.List;

/**
 * What centred boxes of all sides achieve on one image: the honest context of every figure. Setting
 * {@code s} is the box whose sides are {@code (s + 1) / 100} of the picture's.
 */
final class CentredBoxes implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Outcomes outcomes;
  private final Outcomes scoreMapOutcomes;
  private final float[] shareInside;
  private final boolean centrePoints;

  private CentredBoxes(
      Outcomes outcomes, Outcomes scoreMapOutcomes, float[] shareInside, boolean centrePoints) {
    this.outcomes = outcomes;
    this.scoreMapOutcomes = scoreMapOutcomes;
    this.shareInside = shareInside;
    this.centrePoints = centrePoints;
  }

  /** Side of a setting's box as a share of the picture's. */
  static double side(int setting) {
    return (setting + 1) / (double) Outcomes.SETTINGS;
  }

  /**
   * @param withShares whether anything spread out, map or points, is to be compared
   */
  static CentredBoxes of(
      int width, int height, List<Box> truth, Overlap overlap, boolean withShares) {
    Outcomes outcomes = new Outcomes();
    Outcomes scoreMapOutcomes = new Outcomes();
    List<Box> resized = MaxBoxAcc.resized(truth, width, height);
    for (int setting = 0; setting < Outcomes.SETTINGS; setting++) {
      outcomes.record(setting, overlap.best(Box.centred(width, height, side(setting)), truth));
      scoreMapOutcomes.record(
          setting,
          Overlap.INCLUSIVE.best(
              Box.centred(ScoreMap.SIZE, ScoreMap.SIZE, side(setting)), resized));
    }
    boolean points =
        truth.stream()
            .anyMatch(
                box ->
                    box.distance((width - 1) / 2.0, (height - 1) / 2.0) <= Scorer.POINTING_PIXELS);
    float[] shares =
        withShares ? new TruthMask(width, height, truth).centredShares() : new float[0];
    return new CentredBoxes(outcomes, scoreMapOutcomes, shares, points);
  }

  /** Overlap in pixels of the image. */
  Outcomes outcomes() {
    return outcomes;
  }

  /** Overlap in the frame of score maps, as MaxBoxAcc measures it. */
  Outcomes scoreMapOutcomes() {
    return scoreMapOutcomes;
  }

  /** Share of a setting's area on true boxes; 0 when it was not asked for. */
  float shareInside(int setting) {
    return shareInside.length == 0 ? 0 : shareInside[setting];
  }

  /** Whether the picture's centre lies at most 15 pixels from a true box. */
  boolean centrePoints() {
    return centrePoints;
  }
}
