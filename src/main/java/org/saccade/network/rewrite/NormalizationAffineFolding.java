package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Layer;
import org.saccade.network.Layer.ChannelAffine;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Layer.GroupNormalization;
import org.saccade.network.Layer.LayerNormalization;
import org.saccade.network.Node;
import org.saccade.network.Tensor;

/** A scale or shift after a normalization becomes part of the normalization's own. */
final class NormalizationAffineFolding implements Rewrite {

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

  private static Optional<Layer> folded(Node node, Rewriting graph) {
    if (node.layer() instanceof ConstantElementwise constant) {
      return graph
          .absorbable(node, LayerNormalization.class)
          .filter(
              normalization -> normalization.scale().shape().equals(constant.constant().shape()))
          .flatMap(normalization -> folded(normalization, constant));
    }
    if (node.layer() instanceof ChannelAffine affine && node.shape().rank() == 1) {
      return graph
          .absorbable(node, LayerNormalization.class)
          .map(
              normalization ->
                  new LayerNormalization(
                      product(normalization.scale(), affine.scale()),
                      sum(product(normalization.shift(), affine.scale()), affine.shift()),
                      normalization.epsilon()));
    }
    if (node.layer() instanceof ChannelAffine affine) {
      return graph
          .absorbable(node, GroupNormalization.class)
          .map(
              normalization ->
                  new GroupNormalization(
                      normalization.groups(),
                      product(normalization.scale(), affine.scale()),
                      sum(product(normalization.shift(), affine.scale()), affine.shift()),
                      normalization.epsilon()));
    }
    return Optional.empty();
  }

  private static Optional<Layer> folded(
      LayerNormalization normalization, ConstantElementwise constant) {
    if (constant.operator() == Operator.ADD) {
      return Optional.of(
          new LayerNormalization(
              normalization.scale(),
              sum(normalization.shift(), constant.constant()),
              normalization.epsilon()));
    }
    if (constant.operator() == Operator.MULTIPLY) {
      return Optional.of(
          new LayerNormalization(
              product(normalization.scale(), constant.constant()),
              product(normalization.shift(), constant.constant()),
              normalization.epsilon()));
    }
    return Optional.empty();
  }

  private static Tensor sum(Tensor first, Tensor second) {
    float[] values = first.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += second.values()[i];
    }
    return Tensor.of(first.shape(), values);
  }

  private static Tensor product(Tensor first, Tensor second) {
    float[] values = first.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= second.values()[i];
    }
    return Tensor.of(first.shape(), values);
  }
}
