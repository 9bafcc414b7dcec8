package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.ChannelAffine;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Convolution;
import org.saccade.network.Layer.Linear;
import org.saccade.network.Layer.TransposedConvolution;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * A scale and shift per channel becomes part of the convolution or linear layer before it, which
 * nothing else reads: {@code s * (W x + b) + t = (s * W) x + (s * b + t)}.
 *
 * <p>Pure shifts after a linear layer are its bias and always move; the rest is batch normalization
 * and moves when asked to.
 */
final class AffineFolding implements Rewrite {
  private final boolean foldBatchNorm;

  AffineFolding(boolean foldBatchNorm) {
    this.foldBatchNorm = foldBatchNorm;
  }

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    return folded(node, graph)
        .map(
            layer -> {
              Node producer = graph.producer(node);
              return OptionalInt.of(
                  graph.add(producer.name(), layer, graph.rewritten(producer.input())));
            })
        .orElse(OptionalInt.empty());
  }

  private Optional<Layer> folded(Node node, Rewriting graph) {
    if (node.layer() instanceof ChannelAffine affine) {
      return folded(affine, node, graph);
    }
    Optional<Linear> linear = graph.absorbable(node, Linear.class);
    if (linear.isPresent()
        && node.layer() instanceof Activation activation
        && activation.function() == Activation.Function.NEGATE) {
      return Optional.of(mapped(linear.get(), o -> -1, o -> 0));
    }
    if (linear.isPresent()
        && node.layer() instanceof ConstantElementwise step
        && isBias(step.constant(), linear.get())) {
      return folded(step, linear.get());
    }
    return Optional.empty();
  }

  /** A sum, difference, product or quotient of each output and a constant, as another layer. */
  private static Optional<Layer> folded(ConstantElementwise step, Linear linear) {
    float[] constant = step.constant().values();
    OutputValue value = o -> constant[constant.length == 1 ? 0 : o];
    return switch (step.operator()) {
      case ADD -> Optional.of(mapped(linear, o -> 1, value));
      case SUBTRACT ->
          Optional.of(
              step.constantFirst()
                  ? mapped(linear, o -> -1, value)
                  : mapped(linear, o -> 1, o -> -value.of(o)));
      case MULTIPLY -> Optional.of(mapped(linear, value, o -> 0));
      case DIVIDE ->
          step.constantFirst()
              ? Optional.empty()
              : Optional.of(mapped(linear, o -> 1 / value.of(o), o -> 0));
      default -> Optional.empty();
    };
  }

  /** A number for each output. */
  @FunctionalInterface
  private interface OutputValue {
    float of(int output);
  }

  private static Linear mapped(Linear linear, OutputValue factor, OutputValue summand) {
    int outputs = linear.weight().shape().dim(0);
    float[] scale = new float[outputs];
    float[] bias = new float[outputs];
    boolean scaled = false;
    for (int o = 0; o < outputs; o++) {
      scale[o] = factor.of(o);
      bias[o] = linear.bias().values()[o] * scale[o] + summand.of(o);
      scaled |= scale[o] != 1;
    }
    Tensor weight = linear.weight();
    return new Linear(
        scaled ? scaleOutputs(weight, Tensor.of(Shape.of(outputs), scale)) : weight,
        Tensor.of(linear.bias().shape(), bias));
  }

  private Optional<Layer> folded(ChannelAffine affine, Node node, Rewriting graph) {
    Layer before = graph.absorbable(node, Layer.class).orElse(affine);
    if (before instanceof Linear linear && node.shape().rank() == 1) {
      return foldBatchNorm || isShift(affine)
          ? Optional.of(
              new Linear(
                  scaleOutputs(linear.weight(), affine.scale()), affine(linear.bias(), affine)))
          : Optional.empty();
    }
    if (before instanceof Convolution convolution && foldBatchNorm) {
      return Optional.of(
          new Convolution(
              scaleOutputs(convolution.weight(), affine.scale()),
              affine(convolution.bias(), affine),
              convolution.window(),
              convolution.groups()));
    }
    if (before instanceof TransposedConvolution transposed && foldBatchNorm) {
      return Optional.of(
          new TransposedConvolution(
              scaleTransposedOutputs(transposed.weight(), affine.scale(), transposed.groups()),
              affine(transposed.bias(), affine),
              transposed.window(),
              transposed.outputPadding(),
              transposed.groups()));
    }
    return Optional.empty();
  }

  private static boolean isShift(ChannelAffine affine) {
    for (float factor : affine.scale().values()) {
      if (factor != 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether adding a constant to a linear layer's result adds the same value at every position. */
  private static boolean isBias(Tensor constant, Linear linear) {
    int size = constant.shape().size();
    int rank = constant.shape().rank();
    return size == 1
        || (size == linear.bias().shape().size() && constant.shape().dim(rank - 1) == size);
  }

  private static Tensor affine(Tensor bias, ChannelAffine affine) {
    float[] values = bias.values().clone();
    for (int o = 0; o < values.length; o++) {
      values[o] = values[o] * affine.scale().values()[o] + affine.shift().values()[o];
    }
    return Tensor.of(bias.shape(), values);
  }

  /** Scales {@code [O, ...]} along its first axis. */
  private static Tensor scaleOutputs(Tensor weight, Tensor scale) {
    float[] values = weight.values().clone();
    int outputs = weight.shape().dim(0);
    int each = values.length / outputs;
    for (int o = 0; o < outputs; o++) {
      for (int i = o * each; i < (o + 1) * each; i++) {
        values[i] *= scale.values()[o];
      }
    }
    return Tensor.of(weight.shape(), values);
  }

  /** Scales {@code [I, O / groups, kernel...]} along its output channels. */
  private static Tensor scaleTransposedOutputs(Tensor weight, Tensor scale, int groups) {
    float[] values = weight.values().clone();
    int inputs = weight.shape().dim(0);
    int outputsPerGroup = weight.shape().dim(1);
    int kernel = values.length / (inputs * outputsPerGroup);
    for (int i = 0; i < inputs; i++) {
      int group = i / (inputs / groups);
      for (int o = 0; o < outputsPerGroup; o++) {
        float factor = scale.values()[group * outputsPerGroup + o];
        int start = (i * outputsPerGroup + o) * kernel;
        for (int k = start; k < start + kernel; k++) {
          values[k] *= factor;
        }
      }
    }
    return Tensor.of(weight.shape(), values);
  }
}
