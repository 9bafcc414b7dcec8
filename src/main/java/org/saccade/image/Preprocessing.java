package org.saccade.image;

import java.util.List;
import java.util.OptionalInt;
import org.saccade.UserException;

/**
 * How a picture becomes a network's input: {@code (sample * scale - mean) / std} for each channel
 * of a crop of the resized picture.
 *
 * @param resize what is done to the whole picture first
 * @param inputSize side of the square input, in pixels; empty takes it from the model
 * @param resampling the filter of the resize
 * @param channelOrder the planes of the input
 * @param scale factor on the samples 0-255
 * @param mean subtracted after scaling, one per channel in the order of the planes
 * @param std divisor after that, one per channel in the order of the planes
 */
public record Preprocessing(
    Resize resize,
    OptionalInt inputSize,
    Resampling resampling,
    ChannelOrder channelOrder,
    double scale,
    List<Double> mean,
    List<Double> std) {

  /**
   * @throws IllegalArgumentException if there is not one mean and one std per channel, a std is
   *     zero, or a number is not finite
   */
  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    int channels = channelOrder.channels();
    if (mean.size() != channels || std.size() != channels) {
      throw new IllegalArgumentException(
          "%s has %d channels, found %d means and %d stds"
              .formatted(channelOrder, channels, mean.size(), std.size()));
    }
  }

  /**
   * Checks that this preprocessing feeds a network and fixes what depends on it.
   *
   * @param channels channels of the network's input
   * @param height height of the network's input; empty where the network takes any
   * @param width width of the network's input; empty where the network takes any
   * @throws UserException if the network takes other channels or another size than this makes, or
   *     five crops are asked of a resize that leaves no room for them
   */
  public Preprocessor bind(int channels, OptionalInt height, OptionalInt width, Crops crops) {
    return new Preprocessor(
        this,
        height.orElseGet(inputSize::orElseThrow),
        width.orElseGet(inputSize::orElseThrow),
        crops);
  }
}
