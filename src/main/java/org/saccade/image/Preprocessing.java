package org.saccade.image;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.saccade.UserException;

/**
 * How a picture becomes a network's input: {@code (sample * scale - mean) / std} for each channel
 * of a crop of the resized picture.
 *
 * @param resize what is done to the whole picture first
 * @param inputSize side of the square input, in pixels; empty takes height and width from the model
 * @param channelOrder the planes of the input
 * @param scale factor on the samples 0-255
 * @param mean subtracted after scaling, one per channel in the order of the planes
 * @param std divisor after that, one per channel in the order of the planes
 */
public record Preprocessing(
    Resize resize,
    OptionalInt inputSize,
    ChannelOrder channelOrder,
    double scale,
    List<Double> mean,
    List<Double> std) {

  /**
   * @throws IllegalArgumentException if the input size is below 1, there is not one mean and one
   *     std per channel, a number is not finite, or the scale or a std is zero
   */
  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (inputSize.isPresent() && inputSize.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "an input is at least 1 pixel wide, found " + inputSize.getAsInt());
    }
    int channels = channelOrder.channels();
    if (mean.size() != channels || std.size() != channels) {
      throw new IllegalArgumentException(
          "%s has %d channels, found %d means and %d stds"
              .formatted(channelOrder, channels, mean.size(), std.size()));
    }
    if (!Stream.of(List.of(scale), mean, std).flatMap(List::stream).allMatch(Double::isFinite)
        || scale == 0
        || std.contains(0.0)) {
      throw new IllegalArgumentException(
          "scale, mean and std are finite, scale and std not 0, found %s, %s and %s"
              .formatted(scale, mean, std));
    }
  }

  /**
   * Checks that this preprocessing feeds a network and fixes what depends on it.
   *
   * @param channels channels of the network's input
   * @param height height of the network's input; empty where the network takes any
   * @param width width of the network's input; empty where the network takes any
   * @throws UserException if the network takes other channels or another size than this makes, the
   *     size is left open by both, or five crops are asked of a resize that leaves no room for them
   */
  public Preprocessor bind(int channels, OptionalInt height, OptionalInt width, Crops crops) {
    if (channels != channelOrder.channels()) {
      throw new UserException(
          "the network takes %d channels but the preprocessing makes %d (%s): choose another one"
              .formatted(channels, channelOrder.channels(), channelOrder));
    }
    if (crops == Crops.FIVE && resize instanceof Resize.Squash) {
      throw new UserException(
          "five crops need a picture larger than the network's input, but the preprocessing"
              + " squashes it to just that: use one centre crop or another preprocessing");
    }
    return new Preprocessor(this, side("height", height), side("width", width), crops);
  }

  private int side(String which, OptionalInt ofNetwork) {
    if (inputSize.isEmpty() && ofNetwork.isEmpty()) {
      throw new UserException(
          ("the network takes any %s and the preprocessing leaves it to the network:"
                  + " give the preprocessing an input-size")
              .formatted(which));
    }
    if (inputSize.isPresent() && ofNetwork.isPresent() && !inputSize.equals(ofNetwork)) {
      throw new UserException(
          ("the network's input has %s %d but the preprocessing makes %d:"
                  + " choose one with that input-size, or with input-size = model")
              .formatted(which, ofNetwork.getAsInt(), inputSize.getAsInt()));
    }
    return inputSize.orElseGet(ofNetwork::getAsInt);
  }
}
