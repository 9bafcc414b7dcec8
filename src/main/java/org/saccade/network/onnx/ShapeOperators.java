package org.saccade.network.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.saccade.network.GraphBuilder;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Padding.Fill;
import org.saccade.network.Shape;

/** What moves elements about without computing on them, and what asks for shapes. */
final class ShapeOperators {
  private ShapeOperators() {}

  static Map<String, Translator> all() {
    Map<String, Translator> all = new HashMap<>();
    all.put("Shape", ShapeOperators::shape);
    all.put("Size", node -> List.of(Constant.scalar((long) node.batch() * node.shape(0).size())));
    all.put("Identity", ShapeOperators::same);
    all.put("Dropout", ShapeOperators::dropout);
    all.put("Cast", ShapeOperators::cast);
    all.put("CastLike", ShapeOperators::same);
    all.put("Flatten", ShapeOperators::flatten);
    all.put("Reshape", ShapeOperators::reshape);
    all.put("Squeeze", ShapeOperators::squeeze);
    all.put("Unsqueeze", ShapeOperators::unsqueeze);
    all.put("Expand", ShapeOperators::expand);
    all.put("Transpose", ShapeOperators::transpose);
    all.put("Concat", ShapeOperators::concatenate);
    all.put("Split", ShapeOperators::split);
    all.put("Slice", ShapeOperators::slice);
    all.put("Gather", ShapeOperators::gather);
    all.put("Pad", ShapeOperators::pad);
    all.put("DepthToSpace", ShapeOperators::depthToSpace);
    all.put("SpaceToDepth", ShapeOperators::spaceToDepth);
    return all;
  }

  /** The shape as ONNX sees it, with the batch axis. */
  private static List<Integer> dims(OnnxNode node) {
    return node.shape(0).prepend(node.batch()).dims();
  }

  private static List<Value> shape(OnnxNode node) {
    List<Integer> dims = dims(node);
    int start = clampedAxis(node.integer("start", 0), dims.size());
    int end = clampedAxis(node.integer("end", dims.size()), dims.size());
    return List.of(Constant.vector(dims.subList(start, Math.max(start, end))));
  }

  private static int clampedAxis(long stated, int rank) {
    long axis = stated < 0 ? stated + rank : stated;
    return (int) Math.max(0, Math.min(rank, axis));
  }

  private static List<Value> same(OnnxNode node) {
    return List.of(node.input(0));
  }

  private static List<Value> dropout(OnnxNode node) {
    if (node.optionalConstant(2).filter(training -> training.integer() != 0).isPresent()) {
      throw new UnsupportedOperator("it is in training mode; export the network in eval mode");
    }
    return same(node);
  }

  private static List<Value> cast(OnnxNode node) {
    int type = (int) node.integer("to", TensorProto.DataType.FLOAT_VALUE);
    boolean stays =
        switch (type) {
          case TensorProto.DataType.FLOAT_VALUE,
              TensorProto.DataType.FLOAT16_VALUE,
              TensorProto.DataType.BFLOAT16_VALUE,
              TensorProto.DataType.DOUBLE_VALUE ->
              true;
          // Token numbers that feed an embedding are whole already.
          default -> node.activation(0) == node.graph().input();
        };
    if (!stays) {
      throw new UnsupportedOperator(
          "activations stay floating-point numbers, found a cast to "
              + TensorProto.DataType.forNumber(type));
    }
    return same(node);
  }

  private static List<Value> flatten(OnnxNode node) {
    List<Integer> dims = dims(node);
    int axis = clampedAxis(node.integer("axis", 1), dims.size());
    int rows = new Shape(dims.subList(0, axis)).size();
    int columns = new Shape(dims.subList(axis, dims.size())).size();
    return reshaped(node, List.of(rows, columns));
  }

  private static List<Value> reshape(OnnxNode node) {
    List<Integer> stated =
        node.integers("shape", 1)
            .orElseThrow(() -> new UnsupportedOperator("its target shape is missing"));
    return reshaped(node, resolved(stated, dims(node), node.flag("allowzero")));
  }

