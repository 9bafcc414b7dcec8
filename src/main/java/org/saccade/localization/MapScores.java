package org.saccade.localization;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What only a heat map can tell about one explanation.
 *
 * @param maxBoxAcc outcomes at every threshold
 * @param points whether the maximum lies at most 15 pixels of the image from a true box
 * @param massInside share of the map's mass on true boxes
 * @param gini Gini index of the values
 * @param entropy Shannon entropy of the mass, in bits
 */
record MapScores(
    MaxBoxAcc maxBoxAcc, boolean points, double massInside, double gini, double entropy)
    implements Serializable {

  static MapScores of(HeatMap heatMap, int width, int height, List<Box> truth) {
    ScoreMap map = ScoreMap.of(heatMap);
    float[] amounts = map.amounts();
    int peak = 0;
    for (int i = 1; i < amounts.length; i++) {
      if (amounts[i] > amounts[peak]) {
        peak = i;
      }
    }
    double x = (peak % ScoreMap.SIZE + 0.5) * width / ScoreMap.SIZE - 0.5;
    double y = (Math.floorDiv(peak, ScoreMap.SIZE) + 0.5) * height / ScoreMap.SIZE - 0.5;
    return new MapScores(
        MaxBoxAcc.of(map, width, height, truth),
        truth.stream().anyMatch(box -> box.distance(x, y) <= Scorer.POINTING_PIXELS),
        new TruthMask(width, height, truth).share(amounts),
        gini(amounts),
        entropy(amounts));
  }

  /**
   * {@code 1 - 2 sum_k v_k / |v| * (n - k + 1/2) / n} over ascending {@code v_1 ... v_n} (Hurley
   * and Rickard, eq. 18); 0 for a map without mass.
   */
  static double gini(float[] amounts) {
    float[] ascending = amounts.clone();
    Arrays.sort(ascending);
    double mass = 0;
    double weighted = 0;
    int n = ascending.length;
    for (int k = 1; k <= n; k++) {
      mass += ascending[k - 1];
      weighted += ascending[k - 1] * (n - k + 0.5) / n;
    }
    return mass > 0 ? 1 - 2 * weighted / mass : 0;
  }

  /** {@code -sum p log2 p} of the shares {@code p} of the mass; 0 for a map without mass. */
  static double entropy(float[] amounts) {
    double mass = 0;
    for (float amount : amounts) {
      mass += amount;
    }
    double entropy = 0;
    for (float amount : amounts) {
      if (amount > 0) {
        double p = amount / mass;
        entropy -= p * Math.log(p);
      }
    }
    return entropy / Math.log(2);
  }
}
