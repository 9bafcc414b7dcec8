package org.saccade.engine;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/** Element-wise functions of one value. */
final class ActivationOperators {
  private ActivationOperators() {}

  static Operator activation(Layer.Activation layer, Weights weights) {
    float alpha = layer.alpha();
    float beta = layer.beta();
    return switch (layer.function()) {
      case RELU -> Operator.unary(JniUtils::relu);
      case LEAKY_RELU -> Operator.unary(x -> JniUtils.leakyRelu(x, alpha));
      case ELU -> Operator.unary(x -> JniUtils.elu(x, alpha));
      case SELU -> {
        PtNDArray scale = weights.scalar(beta);
        yield Operator.unary(
            x -> {
              PtNDArray scaled = JniUtils.elu(x, alpha);
              JniUtils.muli(scaled, scale);
              return scaled;
            });
      }
      case SIGMOID -> Operator.unary(JniUtils::sigmoid);
      case HARD_SIGMOID -> Operator.unary(hardSigmoid(alpha, beta, weights));
      case TANH -> Operator.unary(JniUtils::tanh);
      case SILU -> gated(JniUtils::sigmoid);
      case HARD_SWISH -> gated(hardSigmoid(1 / 6.0, 0.5, weights));
      case GELU -> Operator.unary(JniUtils::gelu);
      case GELU_TANH -> gated(geluTanhGate(weights));
      case MISH ->
          Operator.imageByImage(
              gated(
                  x -> {
                    try (PtNDArray softPlus = JniUtils.softPlus(x)) {
                      return JniUtils.tanh(softPlus);
                    }
                  }));
      case SOFTPLUS -> Operator.imageByImage(Operator.unary(JniUtils::softPlus));
      case SOFTSIGN -> Operator.unary(JniUtils::softSign);
      case CLIP -> Operator.unary(x -> JniUtils.clip(x, alpha, beta));
      case EXP -> Operator.unary(JniUtils::exp);
      case LOG -> Operator.unary(JniUtils::log);
      case SQRT -> Operator.unary(JniUtils::sqrt);
      case ABS -> Operator.unary(JniUtils::abs);
      case NEGATE -> Operator.unary(JniUtils::neg);
      case ERF -> Operator.unary(JniUtils::erf);
    };
  }

  /** {@code relu(x) + slope * (x - relu(x))}: DJL has no PReLU. */
  static Operator parametricRelu(Layer.ParametricRelu layer, Shape input, Weights weights) {
    int slopes = layer.slope().shape().size();
    Shape perChannel = new Shape(Shape.repeat(1, input.rank() - 1)).prepend(slopes);
    PtNDArray slope = weights.of(layer.slope(), perChannel);
    return Operator.unary(
        x -> {
          try (PtNDArray positive = JniUtils.relu(x)) {
            PtNDArray result = JniUtils.sub(x, positive);
            JniUtils.muli(result, slope);
            JniUtils.addi(result, positive);
            return result;
          }
        });
  }

  /** {@code x * gate(x)}. */
  private static Operator gated(Operator.Unary gate) {
    return Operator.unary(
        x -> {
          PtNDArray result = gate.apply(x);
          JniUtils.muli(result, x);
          return result;
        });
  }

  /** {@code clamp(alpha * x + beta, 0, 1)}. */
  private static Operator.Unary hardSigmoid(double alpha, double beta, Weights weights) {
    PtNDArray slope = weights.scalar(alpha);
    PtNDArray shift = weights.scalar(beta);
    return x -> {
      try (PtNDArray line = JniUtils.mul(x, slope)) {
        JniUtils.addi(line, shift);
        return JniUtils.clip(line, 0f, 1f);
      }
    };
  }

  /** {@code (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2}. */
  private static Operator.Unary geluTanhGate(Weights weights) {
    PtNDArray cubic = weights.scalar(0.044715);
    PtNDArray one = weights.scalar(1);
    PtNDArray scale = weights.scalar(Math.sqrt(2 / Math.PI));
    PtNDArray half = weights.scalar(0.5);
    return x -> {
      try (PtNDArray polynomial = JniUtils.square(x)) {
        JniUtils.muli(polynomial, cubic);
        JniUtils.addi(polynomial, one);
        JniUtils.muli(polynomial, x);
        JniUtils.muli(polynomial, scale);
        PtNDArray gate = JniUtils.tanh(polynomial);
        JniUtils.addi(gate, one);
        JniUtils.muli(gate, half);
        return gate;
      }
    };
  }
}
