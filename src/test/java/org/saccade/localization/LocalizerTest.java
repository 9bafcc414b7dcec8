package org.saccade.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LocalizerTest {

  @Test
  void referenceDrawsATightBoxAroundWhatIsNoOutlier() {
    float[] x = new float[41];
    float[] y = new float[41];
    for (int i = 0; i < 40; i++) {
      x[i] = 100 + i % 8;
      y[i] = 50 + i / 8;
    }
    x[40] = 400;
    y[40] = 300;

    Localization found =
        Localizer.reference().localize(Fixations.unweighted(500, 375, x, y), 16, 16);

    assertThat(found.fixations().size()).isEqualTo(40);
    assertThat(found.box()).contains(new Box(100, 50, 107, 54));
  }

  @Test
  void standardBoxLiesAroundTheHeaviestPlaceWithinTheImage() {
    Fixations points =
        Fixations.of(
            640, 480, new float[] {600, 610, 20}, new float[] {40, 50, 460}, new float[] {5, 5, 1});

    Localization found = Localizer.standard().localize(points, 32, 32);

    Box box = found.box().orElseThrow();
    assertThat(box.contains(605, 45)).isTrue();
    assertThat(box.contains(20, 460)).isFalse();
    assertThat(box.x0()).isGreaterThanOrEqualTo(0);
    assertThat(box.x1()).isLessThanOrEqualTo(639);
  }

  @Test
  void noPointsMeanNoBoxAndAnEmptyMap() {
    Fixations none = Fixations.unweighted(64, 48, new float[0], new float[0]);
    for (Localizer localizer : new Localizer[] {Localizer.reference(), Localizer.standard()}) {
      Localization found = localizer.localize(none, 8, 8);
      assertThat(found.box()).isEmpty();
      assertThat(found.map().max()).isZero();
      assertThat(found.map().toBytes()).containsOnly(0);
    }
  }

  @Test
  void gaussianEqualsTheSumOverAllPointsAndCells() {
    SplittableRandom random = new SplittableRandom(20);
    int n = 37;
    float[] x = new float[n];
    float[] y = new float[n];
    float[] weight = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextInt(90);
      y[i] = random.nextInt(10) * 6;
      weight[i] = (float) random.nextDouble();
    }
    Fixations points = Fixations.of(90, 60, x, y, weight);

    HeatMap map = HeatMap.gaussian(points, 12, 15, 7, 9);

    for (int r = 0; r < 12; r++) {
      for (int c = 0; c < 15; c++) {
        double expected = 0;
        for (int i = 0; i < n; i++) {
          double dx = (c + 0.5) * 6 - 0.5 - x[i];
          double dy = (r + 0.5) * 5 - 0.5 - y[i];
          expected +=
              weight[i]
                  * Math.exp(-dx * dx / (2 * 49.0) - dy * dy / (2 * 81.0))
                  / (2 * Math.PI * 7 * 9)
                  * 30;
        }
        assertThat((double) map.value(r, c)).isCloseTo(expected, within(1e-6 * expected + 1e-12));
      }
    }
  }

  @Test
  void aPointInTheMiddleSpreadsMassOnePerWeight() {
    Fixations point =
        Fixations.of(200, 100, new float[] {99.5f}, new float[] {49.5f}, new float[] {3});
    double mass = 0;
    for (float value : HeatMap.gaussian(point, 100, 200, 8, 8).values()) {
      mass += value;
    }
    assertThat(mass).isCloseTo(3, within(1e-4));
  }

  @Test
  void compactMapKeepsSharesOfThePeak() {
    HeatMap map = HeatMap.of(1, 4, new float[] {0, 1, 2, 4});
    assertThat(map.toBytes()).containsExactly(0, 64, 128, 255);
    assertThat(HeatMap.ofBytes(1, 4, map.toBytes()).max()).isEqualTo(1);
  }

  @Test
  void boxOfALevelSetTakesTheLargestRegionOrAll() {
    // Diagonal neighbours touch: the left region has 3 cells, the right one 2.
    HeatMap map =
        HeatMap.of(
            3,
            5,
            new float[] {
              9, 0, 0, 0, 8,
              0, 9, 0, 0, 8,
              9, 0, 0, 0, 0
            });
    Fixations anywhere = Fixations.unweighted(50, 30, new float[0], new float[0]);

    assertThat(new BoxRule.PeakShare(0.5, Region.LARGEST).box(anywhere, map))
        .contains(new Box(0, 0, 19, 29));
    assertThat(new BoxRule.PeakShare(0.5, Region.ALL).box(anywhere, map))
        .contains(new Box(0, 0, 49, 29));
    assertThat(new BoxRule.PeakShare(8.5 / 9, Region.ALL).box(anywhere, map))
        .contains(new Box(0, 0, 19, 29));
  }

  @Test
  void boxByMassTakesTheDensestCellsThatHoldTheShare() {
    HeatMap map = HeatMap.of(1, 5, new float[] {1, 2, 4, 2, 1});
    Fixations anywhere = Fixations.unweighted(50, 10, new float[0], new float[0]);

    assertThat(new BoxRule.MassShare(0.4, Region.LARGEST).box(anywhere, map))
        .contains(new Box(20, 0, 29, 9));
    assertThat(new BoxRule.MassShare(0.8, Region.LARGEST).box(anywhere, map))
        .contains(new Box(10, 0, 39, 9));
    assertThat(new BoxRule.MassShare(1, Region.LARGEST).box(anywhere, map))
        .contains(new Box(0, 0, 49, 9));
  }
}
