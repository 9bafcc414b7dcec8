package org.saccade.engine;

import static org.saccade.engine.NativeMemory.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.saccade.network.Layer;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/** Convolutions over one to three spatial axes. */
final class ConvolutionOperators {
  private ConvolutionOperators() {}

  static Operator convolution(Layer.Convolution layer, Weights weights) {
    Window window = layer.window();
    Tensor kernel = layer.weight();
    int missing = weights.missingChannels(kernel.shape(), layer.groups());
    PtNDArray weight =
        missing == 0
            ? weights.of(kernel)
            : filledUp(kernel.shape(), kernel.values(), missing, weights);
    PtNDArray bias = weights.of(layer.bias());
    ai.djl.ndarray.types.Shape stride = djl(window.stride());
    ai.djl.ndarray.types.Shape dilation = djl(window.dilation());
    boolean even = window.padBefore().equals(window.padAfter());
    List<Integer> none = Shape.repeat(0, window.axes());
    ai.djl.ndarray.types.Shape padding = djl(even ? window.padBefore() : none);
    if (even && missing == 0) {
      return Operator.unary(
          x -> convolved(x, weight, bias, stride, padding, dilation, layer.groups()));
    }
    long[] added =
        even
            ? PaddingOperators.channelsAndCells(missing, none, none)
            : PaddingOperators.channelsAndCells(missing, window.padBefore(), window.padAfter());
    return Operator.unary(
        x -> {
          try (PtNDArray padded = JniUtils.pad(x, added, 0)) {
            return convolved(padded, weight, bias, stride, padding, dilation, layer.groups());
          }
        });
  }

  /**
   * libtorch's convolution, but where a window is all of the input, the product of matrices that it
   * is: there, too, some processors get wrong sums, see {@link ConvolutionCheck}.
   */
  private static PtNDArray convolved(
      PtNDArray x,
      PtNDArray weight,
      PtNDArray bias,
      ai.djl.ndarray.types.Shape stride,
      ai.djl.ndarray.types.Shape padding,
      ai.djl.ndarray.types.Shape dilation,
      int groups) {
    long[] input = x.getShape().getShape();
    long[] kernel = weight.getShape().getShape();
    boolean unpadded = LongStream.of(padding.getShape()).allMatch(cells -> cells == 0);
    if (groups > 1
        || !unpadded
        || !Arrays.equals(input, 1, input.length, kernel, 1, kernel.length)) {
      return JniUtils.convolution(x, weight, bias, stride, padding, dilation, groups);
    }
    long row = weight.size() / kernel[0];
    long[] cell = input.clone();
    Arrays.fill(cell, 1);
    cell[0] = input[0];
    cell[1] = kernel[0];
    try (PtNDArray rows = JniUtils.reshape(x, new long[] {input[0], row});
        PtNDArray matrix = JniUtils.reshape(weight, new long[] {kernel[0], row});
        PtNDArray product = JniUtils.linear(rows, matrix, bias)) {
      return JniUtils.reshape(product, cell);
    }
  }

  /** Weights {@code [O, I, kernel...]} with zeros for the input channels that are missing. */
  private static PtNDArray filledUp(Shape shape, float[] values, int missing, Weights weights) {
    int channels = shape.dim(1);
    int taps = shape.size() / (shape.dim(0) * channels);
    return weights.of(
        shape.with(1, channels + missing),
        ConvolutionCheck.filledUp(values, channels, channels + missing, taps));
  }

