package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.ChannelAffine;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Convolution;
import org.saccade.network.Layer.Linear;
import org.saccade.network.Layer.TransposedConvolution;
import org.saccade.network.Node;
import org.saccade.network.Tensor;

/**
 * A scale and shift per channel becomes part of the convolution or linear layer before it, which
 * nothing else reads: {@code s * (W x + b) + t = (s * W) x + (s * b + t)}.
 *
 * <p>What is done to each output of a linear layer always moves, so that a walk from its negative
 * follows what raises that; batch normalization moves when asked to, and only its pure shifts
 * always.
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
    return graph
        .absorbable(node, Linear.class)
        .flatMap(linear -> step(node.layer(), linear).map(affine -> scaled(linear, affine)));
  }

  /** What a layer does to each output of a linear layer by itself, if that is all it does. */
  private static Optional<ChannelAffine> step(Layer layer, Linear linear) {
    Tensor ones = Tensor.filled(linear.bias().shape().size(), 1);
    Tensor zeros = Tensor.filled(linear.bias().shape().size(), 0);
    if (layer instanceof Activation activation
        && activation.function() == Activation.Function.NEGATE) {
      return Optional.of(new ChannelAffine(each(ones, one -> -one), zeros));
    }
    if (!(layer instanceof ConstantElementwise step) || !isBias(step.constant(), linear)) {
      return Optional.empty();
    }
    Tensor constant = step.constant();
    Tensor operand =
        constant.shape().size() == 1 ? each(ones, one -> constant.values()[0]) : constant;
    return switch (step.operator()) {
      case ADD -> Optional.of(new ChannelAffine(ones, operand));
      case SUBTRACT ->
          Optional.of(
              step.constantFirst()
                  ? new ChannelAffine(each(ones, one -> -one), operand)
                  : new ChannelAffine(ones, each(operand, value -> -value)));
      case MULTIPLY -> Optional.of(new ChannelAffine(operand, zeros));
      case DIVIDE ->
          step.constantFirst()
              ? Optional.empty()
              : Optional.of(new ChannelAffine(each(operand, value -> 1 / value), zeros));
      default -> Optional.empty();
    };
  }

  private static Tensor each(Tensor tensor, UnaryOperator<Float> function) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = function.apply(values[i]);
    }
    return Tensor.of(tensor.shape(), values);
  }

  private static Layer scaled(Linear linear, ChannelAffine affine) {
    Tensor weight = linear.weight();
    return new Linear(
        isShift(affine) ? weight : scaleOutputs(weight, affine.scale()),
        affine(linear.bias(), affine));
  }

  private Optional<Layer> folded(ChannelAffine affine, Node node, Rewriting graph) {
    Layer before = graph.absorbable(node, Layer.class).orElse(affine);
    if (before instanceof Linear linear && node.shape().rank() == 1) {
      return foldBatchNorm || isShift(affine)
          ? Optional.of(scaled(linear, affine))
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