  /** Fills in {@code -1} (what is left) and {@code 0} (as it was). */
  static List<Integer> resolved(List<Integer> stated, List<Integer> input, boolean allowZero) {
    List<Integer> target = new ArrayList<>();
    long known = 1;
    int open = -1;
    for (int axis = 0; axis < stated.size(); axis++) {
      int dim = stated.get(axis);
      if (dim == 0 && !allowZero) {
        dim = input.get(axis);
      }
      if (dim == -1 && open < 0) {
        open = axis;
      } else {
        known *= dim;
      }
      target.add(dim);
    }
    long size = new Shape(input).size();
    if (open >= 0 && known > 0 && size % known == 0) {
      target.set(open, (int) (size / known));
    }
    if (target.stream().anyMatch(dim -> dim < 0) || new Shape(target).size() != size) {
      throw new UnsupportedOperator("%s does not fit the target shape %s".formatted(input, stated));
    }
    return target;
  }

  /** Reshapes to a target as ONNX sees it, which must leave the batch axis alone. */
  private static List<Value> reshaped(OnnxNode node, List<Integer> target) {
    if (target.isEmpty() || target.get(0) != node.batch()) {
      throw new UnsupportedOperator(
          "it mixes the batch axis with others (%s to %s), which must stay as it is"
              .formatted(dims(node), target));
    }
    Shape shape = new Shape(target.subList(1, target.size()));
    return OnnxNode.computed(node.graph().reshape(node.name(), node.activation(0), shape));
  }

  private static List<Value> squeeze(OnnxNode node) {
    List<Integer> dims = new ArrayList<>(dims(node));
    List<Integer> stated =
        node.integers("axes", 1)
            .orElseThrow(
                () ->
                    new UnsupportedOperator(
                        "without axes it could drop the batch axis; export it with stated axes"));
    List<Integer> axes = new ArrayList<>(node.axes(stated, dims.size()));
    axes.sort(Collections.reverseOrder());
    for (int axis : axes) {
      if (dims.remove(axis + 1) != 1) {
        throw new UnsupportedOperator(
            "only axes of one entry can be dropped, found shape %s and axes %s"
                .formatted(dims(node), stated));
      }
    }
    return reshaped(node, dims);
  }

  private static List<Value> unsqueeze(OnnxNode node) {
    List<Integer> stated =
        node.integers("axes", 1).orElseThrow(() -> new UnsupportedOperator("its axes are missing"));
    return reshaped(node, unsqueezed(dims(node), stated));
  }

  /** A shape with axes of one entry put in, counted in the result. */
  static List<Integer> unsqueezed(List<Integer> dims, List<Integer> stated) {
    int rank = dims.size() + stated.size();
    List<Integer> axes =
        stated.stream().map(axis -> OnnxNode.onnxAxis(axis, rank)).sorted().toList();
    List<Integer> target = new ArrayList<>(dims);
    axes.forEach(axis -> target.add(axis, 1));
    return target;
  }

  private static List<Value> expand(OnnxNode node) {
    List<Integer> stated = node.constant(1).ints();
    List<Integer> dims = dims(node);
    int lead = dims.size() - stated.size();
    boolean keepsBatch = lead > 0 || (lead == 0 && stated.get(0) <= dims.get(0));
    if (!keepsBatch) {
      throw new UnsupportedOperator(
          "it repeats images or adds axes, found %s expanded to %s".formatted(dims, stated));
    }
    List<Integer> target = new ArrayList<>(dims);
    for (int i = 0; i < stated.size(); i++) {
      target.set(lead + i, Math.max(stated.get(i), dims.get(lead + i)));
    }
    Shape shape = new Shape(target).spatial();
    return OnnxNode.computed(node.graph().stretch(node.name(), node.activation(0), shape));
  }

  private static List<Value> transpose(OnnxNode node) {
    int rank = node.shape(0).rank() + 1;
    List<Integer> order =
        node.integers("perm")
            .orElseGet(() -> IntStream.range(0, rank).map(i -> rank - 1 - i).boxed().toList());
    if (order.size() != rank || order.get(0) != 0) {
      throw new UnsupportedOperator(
          "it moves the batch axis, which must stay first, found the order " + order);
    }
    List<Integer> axes = order.subList(1, rank).stream().map(axis -> axis - 1).toList();
    return OnnxNode.computed(node.graph().permute(node.name(), node.activation(0), axes));
  }

