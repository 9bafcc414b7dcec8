package org.saccade.network.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.saccade.network.GraphBuilder;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/**
 * One operator to translate: its attributes, and its inputs as they turned out.
 *
 * <p>ONNX counts axes with the batch axis, the network without: {@link #axis} converts.
 */
final class OnnxNode {
  private final NodeProto proto;
  private final long opset;
  private final int batch;
  private final List<Optional<Value>> inputs;
  private final GraphBuilder graph;
  private final OnnxTensor tensors;
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  /**
   * @param batch extent of the batch axis that the model declares, 1 where it leaves it open
   * @param inputs empty where an optional input is left out
   */
  OnnxNode(
      NodeProto proto,
      long opset,
      int batch,
      List<Optional<Value>> inputs,
      GraphBuilder graph,
      OnnxTensor tensors) {
    this.proto = proto;
    this.opset = opset;
    this.batch = batch;
    this.inputs = inputs;
    this.graph = graph;
    this.tensors = tensors;
    proto.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  String operator() {
    return proto.getOpType();
  }

  String name() {
    return OnnxModel.nameOf(proto);
  }

  long opset() {
    return opset;
  }

  int batch() {
    return batch;
  }

  GraphBuilder graph() {
    return graph;
  }

  /** Appends a layer that reads this node's first input. */
  List<Value> apply(Layer layer) {
    return computed(graph.add(name(), layer, activation(0)));
  }

  static List<Value> computed(int id) {
    return List.of(new Value.Computed(id));
  }

  int inputCount() {
    return inputs.size();
  }

  int outputCount() {
    return proto.getOutputCount();
  }

  boolean hasInput(int i) {
    return i < inputs.size() && inputs.get(i).isPresent();
  }

  /** An input, whatever it is. */
  Value input(int i) {
    if (!hasInput(i)) {
      throw new UnsupportedOperator("its input %d is missing; export it again".formatted(i));
    }
    return inputs.get(i).orElseThrow();
  }

  boolean isConstant(int i) {
    return hasInput(i) && input(i) instanceof Constant;
  }

  boolean isActivation(int i) {
    return hasInput(i) && input(i) instanceof Value.Computed;
  }

  /** Id of an input that is computed from the image. */
  int activation(int i) {
    if (input(i) instanceof Value.Computed computed) {
      return computed.id();
    }
    throw new UnsupportedOperator(
        "its input %d is a constant where one computed from the image is expected".formatted(i));
  }

  /** Shape of an activation without its batch axis. */
  Shape shape(int i) {
    return graph.shape(activation(i));
  }

  /** Ids of all inputs, which must be computed from the image. */
  int[] activations() {
    int[] ids = new int[inputCount()];
    Arrays.setAll(ids, this::activation);
    return ids;
  }

  /** An input that is known on import. */
  Constant constant(int i) {
    if (input(i) instanceof Constant constant) {
      return constant;
    }
    throw new UnsupportedOperator(
        "its input %d is computed from the image where a constant is expected".formatted(i));
  }

  Optional<Constant> optionalConstant(int i) {
    return hasInput(i) ? Optional.of(constant(i)) : Optional.empty();
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  long integer(String attribute, long otherwise) {
    return has(attribute) ? attributes.get(attribute).getI() : otherwise;
  }

  boolean flag(String attribute) {
    return integer(attribute, 0) != 0;
  }

  float real(String attribute, float otherwise) {
    return has(attribute) ? attributes.get(attribute).getF() : otherwise;
  }

  String text(String attribute, String otherwise) {
    return has(attribute) ? attributes.get(attribute).getS().toStringUtf8() : otherwise;
  }

  Optional<List<Integer>> integers(String attribute) {
    return has(attribute)
        ? Optional.of(
            attributes.get(attribute).getIntsList().stream().map(OnnxNode::clampToInt).toList())
        : Optional.empty();
  }

  Optional<List<Float>> reals(String attribute) {
    return has(attribute)
        ? Optional.of(attributes.get(attribute).getFloatsList())
        : Optional.empty();
  }

  Optional<Constant> tensor(String attribute) {
    return has(attribute)
        ? Optional.of(tensors.decode(attributes.get(attribute).getT()))
        : Optional.empty();
  }

  /** Integers given as an attribute in old operator sets and as an input in newer ones. */
  Optional<List<Integer>> integers(String attribute, int input) {
    Optional<List<Integer>> old = integers(attribute);
    return old.isPresent() ? old : optionalConstant(input).map(Constant::ints);
  }

  /**
   * An axis as the network counts it, from one as ONNX counts it, negative from the end.
   *
   * @param rank number of axes of the tensor meant, the batch axis included
   */
  int axis(long stated, int rank) {
    int axis = onnxAxis(stated, rank);
    if (axis == 0) {
      throw new UnsupportedOperator(
          "it works along the batch axis (axis 0), which must stay as it is");
    }
    return axis - 1;
  }

  /** An axis counted from the front, the batch axis included. */
  static int onnxAxis(long stated, int rank) {
    long axis = stated < 0 ? stated + rank : stated;
    if (axis < 0 || axis >= rank) {
      throw new UnsupportedOperator(
          "its axis %d does not exist in %d axes".formatted(stated, rank));
    }
    return (int) axis;
  }

  List<Integer> axes(List<Integer> stated, int rank) {
    List<Integer> axes = new ArrayList<>();
    for (int axis : stated) {
      axes.add(axis(axis, rank));
    }
    return axes;
  }

  /** Open ends are written as the largest or smallest 64-bit integer. */
  static int clampToInt(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }
}
