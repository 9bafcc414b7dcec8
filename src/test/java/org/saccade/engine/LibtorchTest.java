package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class LibtorchTest {

  @Test
  void runsOneThreadPerCallerUnlessToldOtherwise() {
    assertThat(Libtorch.threads()).isEqualTo(1);
  }

  @Test
  void keepsItsNumberOfThreadsForLife() {
    Libtorch.load();
    assertThatCode(() -> Libtorch.load(1)).doesNotThrowAnyException();
    assertThatIllegalStateException()
        .isThrownBy(() -> Libtorch.load(7))
        .withMessage("libtorch was loaded for 1 thread(s) in this JVM and cannot go on with 7");
  }

  @Test
  void refusesLessThanOneThread() {
    assertThatIllegalArgumentException().isThrownBy(() -> Libtorch.load(0));
  }

  @Test
  void namesItsVersion() {
    assertThat(Libtorch.version()).matches("\\d+\\.\\d+\\.\\d+");
  }
}
