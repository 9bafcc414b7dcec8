package org.saccade.unravel;

import java.util.Arrays;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/**
 * A layer whose outputs are weighted sums of inputs, prepared for asking which inputs contributed:
 * convolution, transposed convolution, linear layer and averaging alike.
 *
 * <p>Input and filters are seen with free strides, so that filters stay as the layer has them.
 *
 * @param filters every weight once
 * @param groupStride distance of neighbouring groups' filters
 * @param outputStride distance of neighbouring outputs' filters within a group
 * @param inputStride distance of neighbouring input channels within a filter
 * @param tapStride distance of neighbouring taps within a filter; 0 when all are tied to one weight
 * @param outputs number of output channels
 * @param inputsPerGroup number of input channels that an output channel reads
 * @param outputsPerGroup number of output channels that read the same input channels
 * @param inputSize number of elements of the input
 * @param channelStride distance of neighbouring channels in the input
 * @param positionStride distance of neighbouring positions in the input
 * @param neverNegative whether no value of the input can be negative
 * @param index of the filters' weights
 */
@SuppressWarnings("ArrayRecordComponent") // Tables for hot loops, package-private, never compared.
record Projection(
    float[] filters,
    int groupStride,
    int outputStride,
    int inputStride,
    int tapStride,
    int outputs,
    int inputsPerGroup,
    int outputsPerGroup,
    Footprint footprint,
    int inputSize,
    int channelStride,
    int positionStride,
    boolean neverNegative,
    WeightIndex index) {

  static Projection of(Layer.Convolution layer, Shape input, Shape output) {
    Footprint footprint = Footprint.sliding(layer.window(), input.spatial(), output.spatial());
    int outputs = layer.outputChannels();
    int inputs = layer.channelsPerGroup();
    int perGroup = outputs / layer.groups();
    int taps = footprint.taps();
    return overPlanes(
        layer.weight().values(),
        perGroup * inputs * taps,
        inputs * taps,
        taps,
        1,
        outputs,
        inputs,
        perGroup,
        footprint,
        input);
  }

  static Projection of(Layer.TransposedConvolution layer, Shape input, Shape output) {
    Footprint footprint = Footprint.transposed(layer.window(), input.spatial(), output.spatial());
    int inputs = layer.weight().shape().dim(0) / layer.groups();
    int perGroup = layer.weight().shape().dim(1);
    int outputs = perGroup * layer.groups();
    int taps = footprint.taps();
    return overPlanes(
        layer.weight().values(),
        inputs * perGroup * taps,
        taps,
        perGroup * taps,
        1,
        outputs,
        inputs,
        perGroup,
        footprint,
        input);
  }

  private static Projection overPlanes(
      float[] filters,
      int groupStride,
      int outputStride,
      int inputStride,
      int tapStride,
      int outputs,
      int inputs,
      int perGroup,
      Footprint footprint,
      Shape input) {
    return new Projection(
        filters,
        groupStride,
        outputStride,
        inputStride,
        tapStride,
        outputs,
        inputs,
        perGroup,
        footprint,
        input.size(),
        Layout.of(input).positions(),
        1,
        false,
        new WeightIndex(filters, inputs, inputStride, outputs));
  }

  /** A linear layer over the last axis: all other axes together are the position. */
  static Projection of(Layer.Linear layer, Shape input) {
    int outputs = layer.weight().shape().dim(0);
    int inputs = layer.weight().shape().dim(1);
    Footprint rows = Footprint.point(input.size() / inputs);
    float[] filters = layer.weight().values();
    return new Projection(
        filters,
        0,
        inputs,
        1,
        0,
        outputs,
        inputs,
        outputs,
        rows,
        input.size(),
        1,
        inputs,
        false,
        new WeightIndex(filters, inputs, 1, outputs));
  }

  /** The same filter at every position, then the mean over all of them. */
  static Projection of(Layer.ConvolutionalClassifier layer, Shape input) {
    int outputs = layer.weight().shape().dim(0);
    int inputs = layer.weight().shape().dim(1);
    return tied(layer.weight().values(), outputs, inputs, outputs, input);
  }

  /** The mean over all positions, channel by channel. */
  static Projection averaging(Shape input) {
    float[] ones = new float[input.channels()];
    Arrays.fill(ones, 1);
    return tied(ones, ones.length, 1, 1, input);
  }

  private static Projection tied(
      float[] filters, int outputs, int inputs, int perGroup, Shape input) {
    return overPlanes(
        filters,
        perGroup * inputs,
        inputs,
        1,
        0,
        outputs,
        inputs,
        perGroup,
        Footprint.whole(input.spatial()),
        input);
  }

  /** This projection over an input that is known to have no negative values. */
  Projection withoutNegativeInputs() {
    return new Projection(
        filters,
        groupStride,
        outputStride,
        inputStride,
        tapStride,
        outputs,
        inputsPerGroup,
        outputsPerGroup,
        footprint,
        inputSize,
        channelStride,
        positionStride,
        true,
        index);
  }

  /** First input channel of the group that an output channel belongs to. */
  int firstInput(int output) {
    // Most projections have one group only, and a division takes as long as all the rest.
    return grouped() ? output / outputsPerGroup * inputsPerGroup : 0;
  }

  /** Where an output channel's filter begins. */
  int filter(int output) {
    return grouped()
        ? output / outputsPerGroup * groupStride + output % outputsPerGroup * outputStride
        : output * outputStride;
  }

  /** Whether an output reads a row of channels side by side, as in a linear layer. */
  boolean readsRow() {
    return tapStride == 0 && channelStride == 1;
  }

  /** Whether there are outputs that read other channels than others do. */
  boolean grouped() {
    return outputsPerGroup < outputs;
  }

  /** Whether all taps have the same weights. */
  boolean tied() {
    return tapStride == 0 && footprint.taps() > 1;
  }

  /** Whether a filter's weights lie channel by channel and tap by tap, without gaps. */
  boolean inWindowOrder() {
    int taps = footprint.taps();
    return inputStride == taps && (tapStride == 1 || taps == 1);
  }
}
