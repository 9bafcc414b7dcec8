package org.saccade.network.onnx;

import java.util.List;
import java.util.Map;
import org.saccade.network.Layer;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Normalizations at inference. */
final class NormalizationOperators {
  private NormalizationOperators() {}

  static Map<String, Translator> all() {
    return Map.of(
        "BatchNormalization", NormalizationOperators::batch,
        "InstanceNormalization", NormalizationOperators::instance,
        "GroupNormalization", NormalizationOperators::group,
        "LayerNormalization", NormalizationOperators::layer,
        "LRN", NormalizationOperators::localResponse);
  }

  private static List<Value> batch(OnnxNode node) {
    // Statistics of the batch beside the result are what training asks for.
    boolean returnsStatistics = node.opset() < 14 && node.outputCount() > 1;
    if (node.flag("training_mode")
        || returnsStatistics
        || (node.opset() < 7 && !node.flag("is_test"))) {
      throw new UnsupportedOperator("it is in training mode; export the network in eval mode");
    }
    if (node.opset() < 9 && node.integer("spatial", 1) == 0) {
      throw new UnsupportedOperator("normalization per position (spatial=0) is not supported");
    }
    return OnnxNode.computed(
        node.graph()
            .batchNormalization(
                node.name(),
                node.activation(0),
                node.constant(1).tensor(),
                node.constant(2).tensor(),
                node.constant(3).tensor(),
                node.constant(4).tensor(),
                node.real("epsilon", 1e-5f)));
  }

  private static List<Value> instance(OnnxNode node) {
    return node.apply(
        new Layer.GroupNormalization(
            node.shape(0).channels(),
            node.constant(1).tensor(),
            node.constant(2).tensor(),
            node.real("epsilon", 1e-5f)));
  }

  private static List<Value> group(OnnxNode node) {
    int groups = (int) node.integer("num_groups", 1);
    int channels = node.shape(0).channels();
    return node.apply(
        new Layer.GroupNormalization(
            groups,
            perChannel(node.constant(1), channels),
            perChannel(node.constant(2), channels),
            node.real("epsilon", 1e-5f)));
  }

  /** Opset 18 scales each group, opset 21 each channel. */
  private static Tensor perChannel(Constant constant, int channels) {
    float[] values = constant.floats();
    float[] spread = new float[channels];
    for (int c = 0; c < channels; c++) {
      spread[c] = values[(int) ((long) c * values.length / channels)];
    }
    return Tensor.of(Shape.of(channels), spread);
  }

  private static List<Value> layer(OnnxNode node) {
    Shape input = node.shape(0);
    int axis = node.axis(node.integer("axis", -1), input.rank() + 1);
    Shape normalized = new Shape(input.dims().subList(axis, input.rank()));
    Tensor shift =
        node.hasInput(2)
            ? spread(node.constant(2), normalized)
            : Tensor.of(normalized, new float[normalized.size()]);
    return node.apply(
        new Layer.LayerNormalization(
            spread(node.constant(1), normalized), shift, node.real("epsilon", 1e-5f)));
  }

  private static Tensor spread(Constant constant, Shape normalized) {
    if (constant.size() == normalized.size()) {
      return constant.withShape(normalized).tensor();
    }
    if (constant.size() == 1) {
      return Tensor.of(normalized, Tensor.filled(normalized.size(), constant.number()).values());
    }
    throw new UnsupportedOperator(
        "a scale and shift of shape %s is expected, found %s"
            .formatted(normalized, constant.shape()));
  }

  private static List<Value> localResponse(OnnxNode node) {
    int size = (int) node.integer("size", 1);
    if (size % 2 == 0) {
      throw new UnsupportedOperator("an odd number of channels is expected, found size " + size);
    }
    return node.apply(
        new Layer.LocalResponseNormalization(
            size, node.real("alpha", 1e-4f), node.real("beta", 0.75f), node.real("bias", 1)));
  }
}
