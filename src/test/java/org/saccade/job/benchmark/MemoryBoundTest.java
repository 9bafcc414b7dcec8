package org.saccade.job.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

class MemoryBoundTest {
  private static final long HEAP = 1L << 30;

  @ParameterizedTest(name = "{0} slots on {1} processors hold {2} passes")
  @CsvSource({"1, 1, 1", "3, 1, 3", "1, 2, 2", "2, 2, 3", "2, 8, 4", "8, 8, 15"})
  void slotsHoldAPassEachAndOneMoreWhereProcessorsAreLeftOver(
      int slots, int processors, int passes) {
    Network.Builder builder = Network.builder("linear", Shape.of(12));
    Network network =
        builder.build(
            builder.add(
                "scores",
                new Layer.Linear(Tensor.of(Shape.of(5, 12), new float[60]), Tensor.filled(5, 0)),
                builder.input()),
            false);

    MemoryBound bound = MemoryBound.of(network, 8, slots, processors, HEAP);

    assertThat(bound.weightBytes()).isEqualTo(4 * (5 * 12 + 5));
    assertThat(bound.activationBytes()).isEqualTo(passes * 8L * 4 * (12 + 5));
    assertThat(bound.bytes())
        .isEqualTo(HEAP + bound.libraryBytes() + bound.weightBytes() + bound.activationBytes());
  }
}
