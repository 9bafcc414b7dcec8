package org.saccade.network.onnx;

import java.util.List;
import java.util.Map;
import org.saccade.network.Layer;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.UnsupportedNetworkException;

/** Matrix products with constant matrices, and lookups in constant tables. */
final class MatrixOperators {
  private MatrixOperators() {}

  static Map<String, Translator> all() {
    return Map.of("Gemm", MatrixOperators::gemm, "MatMul", MatrixOperators::matMul);
  }

  private static List<Value> gemm(OnnxNode node) {
    if (node.flag("transA")) {
      throw new UnsupportedOperator("transA moves the batch axis, which must stay as it is");
    }
    int x = node.graph().flatten(node.name(), node.activation(0));
    Tensor weight = matrix(node.constant(1), node.flag("transB"));
    weight = scaled(weight, node.real("alpha", 1));
    int outputs = weight.shape().dim(0);
    Tensor bias = Tensor.filled(outputs, 0);
    if (node.hasInput(2)) {
      bias = scaled(spread(node.constant(2), outputs), node.real("beta", 1));
    }
    return OnnxNode.computed(node.graph().add(node.name(), new Layer.Linear(weight, bias), x));
  }

  /** Whether it multiplies two values as matrices neither of which is stored in the model. */
  static boolean isAttention(OnnxNode node) {
    return node.operator().equals("MatMul")
        && node.hasInput(0)
        && node.hasInput(1)
        && node.input(0).dependsOnImage()
        && node.input(1).dependsOnImage();
  }

  private static List<Value> matMul(OnnxNode node) {
    if (isAttention(node)) {
      throw new UnsupportedOperator(UnsupportedNetworkException.ATTENTION);
    }
    if (!node.isActivation(0) || !node.isConstant(1)) {
      throw new UnsupportedOperator(
          "a product of an activation with a constant matrix on its right is supported, found"
              + " another arrangement");
    }
    Tensor weight = matrix(node.constant(1), false);
    return node.apply(new Layer.Linear(weight, Tensor.filled(weight.shape().dim(0), 0)));
  }

  /** A matrix as {@code [outputs, inputs]}. */
  private static Tensor matrix(Constant constant, boolean transposed) {
    Shape shape = constant.shape();
    if (shape.rank() != 2) {
      throw new UnsupportedOperator("a constant matrix is expected, found shape " + shape);
    }
    if (transposed) {
      return constant.tensor();
    }
    int inputs = shape.dim(0);
    int outputs = shape.dim(1);
    float[] values = constant.floats();
    float[] turned = new float[values.length];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        turned[o * inputs + i] = values[i * outputs + o];
      }
    }
    return Tensor.of(Shape.of(outputs, inputs), turned);
  }

  /** A bias as one value per output. */
  private static Tensor spread(Constant constant, int outputs) {
    float[] values = constant.floats();
    if (values.length == outputs) {
      return Tensor.of(Shape.of(outputs), values);
    }
    if (values.length == 1) {
      return Tensor.filled(outputs, values[0]);
    }
    throw new UnsupportedOperator(
        "a bias of %d values is expected, found shape %s".formatted(outputs, constant.shape()));
  }

  private static Tensor scaled(Tensor tensor, float factor) {
    if (factor == 1) {
      return tensor;
    }
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.of(tensor.shape(), values);
  }
}