  private static List<Value> concatenate(OnnxNode node) {
    List<Integer> activations =
        IntStream.range(0, node.inputCount()).filter(node::isActivation).boxed().toList();
    int rank = node.shape(activations.get(0)).rank() + 1;
    int axis = node.axis(node.integer("axis", 1), rank);
    if (activations.size() == node.inputCount()) {
      return OnnxNode.computed(
          node.graph().add(node.name(), new Layer.Concatenation(axis), node.activations()));
    }
    if (activations.size() > 1) {
      throw new UnsupportedOperator(
          "it joins several activations with constants; join the constants separately");
    }
    return padded(node, activations.get(0), axis);
  }

  /** One activation between constants of a single value is an activation with padding. */
  private static List<Value> padded(OnnxNode node, int activation, int axis) {
    List<Integer> before = new ArrayList<>(Shape.repeat(0, node.shape(activation).rank()));
    List<Integer> after = new ArrayList<>(before);
    float[] fill = {Float.NaN};
    for (int i = 0; i < node.inputCount(); i++) {
      if (i == activation) {
        continue;
      }
      Constant constant = node.constant(i);
      for (float value : constant.floats()) {
        if (Float.isNaN(fill[0])) {
          fill[0] = value;
        } else if (value != fill[0]) {
          throw new UnsupportedOperator(
              "a constant of differing values joined to an activation is not supported");
        }
      }
      List<Integer> side = i < activation ? before : after;
      side.set(axis, side.get(axis) + constant.shape().dim(axis + 1));
    }
    return OnnxNode.computed(
        node.graph()
            .pad(node.name(), node.activation(activation), Fill.CONSTANT, before, after, fill[0]));
  }

  private static List<Value> split(OnnxNode node) {
    Shape input = node.shape(0);
    int axis = node.axis(node.integer("axis", 0), input.rank() + 1);
    int extent = input.dim(axis);
    int parts = (int) node.integer("num_outputs", node.outputCount());
    int equal = (extent + parts - 1) / parts;
    List<Integer> lengths =
        node.integers("split", 1)
            .orElseGet(
                () ->
                    IntStream.range(0, parts)
                        .mapToObj(i -> Math.min(equal, extent - i * equal))
                        .toList());
    return node.graph().split(node.name(), node.activation(0), axis, lengths).stream()
        .<Value>map(Value.Computed::new)
        .toList();
  }

  private static List<Value> slice(OnnxNode node) {
    int rank = node.shape(0).rank() + 1;
    boolean old = node.opset() < 10;
    List<Integer> starts = old ? node.integers("starts").orElseThrow() : node.constant(1).ints();
    List<Integer> ends = old ? node.integers("ends").orElseThrow() : node.constant(2).ints();
    List<Integer> axes =
        (old ? node.integers("axes") : node.optionalConstant(3).map(Constant::ints))
            .orElse(IntStream.range(0, starts.size()).boxed().toList());
    List<Integer> steps =
        (old ? Optional.<Constant>empty() : node.optionalConstant(4))
            .map(Constant::ints)
            .orElse(Shape.repeat(1, starts.size()));
    GraphBuilder graph = node.graph();
    int result = node.activation(0);
    for (int i = 0; i < starts.size(); i++) {
      int onnxAxis = OnnxNode.onnxAxis(axes.get(i), rank);
      int extent = dims(node).get(onnxAxis);
      int start = clampedAxis(starts.get(i), extent);
      int end = Math.max(start, clampedAxis(ends.get(i), extent));
      int step = steps.get(i);
      boolean everything = start == 0 && end == extent && step == 1;
      boolean wholeBatch = onnxAxis == 0 && start == 0 && ends.get(i) == Integer.MAX_VALUE;
      if (everything || wholeBatch) {
        continue;
      }
      if (step < 1) {
        int axis = node.axis(axes.get(i), rank);
        result = pick(node, result, axis, backward(starts.get(i), ends.get(i), step, extent));
        continue;
      }
      result = graph.slice(node.name(), result, node.axis(axes.get(i), rank), start, end, step);
    }
    return OnnxNode.computed(result);
  }

