package org.saccade.network.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.saccade.network.GraphBuilder;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Reduction;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Arithmetic on activations and constants, and reductions. */
final class ArithmeticOperators {
  private ArithmeticOperators() {}

  static Map<String, Translator> all() {
    Map<String, Translator> all = new HashMap<>();
    all.put("Add", folded(Elementwise.Operator.ADD));
    all.put("Sum", folded(Elementwise.Operator.ADD));
    all.put("Sub", folded(Elementwise.Operator.SUBTRACT));
    all.put("Mul", folded(Elementwise.Operator.MULTIPLY));
    all.put("Div", folded(Elementwise.Operator.DIVIDE));
    all.put("Max", folded(Elementwise.Operator.MAXIMUM));
    all.put("Min", folded(Elementwise.Operator.MINIMUM));
    all.put("Pow", folded(Elementwise.Operator.POWER));
    all.put("Mean", ArithmeticOperators::mean);
    all.put("Reciprocal", ArithmeticOperators::reciprocal);
    all.put("ReduceMean", node -> reduce(node, Reduction.Kind.MEAN, 18));
    all.put("ReduceMax", node -> reduce(node, Reduction.Kind.MAXIMUM, 18));
    all.put("ReduceSum", node -> reduce(node, Reduction.Kind.SUM, 13));
    return all;
  }

  /** An operator on any number of inputs, applied from left to right. */
  private static Translator folded(Elementwise.Operator operator) {
    return node -> {
      boolean allComputed = IntStream.range(0, node.inputCount()).allMatch(node::isActivation);
      if (operator == Elementwise.Operator.ADD && allComputed && node.inputCount() > 1) {
        requireSameRank(node);
        return OnnxNode.computed(
            node.graph().add(node.name(), new Layer.Addition(), node.activations()));
      }
      Value result = node.input(0);
      for (int i = 1; i < node.inputCount(); i++) {
        result = combine(node, operator, result, node.input(i));
      }
      return List.of(result);
    };
  }

  private static Value combine(
      OnnxNode node, Elementwise.Operator operator, Value first, Value second) {
    GraphBuilder graph = node.graph();
    if (first instanceof Constant a && second instanceof Constant b) {
      return ConstantFolding.combine(operator, a, b);
    }
    if (first instanceof Value.Computed a && second instanceof Value.Computed b) {
      requireSameRank(node);
      Layer layer =
          operator == Elementwise.Operator.ADD ? new Layer.Addition() : new Elementwise(operator);
      return new Value.Computed(graph.add(node.name(), layer, a.id(), b.id()));
    }
    boolean constantFirst = first instanceof Constant;
    Constant constant = (Constant) (constantFirst ? first : second);
    int id = ((Value.Computed) (constantFirst ? second : first)).id();
    Tensor aligned = aligned(node, constant, graph.shape(id));
    return new Value.Computed(
        graph.withConstant(node.name(), operator, id, aligned, constantFirst));
  }

  /** Broadcasting aligns last axes: with unequal ranks the batch axis would meet another one. */
  private static void requireSameRank(OnnxNode node) {
    long ranks =
        IntStream.range(0, node.inputCount())
            .filter(node::isActivation)
            .map(i -> node.shape(i).rank())
            .distinct()
            .count();
    if (ranks > 1) {
      throw new UnsupportedOperator(
          "its inputs differ in their number of axes, so that the batch axis of one would meet"
              + " another axis of the other; reshape them to the same number of axes");
    }
  }

  /** A constant without its batch axis, aligned with an activation at the last axis. */
  private static Tensor aligned(OnnxNode node, Constant constant, Shape activation) {
    Shape shape = constant.shape();
    if (node.opset() < 7 && node.flag("broadcast") && node.has("axis")) {
      // Before opset 7 the second operand's first axis is aligned with a stated one.
      int axis = node.axis(node.integer("axis", 0), activation.rank() + 1);
      List<Integer> dims = new ArrayList<>(shape.dims());
      while (dims.size() < activation.rank() - axis) {
        dims.add(1);
      }
      shape = new Shape(dims);
    }
    if (shape.rank() == activation.rank() + 1 && constant.repeatsAlongFirstAxis()) {
      int[] firstEntry = IntStream.range(0, shape.size() / shape.dim(0)).toArray();
      return constant.pick(new Shape(shape.dims().subList(1, shape.rank())), firstEntry).tensor();
    }
    if (shape.rank() > activation.rank()) {
      throw new UnsupportedOperator(
          ("a constant of shape %s differs from image to image of the batch, or has more axes than"
                  + " the activation of shape %s that it meets")
              .formatted(shape, activation));
    }
    return constant.withShape(shape).tensor();
  }

  private static List<Value> mean(OnnxNode node) {
    requireSameRank(node);
    if (node.inputCount() == 1) {
      return List.of(node.input(0));
    }
    int sum = node.graph().add(node.name(), new Layer.Addition(), node.activations());
    return OnnxNode.computed(node.graph().scale(node.name(), sum, 1f / node.inputCount()));
  }

  private static List<Value> reciprocal(OnnxNode node) {
    Tensor one = Tensor.of(Shape.of(), new float[] {1});
    return node.apply(new Layer.ConstantElementwise(Elementwise.Operator.DIVIDE, one, true));
  }

  /**
   * @param axesAsInput the operator set from which on the axes are an input
   */
  private static List<Value> reduce(OnnxNode node, Reduction.Kind kind, long axesAsInput) {
    int rank = node.shape(0).rank() + 1;
    List<Integer> stated =
        (node.opset() < axesAsInput ? node.integers("axes") : node.integers("axes", 1))
            .orElse(List.of());
    if (stated.isEmpty()) {
      if (node.flag("noop_with_empty_axes")) {
        return List.of(node.input(0));
      }
      throw new UnsupportedOperator(
          "it reduces every axis, the batch axis included, which must stay as it is");
    }
    boolean keepAxes = node.integer("keepdims", 1) != 0;
    return OnnxNode.computed(
        node.graph()
            .reduce(node.name(), node.activation(0), kind, node.axes(stated, rank), keepAxes));
  }
}
