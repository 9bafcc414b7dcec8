package org.saccade.unravel;

import java.util.Arrays;
import java.util.Optional;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/**
 * A layer whose outputs are weighted sums of inputs, prepared for asking which inputs contributed:
 * convolution, transposed convolution, linear layer and averaging alike.
 *
 * <p>Its input is seen as positions times channels with free strides. Filters are laid out {@code
 * [output channel, tap, channel of its group]}, so that the products of a window and a filter run
 * over neighbouring memory.
 *
 * @param filters {@code [O, T, C / groups]}, or {@code [O, 1, C / groups]} when all taps are tied
 * @param tied whether every tap has the same weights
 * @param inputsPerGroup {@code C / groups}
 * @param outputsPerGroup {@code O / groups}
 * @param inputSize number of elements of the input
 * @param channelStride distance of neighbouring channels in the input
 * @param positionStride distance of neighbouring positions in the input
 * @param nonNegative whether no value of the input can be negative
 * @param filtersByChannel the filters of an unpadded convolution with one tap, {@code [C / groups,
 *     O]}
 */
@SuppressWarnings("ArrayRecordComponent") // Tables for hot loops, package-private, never compared.
record Projection(
    float[] filters,
    boolean tied,
    int inputsPerGroup,
    int outputsPerGroup,
    Footprint footprint,
    int inputSize,
    int channelStride,
    int positionStride,
    boolean nonNegative,
    Optional<float[]> filtersByChannel) {

  static Projection of(Layer.Convolution layer, Shape input, Shape output) {
    Footprint footprint = Footprint.sliding(layer.window(), input.spatial(), output.spatial());
    int outputs = layer.outputChannels();
    int inputs = layer.channelsPerGroup();
    int taps = footprint.taps();
    float[] source = layer.weight().values();
    float[] filters = taps == 1 ? source : new float[source.length];
    for (int o = 0; o < outputs && taps > 1; o++) {
      for (int c = 0; c < inputs; c++) {
        for (int t = 0; t < taps; t++) {
          filters[(o * taps + t) * inputs + c] = source[(o * inputs + c) * taps + t];
        }
      }
    }
    return channelsFirst(filters, false, inputs, outputs / layer.groups(), footprint, input);
  }

  static Projection of(Layer.TransposedConvolution layer, Shape input, Shape output) {
    Footprint footprint = Footprint.transposed(layer.window(), input.spatial(), output.spatial());
    int inputs = layer.weight().shape().dim(0) / layer.groups();
    int outputs = layer.weight().shape().dim(1);
    int taps = footprint.taps();
    float[] source = layer.weight().values();
    float[] filters = new float[source.length];
    for (int group = 0; group < layer.groups(); group++) {
      for (int c = 0; c < inputs; c++) {
        for (int o = 0; o < outputs; o++) {
          for (int t = 0; t < taps; t++) {
            filters[((group * outputs + o) * taps + t) * inputs + c] =
                source[((group * inputs + c) * outputs + o) * taps + t];
          }
        }
      }
    }
    return channelsFirst(filters, false, inputs, outputs, footprint, input);
  }

  /** A linear layer over the last axis: all other axes together are the position. */
  static Projection of(Layer.Linear layer, Shape input) {
    int outputs = layer.weight().shape().dim(0);
    int inputs = layer.weight().shape().dim(1);
    return new Projection(
        layer.weight().values(),
        false,
        inputs,
        outputs,
        Footprint.point(input.size() / inputs),
        input.size(),
        1,
        inputs,
        false,
        Optional.empty());
  }

  /** The same filter at every position, then the mean over all of them. */
  static Projection of(Layer.ConvolutionalClassifier layer, Shape input) {
    int outputs = layer.weight().shape().dim(0);
    int inputs = layer.weight().shape().dim(1);
    Footprint footprint = Footprint.whole(input.spatial());
    return channelsFirst(layer.weight().values(), true, inputs, outputs, footprint, input);
  }

  /** The mean over a footprint, channel by channel. */
  static Projection averaging(Footprint footprint, Shape input) {
    float[] ones = new float[input.channels()];
    Arrays.fill(ones, 1);
    return channelsFirst(ones, true, 1, 1, footprint, input);
  }

  private static Projection channelsFirst(
      float[] filters, boolean tied, int inputs, int outputs, Footprint footprint, Shape input) {
    return new Projection(
        filters,
        tied,
        inputs,
        outputs,
        footprint,
        input.size(),
        Layout.of(input).positions(),
        1,
        false,
        !tied && footprint.readsOnePosition() && footprint.taps() == 1
            ? Optional.of(transposed(filters, inputs))
            : Optional.empty());
  }

  private static float[] transposed(float[] filters, int inputs) {
    int outputs = filters.length / inputs;
    float[] transposed = new float[filters.length];
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < inputs; c++) {
        transposed[c * outputs + o] = filters[o * inputs + c];
      }
    }
    return transposed;
  }

  /** This projection over an input that is known to have no negative values. */
  Projection withoutNegativeInputs() {
    return new Projection(
        filters,
        tied,
        inputsPerGroup,
        outputsPerGroup,
        footprint,
        inputSize,
        channelStride,
        positionStride,
        true,
        filtersByChannel);
  }

  /** First input channel of the group that an output channel belongs to. */
  int firstInput(int output) {
    return output / outputsPerGroup * inputsPerGroup;
  }

  /** Number of input channels. */
  int inputs() {
    return filters.length / (tied ? 1 : footprint.taps()) / outputsPerGroup;
  }

  /** Where the weights of a filter's tap begin. */
  int filter(int output, int tap) {
    return (tied ? output : output * footprint.taps() + tap) * inputsPerGroup;
  }
}
