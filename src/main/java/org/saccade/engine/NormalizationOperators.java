package org.saccade.engine;

import static org.saccade.engine.NativeMemory.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.saccade.network.Layer;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Normalizations, and the scale and shift that follow them. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  /** Batch normalization with mean 0 and variance 1: scale and shift in one pass. */
  static Operator channelAffine(Tensor scale, Tensor shift, Weights weights) {
    int channels = scale.shape().size();
    PtNDArray gamma = weights.of(scale, Shape.of(channels));
    PtNDArray beta = weights.of(shift, Shape.of(channels));
    PtNDArray mean = weights.of(Tensor.filled(channels, 0));
    PtNDArray variance = weights.of(Tensor.filled(channels, 1));
    // JniUtils names its parameters in another order than libtorch reads them.
    return Operator.unary(x -> JniUtils.batchNorm(x, mean, variance, gamma, beta, false, 0, 0));
  }

  /**
   * The window of {@code size} channels starts {@code (size - 1) / 2} channels before the
   * normalized one, so that an even size reaches one channel further up, as in ONNX.
   */
  static Operator localResponse(
      Layer.LocalResponseNormalization layer, Shape input, Weights weights) {
    int before = (layer.size() - 1) / 2;
    int after = layer.size() - 1 - before;
    int cells = input.spatial().size();
    Shape plane = Shape.of(1, input.channels(), cells);
    long[] padding = {0, 0, before, after};
    PtNDArray alpha = weights.scalar(layer.alpha());
    PtNDArray beta = weights.scalar(layer.beta());
    PtNDArray bias = weights.scalar(layer.bias());
    ai.djl.ndarray.types.Shape kernel = new ai.djl.ndarray.types.Shape(layer.size(), 1);
    ai.djl.ndarray.types.Shape stride = new ai.djl.ndarray.types.Shape(1, 1);
    ai.djl.ndarray.types.Shape none = new ai.djl.ndarray.types.Shape(0, 0);
    return Operator.unary(
        x -> {
          try (PtNDArray squares = JniUtils.square(x);
              PtNDArray flat = OperatorCompiler.reshape(squares, plane);
              PtNDArray padded = JniUtils.pad(flat, padding, 0);
              PtNDArray means = JniUtils.avgPool(padded, kernel, stride, none, false, true);
              PtNDArray scale = OperatorCompiler.reshape(means, input)) {
            JniUtils.muli(scale, alpha);
            JniUtils.addi(scale, bias);
            // A power is exp(beta log x); libtorch's own depends on the place in the batch.
            try (PtNDArray exponent = JniUtils.log(scale)) {
              JniUtils.muli(exponent, beta);
              try (PtNDArray norms = JniUtils.exp(exponent)) {
                return JniUtils.div(x, norms);
              }
            }
          }
        });
  }

  /** Layer normalization of each group, laid out as one vector, then scale and shift. */
  static Operator group(Layer.GroupNormalization layer, Shape input, Weights weights) {
    int members = input.size() / layer.groups();
    Shape grouped = Shape.of(layer.groups(), members);
    PtNDArray ones = weights.of(Tensor.filled(members, 1));
    PtNDArray zeros = weights.of(Tensor.filled(members, 0));
    ai.djl.ndarray.types.Shape normalized = djl(Shape.of(members));
    Operator affine = channelAffine(layer.scale(), layer.shift(), weights);
    return Operator.unary(
        x -> {
          try (PtNDArray groups = OperatorCompiler.reshape(x, grouped);
              PtNDArray standard =
                  JniUtils.layerNorm(groups, normalized, ones, zeros, layer.epsilon());
              PtNDArray standardized = OperatorCompiler.reshape(standard, input)) {
            return affine.apply(standardized);
          }
        });
  }

  static Operator layer(Layer.LayerNormalization layer, Weights weights) {
    ai.djl.ndarray.types.Shape normalized = djl(layer.scale().shape());
    PtNDArray scale = weights.of(layer.scale());
    PtNDArray shift = weights.of(layer.shift(), layer.scale().shape());
    return Operator.unary(x -> JniUtils.layerNorm(x, normalized, scale, shift, layer.epsilon()));
  }
}
