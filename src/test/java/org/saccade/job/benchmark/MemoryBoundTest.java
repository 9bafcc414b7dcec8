package org.saccade.job.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

class MemoryBoundTest {
  private static final long HEAP = 1L << 30;

  @Test
  void everySlotHoldsItsActivationsAndAllShareTheWeights() {
    Network.Builder builder = Network.builder("linear", Shape.of(12));
    Network network =
        builder.build(
            builder.add(
                "scores",
                new Layer.Linear(Tensor.of(Shape.of(5, 12), new float[60]), Tensor.filled(5, 0)),
                builder.input()),
            false);

    MemoryBound bound = MemoryBound.of(network, 8, 3, HEAP);

    assertThat(bound.weightBytes()).isEqualTo(4 * (5 * 12 + 5));
    assertThat(bound.activationBytes()).isEqualTo(3 * 8 * 4 * (12 + 5));
    assertThat(bound.bytes())
        .isEqualTo(HEAP + bound.libraryBytes() + bound.weightBytes() + bound.activationBytes());
  }
}