  /** What a slice from the end to the beginning takes. */
  private static List<Integer> backward(int start, int end, int step, int extent) {
    if (step == 0) {
      throw new UnsupportedOperator("a slice of step 0 goes nowhere");
    }
    int first = Math.min(extent - 1, clampedAxis(start, extent));
    int last = end < -extent ? -1 : clampedAxis(end, extent);
    List<Integer> entries = new ArrayList<>();
    for (int entry = first; entry > last; entry += step) {
      entries.add(entry);
    }
    if (entries.isEmpty()) {
      throw new UnsupportedOperator(
          "a slice from %d to %d by %d is empty".formatted(start, end, step));
    }
    return entries;
  }

  private static List<Value> gather(OnnxNode node) {
    if (node.isConstant(0)) {
      Constant table = node.constant(0);
      if (node.integer("axis", 0) != 0 || table.shape().rank() != 2) {
        throw new UnsupportedOperator(
            "rows of a constant table can be looked up, found a constant of shape "
                + table.shape());
      }
      int indices = node.activation(1);
      return OnnxNode.computed(
          node.graph().add(node.name(), new Layer.Embedding(table.tensor()), indices));
    }
    Shape input = node.shape(0);
    int axis = node.axis(node.integer("axis", 0), input.rank() + 1);
    Constant indices = node.constant(1);
    List<Integer> entries =
        indices.ints().stream().map(i -> OnnxNode.onnxAxis(i, input.dim(axis))).toList();
    GraphBuilder graph = node.graph();
    if (indices.shape().rank() == 0) {
      return OnnxNode.computed(graph.select(node.name(), node.activation(0), axis, entries.get(0)));
    }
    if (indices.shape().rank() != 1 || entries.isEmpty()) {
      throw new UnsupportedOperator(
          "entries of an axis can be picked by a vector, found indices of shape "
              + indices.shape());
    }
    return OnnxNode.computed(pick(node, node.activation(0), axis, entries));
  }

  private static int pick(OnnxNode node, int activation, int axis, List<Integer> entries) {
    try {
      return node.graph().pick(node.name(), activation, axis, entries);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedOperator(e.getMessage());
    }
  }

  private static List<Value> pad(OnnxNode node) {
    int rank = node.shape(0).rank() + 1;
    List<Integer> stated =
        node.integers("pads", 1).orElseThrow(() -> new UnsupportedOperator("its pads are missing"));
    float value = node.optionalConstant(2).map(Constant::number).orElse(node.real("value", 0));
    List<Integer> axes =
        node.optionalConstant(3)
            .map(Constant::ints)
            .orElse(IntStream.range(0, rank).boxed().toList());
    List<Integer> before = new ArrayList<>(Shape.repeat(0, rank));
    List<Integer> after = new ArrayList<>(Shape.repeat(0, rank));
    for (int i = 0; i < axes.size(); i++) {
      int axis = OnnxNode.onnxAxis(axes.get(i), rank);
      before.set(axis, stated.get(i));
      after.set(axis, stated.get(i + axes.size()));
    }
    if (before.get(0) != 0 || after.get(0) != 0) {
      throw new UnsupportedOperator("it pads the batch axis, which must stay as it is");
    }
    Fill fill =
        switch (node.text("mode", "constant")) {
          case "constant" -> Fill.CONSTANT;
          case "reflect" -> Fill.REFLECT;
          case "edge" -> Fill.REPLICATE;
          default ->
              throw new UnsupportedOperator(
                  "constant, reflect and edge are supported, found mode "
                      + node.text("mode", "constant"));
        };
    return OnnxNode.computed(
        node.graph()
            .pad(
                node.name(),
                node.activation(0),
                fill,
                before.subList(1, rank),
                after.subList(1, rank),
                value));
  }

  private static List<Value> depthToSpace(OnnxNode node) {
    int block = block(node);
    boolean blockFirst = node.text("mode", "DCR").equals("DCR");
    return OnnxNode.computed(
        node.graph().depthToSpace(node.name(), node.activation(0), block, blockFirst));
  }

  private static List<Value> spaceToDepth(OnnxNode node) {
    return OnnxNode.computed(
        node.graph().spaceToDepth(node.name(), node.activation(0), block(node)));
  }

  private static int block(OnnxNode node) {
    if (node.shape(0).rank() != 3) {
      throw new UnsupportedOperator("two spatial axes are expected, found shape " + node.shape(0));
    }
    return (int) node.integer("blocksize", 1);
  }
}
