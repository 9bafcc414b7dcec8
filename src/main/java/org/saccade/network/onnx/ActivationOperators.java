package org.saccade.network.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Functions of one value, and softmax. */
final class ActivationOperators {
  private ActivationOperators() {}

  static Map<String, Translator> all() {
    Map<String, Translator> all = new HashMap<>();
    all.put("Relu", plain(Function.RELU));
    all.put("Sigmoid", plain(Function.SIGMOID));
    all.put("HardSwish", plain(Function.HARD_SWISH));
    all.put("Tanh", plain(Function.TANH));
    all.put("Mish", plain(Function.MISH));
    all.put("Softplus", plain(Function.SOFTPLUS));
    all.put("Softsign", plain(Function.SOFTSIGN));
    all.put("Exp", plain(Function.EXP));
    all.put("Log", plain(Function.LOG));
    all.put("Sqrt", plain(Function.SQRT));
    all.put("Abs", plain(Function.ABS));
    all.put("Neg", plain(Function.NEGATE));
    all.put("Erf", plain(Function.ERF));
    all.put("LeakyRelu", alphaOf(Function.LEAKY_RELU, 0.01f));
    all.put("Elu", alphaOf(Function.ELU, 1));
    all.put(
        "Selu",
        node ->
            node.apply(
                new Activation(
                    Function.SELU, node.real("alpha", 1.6732632f), node.real("gamma", 1.050701f))));
    all.put(
        "HardSigmoid",
        node ->
            node.apply(
                new Activation(
                    Function.HARD_SIGMOID, node.real("alpha", 0.2f), node.real("beta", 0.5f))));
    all.put("Gelu", ActivationOperators::gelu);
    all.put("Celu", ActivationOperators::celu);
    all.put("Clip", ActivationOperators::clip);
    all.put("PRelu", ActivationOperators::parametricRelu);
    all.put("Softmax", node -> softmax(node, false));
    all.put("LogSoftmax", node -> softmax(node, true));
    return all;
  }

  private static Translator plain(Function function) {
    return node -> node.apply(Activation.of(function));
  }

  private static Translator alphaOf(Function function, float otherwise) {
    return node -> node.apply(new Activation(function, node.real("alpha", otherwise), 0));
  }

  private static List<Value> gelu(OnnxNode node) {
    String approximation = node.text("approximate", "none");
    return node.apply(
        Activation.of(approximation.equals("tanh") ? Function.GELU_TANH : Function.GELU));
  }

  private static List<Value> celu(OnnxNode node) {
    return OnnxNode.computed(
        node.graph().celu(node.name(), node.activation(0), node.real("alpha", 1)));
  }

  private static List<Value> clip(OnnxNode node) {
    float low =
        node.optionalConstant(1)
            .map(Constant::number)
            .orElse(node.real("min", Float.NEGATIVE_INFINITY));
    float high =
        node.optionalConstant(2)
            .map(Constant::number)
            .orElse(node.real("max", Float.POSITIVE_INFINITY));
    return OnnxNode.computed(node.graph().clip(node.name(), node.activation(0), low, high));
  }

  private static List<Value> parametricRelu(OnnxNode node) {
    Constant slope = node.constant(1);
    int channels = node.shape(0).channels();
    int channelAxis = slope.shape().rank() - node.shape(0).rank();
    // From opset 7 on the slope is aligned at the last axis, before that at the channel axis.
    boolean aligned =
        node.opset() < 7 || (channelAxis >= 0 && slope.shape().dim(channelAxis) == channels);
    boolean perChannel = slope.size() == channels && aligned;
    if (slope.size() != 1 && !perChannel) {
      throw new UnsupportedOperator(
          "one slope, or one per channel, is expected, found shape " + slope.shape());
    }
    return node.apply(new Layer.ParametricRelu(Tensor.of(Shape.of(slope.size()), slope.floats())));
  }

  private static List<Value> softmax(OnnxNode node, boolean logarithm) {
    int rank = node.shape(0).rank() + 1;
    boolean flattens = node.opset() < 13;
    int axis = node.axis(node.integer("axis", flattens ? 1 : -1), rank);
    return flattens
        ? OnnxNode.computed(
            node.graph().softmaxFrom(node.name(), node.activation(0), axis, logarithm))
        : node.apply(new Layer.Softmax(axis, logarithm));
  }
}
