package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.saccade.UserException;

class ConvolutionCheckTest {
  @BeforeAll
  static void load() {
    Libtorch.load();
  }

  @Test
  void believesLibtorchAsTheTestsRunIt() {
    assertThatCode(() -> ConvolutionCheck.require(Libtorch::convolution))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesKernelsThatLeaveOutTheLastChannelsOfAnImage() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(
            () ->
                ConvolutionCheck.require(
                    (input, weights, channels, outputs, side, window) -> {
                      float[] cut = input.clone();
                      Arrays.fill(cut, cut.length - 8 * side * side, cut.length, 0);
                      return Libtorch.convolution(cut, weights, channels, outputs, side, window);
                    }))
        .withMessageContaining("wrong convolutions on this processor (a sum over 24 channels is ")
        .withMessageContaining("ONEDNN_MAX_CPU_ISA=SSE41");
  }
}