  /**
   * Convolution of the input, with {@code stride - 1} zeros between its cells, with the mirrored
   * weights whose channel axes are swapped: DJL has no transposed convolution.
   */
  static Operator transposed(Layer.TransposedConvolution layer, Shape input, Weights weights) {
    Window window = layer.window();
    int axes = window.axes();
    Shape mirroredShape = mirroredShape(layer);
    int missing = weights.missingChannels(mirroredShape, layer.groups());
    PtNDArray weight = filledUp(mirroredShape, mirrored(layer), missing, weights);
    PtNDArray bias = weights.of(layer.bias());
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    List<Integer> split = new ArrayList<>(List.of(input.channels()));
    List<Integer> joined = new ArrayList<>(List.of(input.channels()));
    List<Integer> zeros = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      int stride = window.stride().get(axis);
      split.add(input.dim(axis + 1));
      split.add(1);
      zeros.add(0);
      zeros.add(stride - 1);
      joined.add(input.dim(axis + 1) * stride);
      before.add(window.reach(axis) - 1 - window.padBefore().get(axis));
      // The zeros after the last cell are none of the input's.
      after.add(
          window.reach(axis)
              - 1
              - window.padAfter().get(axis)
              + layer.outputPadding().get(axis)
              - (stride - 1));
    }
    long[] stuffing = PaddingOperators.spatial(Shape.repeat(0, 2 * axes), zeros);
    long[] padding = PaddingOperators.channelsAndCells(missing, before, after);
    Shape splitShape = new Shape(split);
    Shape joinedShape = new Shape(joined);
    ai.djl.ndarray.types.Shape none = djl(Shape.repeat(0, axes));
    ai.djl.ndarray.types.Shape ones = djl(Shape.repeat(1, axes));
    ai.djl.ndarray.types.Shape dilation = djl(window.dilation());
    return Operator.unary(
        x -> {
          try (PtNDArray cells = OperatorCompiler.reshape(x, splitShape);
              PtNDArray stuffed = JniUtils.pad(cells, stuffing, 0);
              PtNDArray spread = OperatorCompiler.reshape(stuffed, joinedShape);
              PtNDArray padded = JniUtils.pad(spread, padding, 0)) {
            return convolved(padded, weight, bias, ones, none, dilation, layer.groups());
          }
        });
  }

  static Operator classifier(Layer.ConvolutionalClassifier layer, Shape input, Weights weights) {
    int axes = input.rank() - 1;
    Shape kernel = new Shape(Shape.repeat(1, axes));
    Shape shape =
        kernel.prepend(layer.weight().shape().dim(1)).prepend(layer.weight().shape().dim(0));
    PtNDArray weight = weights.of(layer.weight(), shape);
    PtNDArray bias = weights.of(layer.bias());
    ai.djl.ndarray.types.Shape none = djl(Shape.repeat(0, axes));
    ai.djl.ndarray.types.Shape ones = djl(kernel);
    Shape classes = Shape.of(layer.weight().shape().dim(0));
    if (!layer.relu()) {
      PtNDArray matrix = weights.of(layer.weight());
      Shape channels = Shape.of(input.channels());
      return Operator.unary(
          x -> {
            try (PtNDArray mean = JniUtils.adaptiveAvgPool(x, ones);
                PtNDArray vector = OperatorCompiler.reshape(mean, channels)) {
              return JniUtils.linear(vector, matrix, bias);
            }
          });
    }
    return Operator.unary(
        x -> {
          try (PtNDArray scores = convolved(x, weight, bias, ones, none, ones, 1);
              PtNDArray rectified = JniUtils.relu(scores);
              PtNDArray mean = JniUtils.adaptiveAvgPool(rectified, ones)) {
            return OperatorCompiler.reshape(mean, classes);
          }
        });
  }

  /** {@code [I, O / groups, kernel...] -> [O, I / groups, mirrored kernel...]}. */
  private static float[] mirrored(Layer.TransposedConvolution layer) {
    Shape shape = layer.weight().shape();
    int inputsPerGroup = shape.dim(0) / layer.groups();
    int outputsPerGroup = shape.dim(1);
    int taps = shape.size() / (shape.dim(0) * outputsPerGroup);
    float[] from = layer.weight().values();
    float[] to = new float[from.length];
    for (int group = 0; group < layer.groups(); group++) {
      for (int i = 0; i < inputsPerGroup; i++) {
        for (int o = 0; o < outputsPerGroup; o++) {
          int source = ((group * inputsPerGroup + i) * outputsPerGroup + o) * taps;
          int target = ((group * outputsPerGroup + o) * inputsPerGroup + i) * taps;
          // Mirroring every axis of a row-major block is reading it backwards.
          for (int tap = 0; tap < taps; tap++) {
            to[target + tap] = from[source + taps - 1 - tap];
          }
        }
      }
    }
    return to;
  }

  private static Shape mirroredShape(Layer.TransposedConvolution layer) {
    Shape shape = layer.weight().shape();
    return shape.with(0, shape.dim(1) * layer.groups()).with(1, shape.dim(0) / layer.groups());
  }
}
