package org.saccade.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OverlapTest {

  @Test
  void inclusiveOverlapEqualsCountingPixels() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 2000; round++) {
      Box a = randomBox(random);
      Box b = randomBox(random);
      int both = 0;
      int either = 0;
      for (int y = 0; y < 12; y++) {
        for (int x = 0; x < 12; x++) {
          both += a.contains(x, y) && b.contains(x, y) ? 1 : 0;
          either += a.contains(x, y) || b.contains(x, y) ? 1 : 0;
        }
      }
      assertThat(Overlap.INCLUSIVE.iou(a, b)).isEqualTo((double) both / either);
    }
  }

  @Test
  void workedExampleOfWsolevaluation() {
    assertThat(Overlap.INCLUSIVE.iou(new Box(1, 2, 5, 6), new Box(3, 1, 4, 5)))
        .isCloseTo(8.0 / 27, within(1e-12));
  }

  @Test
  void continuousOverlapMeasuresBetweenCorners() {
    assertThat(Overlap.CONTINUOUS.iou(new Box(0, 0, 2, 2), new Box(1, 0, 3, 2)))
        .isCloseTo(2.0 / 6, within(1e-12));
    assertThat(Overlap.CONTINUOUS.iou(new Box(1, 1, 1, 1), new Box(1, 1, 1, 1))).isZero();
    assertThat(Overlap.CONTINUOUS.iou(new Box(0, 0, 1, 1), new Box(1, 0, 2, 1))).isZero();
    assertThat(Overlap.INCLUSIVE.iou(new Box(0, 0, 1, 1), new Box(1, 0, 2, 1)))
        .isCloseTo(2.0 / 6, within(1e-12));
  }

  @Test
  void bestIsTheLargestOverlapAndNothingWithoutBoxes() {
    Box box = new Box(0, 0, 9, 9);
    assertThat(Overlap.INCLUSIVE.best(box, List.of(new Box(0, 0, 4, 9), new Box(0, 0, 7, 9))))
        .isCloseTo(0.8, within(1e-12));
    assertThat(Overlap.INCLUSIVE.best(box, List.of())).isZero();
  }

  @Test
  void aBoxIsNeverInsideOut() {
    assertThatThrownBy(() -> new Box(3, 0, 2, 5)).hasMessageContaining("x0 <= x1");
    assertThatThrownBy(() -> new Box(0, Double.NaN, 2, 5)).hasMessageContaining("NaN");
  }

  @Test
  void centredBoxHasItsSideAndItsMiddle() {
    assertThat(Box.centred(100, 200, 0.5)).isEqualTo(new Box(25, 50, 74, 149));
    assertThat(Box.centred(100, 200, 1)).isEqualTo(Box.whole(100, 200));
  }

  private static Box randomBox(SplittableRandom random) {
    int x0 = random.nextInt(12);
    int y0 = random.nextInt(12);
    return new Box(x0, y0, x0 + random.nextInt(12 - x0), y0 + random.nextInt(12 - y0));
  }
}
