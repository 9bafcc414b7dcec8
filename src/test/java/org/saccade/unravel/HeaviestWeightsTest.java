package org.saccade.unravel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaviestWeightsTest {
  private static final int PLANE = 3;
  private static final int OUTPUTS = 4;
  private static final int SEARCHES = 200;

  private final Random random = new Random(3);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 30, 256, 700})
  void findsWhatASearchThroughAllChannelsFinds(int inputs) {
    compare(inputs, false);
    compare(inputs, true);
  }

  @Test
  void leavesASearchUndecidedWhereNoProductIsPositive() {
    HeaviestWeights weights = new HeaviestWeights(new float[] {-1, -2, 0}, 3, 1, 1, false);
    assertThat(weights.strongest(0, 0, FloatBuffer.wrap(new float[] {1, 0, 5}), 0, 1, 5))
        .isEqualTo(HeaviestWeights.UNDECIDED);
  }

  @Test
  void leavesASearchUndecidedWhereAValueIsNoNumber() {
    float[] filter = new float[300];
    for (int c = 0; c < filter.length; c++) {
      filter[c] = 1 + c;
    }
    float[] values = new float[300];
    values[299] = Float.NaN;
    values[298] = 1;
    HeaviestWeights weights = new HeaviestWeights(filter, 300, 1, 1, false);
    assertThat(weights.strongest(0, 0, FloatBuffer.wrap(values), 0, 1, Float.NaN))
        .isEqualTo(HeaviestWeights.UNDECIDED);
  }

  /** Few different numbers, so that products are often equal: the first channel wins. */
  private void compare(int inputs, boolean neverNegative) {
    float[] filters = new float[OUTPUTS * inputs];
    for (int i = 0; i < filters.length; i++) {
      filters[i] = (random.nextInt(9) - 4) * 0.5f;
    }
    HeaviestWeights weights = new HeaviestWeights(filters, inputs, 1, OUTPUTS, neverNegative);
    for (int search = 0; search < SEARCHES; search++) {
      float[] values = new float[inputs * PLANE];
      float largest = 0;
      int position = random.nextInt(PLANE);
      for (int c = 0; c < inputs; c++) {
        float value = (random.nextInt(9) - (neverNegative ? 0 : 4)) * 0.25f;
        values[c * PLANE + position] = value;
        largest = Math.max(largest, Math.abs(value));
      }
      int output = random.nextInt(OUTPUTS);
      int best = 0;
      float most = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < inputs; c++) {
        float product = values[c * PLANE + position] * filters[output * inputs + c];
        if (product > most) {
          most = product;
          best = c;
        }
      }
      int found =
          weights.strongest(
              output, output * inputs, FloatBuffer.wrap(values), position, PLANE, largest);
      if (most > 0 && inputs <= 256) {
        assertThat(found).isEqualTo(best);
      } else {
        assertThat(found).isIn(best, HeaviestWeights.UNDECIDED);
      }
    }
  }
}
