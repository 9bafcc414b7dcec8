package org.saccade.localization;

import java.util.Locale;

/**
 * What is measured. Each is the mean over cases, a case being an image and one of its true classes,
 * of a value per case; {@code docs/metrics.md} gives the definitions at length with their sources.
 *
 * <p>"The explained box" is that of the explanation of the true class when every case has one, else
 * that of the predicted class.
 */
public enum Metric {
  /** The predicted class is not a true class (Russakovsky et al., IJCV 2015). */
  TOP1_ERROR("top-1 classification error", Unit.PERCENT, Better.LOWER),
  /** None of the five most probable classes is a true class (Russakovsky et al., IJCV 2015). */
  TOP5_ERROR("top-5 classification error", Unit.PERCENT, Better.LOWER),
  /**
   * The predicted class is wrong, or its box has IoU below 0.5 with every box of that class
   * (Russakovsky et al., IJCV 2015, with one guess).
   */
  TOP1_LOCALIZATION_ERROR("top-1 localization error", Unit.PERCENT, Better.LOWER),
  /** The box of the true class has IoU below 0.5 with every box of that class. */
  GT_KNOWN_ERROR("GT-known localization error", Unit.PERCENT, Better.LOWER),
  /** The box of the predicted class, right or wrong, has IoU below 0.5 with every true box. */
  PREDICTED_BOX_ERROR("localization error, predicted class's box", Unit.PERCENT, Better.LOWER),
  /** The explained box has IoU of at least 0.3 with a true box. */
  BOX_ACCURACY_30("box accuracy at IoU 0.3", Unit.PERCENT, Better.HIGHER),
  /** The explained box has IoU of at least 0.5 with a true box. */
  BOX_ACCURACY_50("box accuracy at IoU 0.5", Unit.PERCENT, Better.HIGHER),
  /** The explained box has IoU of at least 0.7 with a true box. */
  BOX_ACCURACY_70("box accuracy at IoU 0.7", Unit.PERCENT, Better.HIGHER),
  /**
   * At the best of the thresholds 0, 0.01, ..., 0.99 of the map, the largest contour's box has IoU
   * of at least 0.5 with a true box (Choe et al., CVPR 2020; clovaai/wsolevaluation).
   */
  MAX_BOX_ACC("MaxBoxAcc", Unit.PERCENT, Better.HIGHER),
  /** {@link #MAX_BOX_ACC} with the best of the boxes of all contours. */
  MAX_BOX_ACC_ALL_CONTOURS("MaxBoxAcc, all contours", Unit.PERCENT, Better.HIGHER),
  /**
   * The mean over IoU 0.3, 0.5 and 0.7, each at its own best threshold, with the best of the boxes
   * of all contours (Choe et al., TPAMI 2022; clovaai/wsolevaluation).
   */
  MAX_BOX_ACC_V2("MaxBoxAccV2", Unit.PERCENT, Better.HIGHER),
  /** {@link #MAX_BOX_ACC_V2} with the largest contour only. */
  MAX_BOX_ACC_V2_LARGEST_CONTOUR("MaxBoxAccV2, largest contour", Unit.PERCENT, Better.HIGHER),
  /**
   * The map's maximum lies at most 15 pixels from a true box; overall it is the mean over classes
   * (Zhang et al., IJCV 2018).
   */
  POINTING_GAME("pointing game, 15 px, class mean", Unit.PERCENT, Better.HIGHER),
  /** Share of the map's mass inside the true boxes (Wang et al., Score-CAM, CVPRW 2020). */
  ENERGY_POINTING_GAME("energy-based pointing game", Unit.PERCENT, Better.HIGHER),
  /** Share of the fixations' weight inside the true boxes. */
  FIXATION_SHARE("fixation weight inside", Unit.PERCENT, Better.HIGHER),
  /** Gini index of the map's values, 0 even to 1 sparse (Hurley and Rickard, IEEE TIT 2009). */
  GINI("Gini sparseness of the map", Unit.NUMBER, Better.HIGHER),
  /** Shannon entropy of the map's mass over its 224 x 224 pixels, in bits. */
  ENTROPY("entropy of the map (bits)", Unit.NUMBER, Better.LOWER);

  /** How a value reads. */
  public enum Unit {
    /** A share, stored between 0 and 100. */
    PERCENT,
    /** A plain number. */
    NUMBER
  }

  /** Which way is better; for sparseness a convention, not a verdict. */
  public enum Better {
    LOWER,
    HIGHER
  }

  private final String title;
  private final Unit unit;
  private final Better better;

  Metric(String title, Unit unit, Better better) {
    this.title = title;
    this.unit = unit;
    this.better = better;
  }

  /** As tables print it. */
  public String title() {
    return title;
  }

  public Unit unit() {
    return unit;
  }

  public Better better() {
    return better;
  }

  /** The metric's name in tables and JSON: {@code gt_known_error}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
