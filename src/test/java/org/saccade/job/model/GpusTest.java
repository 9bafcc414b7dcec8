package org.saccade.job.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.UserException;

class GpusTest {
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "4, 1, 0.25", "4, 2, 0.5", "5, 2, 0.3333", "2, 4, 1", "16, 8, 0.5"})
  void everySlotOfAnExecutorGetsAnEqualShareOfItsGpus(int slots, int gpus, double share) {
    assertThat(Gpus.share(slots, gpus)).isCloseTo(share, within(1e-4));
  }

  @Test
  void anAddressIsTheGpusNumber() {
    assertThat(Gpus.number(List.of("3"))).hasValue(3);
    assertThat(Gpus.number(List.of())).isEmpty();
  }

  @Test
  void anAddressThatIsNoNumberIsTheUsersFault() {
    assertThatThrownBy(() -> Gpus.number(List.of("GPU-7c1f")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("Spark assigned the GPU 'GPU-7c1f' to a task");
  }

  @Test
  void aThreadThatRunsNoTaskHasNoGpu() {
    assertThat(Gpus.assigned()).isEmpty();
  }
}
