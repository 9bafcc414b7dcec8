package org.saccade.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.saccade.image.Geometry;

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

    Localization found = Localizer.reference().localize(Fixations.unweighted(500, 375, x, y));

    assertThat(found.fixations().size()).isEqualTo(40);
    assertThat(found.box()).contains(new Box(100, 50, 107, 54));
  }

  @Test
  void standardBoxLiesAroundTheHeaviestPlaceWithinTheImage() {
    Fixations points =
        Fixations.of(
            640, 480, new float[] {600, 610, 20}, new float[] {40, 50, 460}, new float[] {5, 5, 1});

    Localization found = Localizer.standard().localize(points);

    Box box = found.box().orElseThrow();
    assertThat(box.contains(605, 45)).isTrue();
    assertThat(box.contains(20, 460)).isFalse();
    assertThat(box.x0()).isGreaterThanOrEqualTo(0);
    assertThat(box.x1()).isLessThanOrEqualTo(639);
  }

  /** {@code src/test/oracle/default_boxes.py} made the examples. */
  @Test
  void standardBoxIsThatOfTheFormulas() throws IOException {
    JsonNode examples;
    try (InputStream in = LocalizerTest.class.getResourceAsStream("default_boxes.json")) {
      examples = new ObjectMapper().readTree(in);
    }
    for (JsonNode example : examples) {
      int width = example.get("width").asInt();
      int height = example.get("height").asInt();
      int n = example.get("x").size();
      float[] x = new float[n];
      float[] y = new float[n];
      float[] weight = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = (float) (example.get("x").get(i).asDouble() * width - 0.5);
        y[i] = (float) (example.get("y").get(i).asDouble() * height - 0.5);
        weight[i] = (float) example.get("weight").get(i).asDouble();
      }

      Box box =
          Localizer.standard()
              .localize(Fixations.of(width, height, x, y, weight))
              .box()
              .orElseThrow();

      JsonNode expected = example.get("box");
      assertThat(box.x0()).isCloseTo(expected.get(0).asDouble(), within(1e-3));
      assertThat(box.y0()).isCloseTo(expected.get(1).asDouble(), within(1e-3));
      assertThat(box.x1()).isCloseTo(expected.get(2).asDouble(), within(1e-3));
      assertThat(box.y1()).isCloseTo(expected.get(3).asDouble(), within(1e-3));
    }
  }

  @Test
  void noPointsMeanAnEmptyMapAndNothingSingledOut() {
    Fixations none = Fixations.unweighted(64, 48, new float[0], new float[0]);
    assertThat(Localizer.reference().localize(none).box()).isEmpty();
    assertThat(Localizer.standard().localize(none).box()).contains(Box.whole(64, 48));
    for (Localizer localizer : new Localizer[] {Localizer.reference(), Localizer.standard()}) {
      Localization found = localizer.localize(none);
      assertThat(found.fixations().isEmpty()).isTrue();
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

    assertThat(new BoxRule.PeakShare(0.5, Region.LARGEST).box(anywhere, map, anywhere.frame()))
        .contains(new Box(0, 0, 19, 29));
    assertThat(new BoxRule.PeakShare(0.5, Region.ALL).box(anywhere, map, anywhere.frame()))
        .contains(new Box(0, 0, 49, 29));
    assertThat(new BoxRule.PeakShare(8.5 / 9, Region.ALL).box(anywhere, map, anywhere.frame()))
        .contains(new Box(0, 0, 19, 29));
  }

  @Test
  void boxBetweenQuantilesOfTheMarginsIgnoresTheFloor() {
    // Mean 1, floor 0.5: columns keep 0, 0.5, 3.5, 0, 0 of a row and the tails cut 5 % of 4.
    HeatMap map = HeatMap.of(1, 5, new float[] {0.25f, 1, 4, 0.25f, -0.5f});
    Fixations anywhere = Fixations.unweighted(50, 10, new float[0], new float[0]);

    Box box =
        new BoxRule.MarginalQuantiles(0.5, 0.05).box(anywhere, map, anywhere.frame()).orElseThrow();

    // 0.2 of 4 lies 0.4 into the second cell; 0.2 from the right lies 0.2 / 3.5 into the third.
    assertThat(box.x0()).isCloseTo(14, within(1e-6));
    assertThat(box.x1()).isCloseTo(30 - 10 * 0.2 / 3.5 - 1, within(1e-6));
    assertThat(box.y0()).isCloseTo(0.5, within(1e-6));
    assertThat(box.y1()).isCloseTo(8.5, within(1e-6));
  }

  @Test
  void whatTheNetworkDidNotSeeIsNeverBoxed() {
    Fixations points =
        Fixations.of(400, 200, new float[] {150, 250}, new float[] {20, 180}, new float[] {1, 1});

    Box box =
        Localizer.standard()
            .localize(points, new Geometry.Rectangle(99.5, -0.5, 299.5, 199.5))
            .box()
            .orElseThrow();

    assertThat(box.x0()).isBetween(100.0, 150.0);
    assertThat(box.x1()).isBetween(250.0, 299.0);
  }

  @Test
  void boxByMassTakesTheDensestCellsThatHoldTheShare() {
    HeatMap map = HeatMap.of(1, 5, new float[] {1, 2, 4, 2, 1});
    Fixations anywhere = Fixations.unweighted(50, 10, new float[0], new float[0]);

    assertThat(new BoxRule.MassShare(0.4, Region.LARGEST).box(anywhere, map, anywhere.frame()))
        .contains(new Box(20, 0, 29, 9));
    assertThat(new BoxRule.MassShare(0.8, Region.LARGEST).box(anywhere, map, anywhere.frame()))
        .contains(new Box(10, 0, 39, 9));
    assertThat(new BoxRule.MassShare(1, Region.LARGEST).box(anywhere, map, anywhere.frame()))
        .contains(new Box(0, 0, 49, 9));
  }
}
