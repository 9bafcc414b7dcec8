package org.saccade.localization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutlierRuleTest {

  @Test
  void keepsPointsWithCompanyAndDropsStrays() {
    // The diagonal of 300 x 400 is 500, the authors' radius 50: (0, 0) and (30, 40) are exactly 50
    // apart, which is not nearer than 50.
    float[] x = {0, 30, 31, 250};
    float[] y = {0, 40, 40, 350};
    OutlierRule rule = new OutlierRule(OutlierRule.authors(300, 400).radius(), 0.25, false);

    Fixations kept = rule.apply(Fixations.unweighted(300, 400, x, y));

    assertThat(positions(kept)).containsExactly("30.0,40.0", "31.0,40.0");
  }

  @Test
  void authorsRuleIsFivePerCentWithinTenPerCentOfTheDiagonal() {
    assertThat(OutlierRule.authors(300, 400)).isEqualTo(new OutlierRule(50, 0.05, false));
  }

  @Test
  void aPointOfGreatWeightIsCompanyEnoughForItself() {
    Fixations points =
        Fixations.of(
            100, 100, new float[] {10, 80, 82}, new float[] {10, 80, 80}, new float[] {8, 1, 1});

    assertThat(positions(new OutlierRule(5, 0.5, true).apply(points))).containsExactly("10.0,10.0");
    assertThat(positions(new OutlierRule(5, 0.5, false).apply(points)))
        .containsExactly("80.0,80.0", "82.0,80.0");
  }

  @Test
  void strideAwareRadiusReachesTheDiagonalNeighbourOfACoarseCell() {
    double stride = 32;
    assertThat(OutlierRule.strideAware(224, 224, stride).radius()).isGreaterThan(stride * 1.42);
    assertThat(OutlierRule.strideAware(500, 375, 4))
        .extracting(OutlierRule::radius)
        .isEqualTo(OutlierRule.authors(500, 375).radius());
  }

  @Test
  void nothingInNothingOut() {
    Fixations none = Fixations.unweighted(10, 10, new float[0], new float[0]);
    assertThat(OutlierRule.authors(10, 10).apply(none).isEmpty()).isTrue();
  }

  @Test
  void equalsTheRuleThatComparesAllPairs() {
    SplittableRandom random = new SplittableRandom(1708);
    for (int round = 0; round < 300; round++) {
      int width = 20 + random.nextInt(400);
      int height = 20 + random.nextInt(400);
      int grid = 1 << random.nextInt(6);
      int n = random.nextInt(round % 10 == 0 ? 2000 : 150);
      float[] x = new float[n];
      float[] y = new float[n];
      float[] weight = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = random.nextInt(width) / grid * grid;
        y[i] = random.nextInt(height) / grid * grid;
        // Sums of eighths are exact in any order.
        weight[i] = random.nextInt(64) / 8f;
      }
      Fixations points = Fixations.of(width, height, x, y, weight);
      boolean weighted = random.nextBoolean();
      OutlierRule rule =
          new OutlierRule(
              random.nextInt(4) == 0 ? grid : random.nextDouble(width / 2.0),
              random.nextDouble(0.5),
              weighted);

      assertThat(positions(rule.apply(points))).isEqualTo(allPairs(points, rule));
    }
  }

  @Test
  void manyPointsTakeNearLinearTime() {
    int n = 200_000;
    SplittableRandom random = new SplittableRandom(3);
    float[] x = new float[n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextDouble(500);
      y[i] = (float) random.nextDouble(375);
    }
    Fixations points = Fixations.unweighted(500, 375, x, y);

    long start = System.nanoTime();
    OutlierRule.authors(500, 375).apply(points);
    double seconds = (System.nanoTime() - start) / 1e9;

    // All pairs would be 4e10 distances, minutes.
    assertThat(seconds).isLessThan(20);
  }

  private static List<String> allPairs(Fixations points, OutlierRule rule) {
    double all = 0;
    for (int i = 0; i < points.size(); i++) {
      all += rule.weighted() ? points.weight(i) : 1;
    }
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      double near = 0;
      for (int j = 0; j < points.size(); j++) {
        double dx = points.x(i) - points.x(j);
        double dy = points.y(i) - points.y(j);
        if (Math.sqrt(dx * dx + dy * dy) < rule.radius()) {
          near += rule.weighted() ? points.weight(j) : 1;
        }
      }
      if (near > rule.share() * all) {
        kept.add(points.x(i) + "," + points.y(i));
      }
    }
    return kept;
  }

  private static List<String> positions(Fixations points) {
    List<String> positions = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      positions.add(points.x(i) + "," + points.y(i));
    }
    return positions;
  }
}
