package org.saccade.engine;

import java.util.Optional;
import org.saccade.UserException;

/**
 * A convolution whose result is known, before any other is believed. On some processors (AMD's Zen
 * 5 among them) libtorch 2.7.1 picks kernels that leave out part of the sum where windows are
 * larger than one cell and the input channels, not in groups, are more than 16 and no multiple of
 * 16. There, channels of zeros that fill up a block of 16 make the sums right. Where a window is
 * all of the input, any number of channels may give wrong sums: {@link ConvolutionOperators} does
 * without such convolutions altogether.
 *
 * <p>All numbers are small integers, so that the sums are exact in any order.
 */
final class ConvolutionCheck {
  /** Kernels as libtorch chooses them are right for any number of channels. */
  static final int NO_BLOCK = 1;

  /** Input channels that make up one block of the kernels that are wrong without whole ones. */
  private static final int BLOCK = 16;

  /** Input channels; both kinds of remainder that were seen to fail. */
  private static final int[] CHANNELS = {24, 19};

  /** A single small image would go another way through libtorch than batches do. */
  static final int IMAGES = 2;

  private static final int OUTPUTS = 12;
  private static final int SIDE = 7;
  private static final int WINDOW = 3;

  private ConvolutionCheck() {}

  /** A convolution of stride 1 without padding. */
  @FunctionalInterface
  interface Convolution {
    /**
     * Computes it.
     *
     * @param input {@code [images, channels, side, side]}
     * @param weights {@code [outputs, channels, window, window]}
     * @return {@code [images, outputs, side - window + 1, side - window + 1]}
     */
    float[] of(float[] input, float[] weights, int channels, int outputs, int side, int window);
  }

  /**
   * Compares a few convolutions with plain sums.
   *
   * @return the number of which input channels have to be a multiple where they are more than it
   *     and windows larger than one cell: {@link #NO_BLOCK}, or 16 where others give wrong sums
   * @throws UserException if whole blocks of channels give wrong sums, too
   */
  static int channelBlock(Convolution convolution) {
    if (wrongSum(convolution, NO_BLOCK).isEmpty()) {
      return NO_BLOCK;
    }
    Optional<String> wrong = wrongSum(convolution, BLOCK);
    if (wrong.isPresent()) {
      throw new UserException(
          ("PyTorch's library computes wrong convolutions on this processor (%s): set the"
                  + " environment variable ONEDNN_MAX_CPU_ISA=SSE41, on a cluster with --conf"
                  + " spark.executorEnv.ONEDNN_MAX_CPU_ISA=SSE41")
              .formatted(wrong.get()));
    }
    return BLOCK;
  }

  /** Channels of zeros that make {@code channels} whole blocks. */
  static int missing(int channels, int block) {
    return channels > block ? Math.floorMod(-channels, block) : 0;
  }

  private static Optional<String> wrongSum(Convolution convolution, int block) {
    for (int channels : CHANNELS) {
      float[] input = smallIntegers(IMAGES * channels * SIDE * SIDE, 7);
      float[] weights = smallIntegers(OUTPUTS * channels * WINDOW * WINDOW, 5);
      float[] expected = sums(input, weights, channels);
      int filled = channels + missing(channels, block);
      float[] found =
          convolution.of(
              filledUp(input, channels, filled, SIDE * SIDE),
              filledUp(weights, channels, filled, WINDOW * WINDOW),
              filled,
              OUTPUTS,
              SIDE,
              WINDOW);
      for (int i = 0; i < expected.length; i++) {
        if (found[i] != expected[i]) {
          return Optional.of(
              "a sum over %d channels is %s, expected %s"
                  .formatted(channels, found[i], expected[i]));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Values with channels of zeros after the others.
   *
   * @param values {@code [any, channels, cells]}
   * @return {@code [any, filled, cells]}
   */
  static float[] filledUp(float[] values, int channels, int filled, int cells) {
    int rows = values.length / (channels * cells);
    float[] result = new float[rows * filled * cells];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          values, row * channels * cells, result, row * filled * cells, channels * cells);
    }
    return result;
  }

  /** Numbers around zero without a pattern that a part of a sum could share with the whole. */
  private static float[] smallIntegers(int count, int values) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Math.floorMod(((i + 1) * 0x9E3779B9) >>> 16, values) - values / 2;
    }
    return numbers;
  }

  private static float[] sums(float[] input, float[] weights, int channels) {
    int side = SIDE - WINDOW + 1;
    float[] sums = new float[IMAGES * OUTPUTS * side * side];
    for (int i = 0; i < sums.length; i++) {
      int image = i / (side * side * OUTPUTS);
      int output = i / (side * side) % OUTPUTS;
      int corner = i / side % side * SIDE + i % side;
      for (int c = 0; c < channels; c++) {
        for (int tap = 0; tap < WINDOW * WINDOW; tap++) {
          int cell =
              (image * channels + c) * SIDE * SIDE + corner + tap / WINDOW * SIDE + tap % WINDOW;
          sums[i] += input[cell] * weights[(output * channels + c) * WINDOW * WINDOW + tap];
        }
      }
    }
    return sums;
  }
}
