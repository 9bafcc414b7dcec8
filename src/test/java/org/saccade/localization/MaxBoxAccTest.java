package org.saccade.localization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Examples worked by hand on maps that have the score map's size already. */
class MaxBoxAccTest {
  private static final int SIZE = ScoreMap.SIZE;

  @Test
  void anObjectIsFoundAtTheThresholdsThatCutItOutOfTheBackground() {
    // Background 0.2 and object 1 normalize to 0 and 1: every threshold cuts out the object, since
    // 0 is not strictly above 0.
    float[] values = filled(0.2f);
    paint(values, 50, 60, 99, 139, 1);

    MaxBoxAcc outcomes = score(values, new Box(50, 60, 100, 140));

    // The evaluator's boxes are one pixel longer than the contour, hence 100 and 140: IoU is 1.
    for (int setting = 0; setting < Outcomes.SETTINGS; setting++) {
      for (int level = 0; level < Outcomes.levels(); level++) {
        assertThat(outcomes.largest().reached(setting, level)).isTrue();
      }
    }
  }

  @Test
  void aThresholdIsComparedStrictlyOnGreyLevels() {
    // 0.5 becomes grey level 127; threshold 0.49 cuts at int(124.95) = 124, threshold 0.50 at
    // int(127.5) = 127, which 127 is not strictly above.
    float[] values = filled(0);
    paint(values, 0, 0, 199, 199, 0.5f);
    paint(values, 0, 0, 19, 19, 1);

    MaxBoxAcc outcomes = score(values, new Box(0, 0, 200, 200));

    assertThat(outcomes.largest().reached(49, 2)).isTrue();
    assertThat(outcomes.largest().reached(50, 0)).isFalse();
  }

  @Test
  void ofTwoRegionsTheLargestCountsUnlessAllDo() {
    float[] values = filled(0);
    paint(values, 10, 10, 49, 49, 1);
    paint(values, 100, 100, 199, 199, 1);

    MaxBoxAcc onSmall = score(values, new Box(10, 10, 50, 50));
    MaxBoxAcc onLarge = score(values, new Box(100, 100, 200, 200));

    assertThat(onSmall.largest().reached(0, 0)).isFalse();
    assertThat(onSmall.all().reached(0, 2)).isTrue();
    assertThat(onLarge.largest().reached(0, 2)).isTrue();
  }

  @Test
  void aHoleIsAContourOfItsOwn() {
    // A frame of three pixels: its outer box is the whole picture, its hole is the object.
    float[] values = filled(1);
    paint(values, 3, 3, SIZE - 4, 110, 0);

    MaxBoxAcc outcomes = score(values, new Box(2, 2, SIZE - 2, 112));

    assertThat(outcomes.largest().reached(0, 2)).isFalse();
    assertThat(outcomes.all().reached(0, 2)).isTrue();
  }

  @Test
  void aConstantMapFindsTheSinglePixelAtTheOrigin() {
    MaxBoxAcc elsewhere = score(filled(0.7f), new Box(20, 20, 60, 60));
    MaxBoxAcc there = score(filled(0.7f), new Box(0, 0, 0, 0));

    assertThat(elsewhere.all().reached(0, 0)).isFalse();
    assertThat(there.largest().reached(99, 2)).isTrue();
  }

  @Test
  void trueBoxesAreScaledAndCutToWholePixels() {
    // wsolevaluation's own example: (1, 2, 4, 3) of 10 x 20 in 35 x 10 is (3, 1, 14, 1).
    assertThat(MaxBoxAcc.resized(List.of(new Box(100, 10, 299, 20)), 500, 400))
        .containsExactly(new Box(44, 5, 133, 11));
  }

  private static MaxBoxAcc score(float[] values, Box truth) {
    return MaxBoxAcc.of(ScoreMap.of(HeatMap.of(SIZE, SIZE, values)), SIZE, SIZE, List.of(truth));
  }

  private static float[] filled(float value) {
    float[] values = new float[SIZE * SIZE];
    Arrays.fill(values, value);
    return values;
  }

  private static void paint(float[] values, int x0, int y0, int x1, int y1, float value) {
    for (int y = y0; y <= y1; y++) {
      Arrays.fill(values, y * SIZE + x0, y * SIZE + x1 + 1, value);
    }
  }
}
