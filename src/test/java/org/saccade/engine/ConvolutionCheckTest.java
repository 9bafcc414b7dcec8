package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.saccade.UserException;
import org.saccade.engine.ConvolutionCheck.Convolution;

class ConvolutionCheckTest {
  @BeforeAll
  static void load() {
    Libtorch.load();
  }

  @Test
  void leavesConvolutionsAloneWhereTheyAreRight() {
    assertThat(ConvolutionCheck.channelBlock(ConvolutionCheckTest::right))
        .isEqualTo(ConvolutionCheck.NO_BLOCK);
  }

  @Test
  void asksForWholeBlocksOfChannelsWhereOnlyThoseGiveRightSums() {
    assertThat(ConvolutionCheck.channelBlock(leavingOutTheLast(channels -> channels % 16)))
        .isEqualTo(16);
  }

  @Test
  void refusesKernelsThatAreWrongForWholeBlocksToo() {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> ConvolutionCheck.channelBlock(leavingOutTheLast(channels -> 17)))
        .withMessageContaining("wrong convolutions on this processor (a sum over 24 channels is ")
        .withMessageContaining("ONEDNN_MAX_CPU_ISA=SSE41");
  }

  @Test
  void fillsUpBlocksOnlyAboveOne() {
    assertThat(ConvolutionCheck.missing(19, 16)).isEqualTo(13);
    assertThat(ConvolutionCheck.missing(32, 16)).isZero();
    assertThat(ConvolutionCheck.missing(3, 16)).isZero();
    assertThat(ConvolutionCheck.missing(19, ConvolutionCheck.NO_BLOCK)).isZero();
  }

  /** A library whose sums lack the last channels of each batch. */
  private static Convolution leavingOutTheLast(IntUnaryOperator leftOut) {
    return (input, weights, channels, outputs, side, window) -> {
      float[] cut = input.clone();
      int from = cut.length - leftOut.applyAsInt(channels) * side * side;
      Arrays.fill(cut, from, cut.length, 0);
      return right(cut, weights, channels, outputs, side, window);
    };
  }

  /** libtorch, given whole blocks of channels as every processor adds them up rightly. */
  private static float[] right(
      float[] input, float[] weights, int channels, int outputs, int side, int window) {
    int filled = channels + ConvolutionCheck.missing(channels, 16);
    return Libtorch.convolution(
        ConvolutionCheck.filledUp(input, channels, filled, side * side),
        ConvolutionCheck.filledUp(weights, channels, filled, window * window),
        filled,
        outputs,
        side,
        window);
  }
}
