package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

  @Test
  void isTheShareOfTheExponential() {
    double[] probabilities =
        Softmax.probabilities(
            FloatBuffer.wrap(new float[] {(float) Math.log(1), (float) Math.log(3), 0}));
    assertThat(probabilities).containsExactly(new double[] {0.2, 0.6, 0.2}, within(1e-7));
  }

  @Test
  void doesNotOverflow() {
    assertThat(Softmax.probabilities(FloatBuffer.wrap(new float[] {3e38f, 3e38f})))
        .containsExactly(0.5, 0.5);
    assertThat(Softmax.probabilities(FloatBuffer.wrap(new float[] {-1e4f, 1e4f})))
        .containsExactly(0, 1);
  }

  @Test
  void readsFromThePositionOnAndLeavesItThere() {
    FloatBuffer batch = FloatBuffer.wrap(new float[] {100, 100, 1, 1, 100});
    batch.position(2).limit(4);
    assertThat(Softmax.probabilities(batch)).containsExactly(0.5, 0.5);
    assertThat(batch.position()).isEqualTo(2);
  }

  @Test
  void showsThatALogitIsNotANumber() {
    double[] probabilities = Softmax.probabilities(FloatBuffer.wrap(new float[] {1, Float.NaN}));
    assertThat(Arrays.stream(probabilities).allMatch(Double::isNaN)).isTrue();
  }
}
