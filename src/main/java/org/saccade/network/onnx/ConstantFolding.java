package org.saccade.network.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Shape;

/** Operators whose inputs are all known on import: they are computed there and then. */
final class ConstantFolding {
  /** Of a constant that is computed: more than any weight has, and what memory holds thrice. */
  private static final int MOST_ELEMENTS = 1 << 27;

  private static final Map<String, Translator> ALL = all();

  private ConstantFolding() {}

  static Optional<Translator> find(String operator) {
    return Optional.ofNullable(ALL.get(operator));
  }

  private static Map<String, Translator> all() {
    Map<String, Translator> all = new HashMap<>();
    all.put("Constant", one(ConstantFolding::constant));
    all.put("ConstantOfShape", one(ConstantFolding::constantOfShape));
    all.put("Shape", one(ConstantFolding::shape));
    all.put("Size", one(node -> Constant.scalar((long) node.constant(0).size())));
    all.put("Identity", one(node -> node.constant(0)));
    all.put("Dropout", one(node -> node.constant(0)));
    all.put("Cast", one(ConstantFolding::cast));
    all.put("Gather", one(ConstantFolding::gather));
    all.put("Concat", one(ConstantFolding::concatenate));
    all.put("Slice", one(ConstantFolding::slice));
    all.put("Unsqueeze", one(ConstantFolding::unsqueeze));
    all.put("Squeeze", one(ConstantFolding::squeeze));
    all.put("Reshape", one(ConstantFolding::reshape));
    all.put("Flatten", one(ConstantFolding::flatten));
    all.put("Transpose", one(ConstantFolding::transpose));
    all.put("Range", one(ConstantFolding::range));
    all.put("Expand", one(ConstantFolding::expand));
    all.put("Tile", one(ConstantFolding::tile));
    all.put("Where", one(ConstantFolding::where));
    all.put("ReduceProd", one(ConstantFolding::product));
    all.put("Add", combined(Elementwise.Operator.ADD));
    all.put("Sum", combined(Elementwise.Operator.ADD));
    all.put("Sub", combined(Elementwise.Operator.SUBTRACT));
    all.put("Mul", combined(Elementwise.Operator.MULTIPLY));
    all.put("Div", combined(Elementwise.Operator.DIVIDE));
    all.put("Max", combined(Elementwise.Operator.MAXIMUM));
    all.put("Min", combined(Elementwise.Operator.MINIMUM));
    all.put("Pow", combined(Elementwise.Operator.POWER));
    all.put("Mod", one(node -> integers(node.constant(0), node.constant(1), Math::floorMod)));
    all.put("Equal", one(node -> compared(node, (a, b) -> a == b)));
    all.put("Greater", one(node -> compared(node, (a, b) -> a > b)));
    all.put("GreaterOrEqual", one(node -> compared(node, (a, b) -> a >= b)));
    all.put("Less", one(node -> compared(node, (a, b) -> a < b)));
    all.put("LessOrEqual", one(node -> compared(node, (a, b) -> a <= b)));
    all.put("And", one(node -> compared(node, (a, b) -> a != 0 && b != 0)));
    all.put("Or", one(node -> compared(node, (a, b) -> a != 0 || b != 0)));
    all.put("Not", one(node -> mapped(node.constant(0), value -> value == 0 ? 1 : 0)));
    all.put("Neg", one(node -> mapped(node.constant(0), value -> -value)));
    all.put("Abs", one(node -> mapped(node.constant(0), Math::abs)));
    all.put("Floor", one(node -> mapped(node.constant(0), Math::floor)));
    all.put("Ceil", one(node -> mapped(node.constant(0), Math::ceil)));
    all.put("Round", one(node -> mapped(node.constant(0), Math::rint)));
    all.put("Sqrt", one(node -> mapped(node.constant(0), Math::sqrt)));
    all.put("Exp", one(node -> mapped(node.constant(0), Math::exp)));
    all.put("Reciprocal", one(node -> mapped(node.constant(0), value -> 1 / value)));
    return Map.copyOf(all);
  }

  private interface Folding {
    Constant fold(OnnxNode node);
  }

  private interface Pairwise {
    double apply(double first, double second);
  }

  private interface Comparison {
    boolean test(double first, double second);
  }

  private static Translator one(Folding folding) {
    return node -> List.of(folding.fold(node));
  }

  private static Translator combined(Elementwise.Operator operator) {
    return node -> {
      Constant result = node.constant(0);
      for (int i = 1; i < node.inputCount(); i++) {
        result = combine(operator, result, node.constant(i));
      }
      return List.of(result);
    };
  }

  /** {@code first op second}, broadcast; whole numbers stay whole and divide towards zero. */
  static Constant combine(Elementwise.Operator operator, Constant first, Constant second) {
    if (first.isIntegral() && second.isIntegral()) {
      return switch (operator) {
        case ADD -> integers(first, second, Long::sum);
        case SUBTRACT -> integers(first, second, (a, b) -> a - b);
        case MULTIPLY -> integers(first, second, (a, b) -> a * b);
        case DIVIDE -> integers(first, second, (a, b) -> a / b);
        case MAXIMUM -> integers(first, second, Math::max);
        case MINIMUM -> integers(first, second, Math::min);
        case POWER -> integers(first, second, (a, b) -> (long) Math.pow((double) a, (double) b));
      };
    }
    return switch (operator) {
      case ADD -> floats(first, second, Double::sum);
      case SUBTRACT -> floats(first, second, (a, b) -> a - b);
      case MULTIPLY -> floats(first, second, (a, b) -> a * b);
      case DIVIDE -> floats(first, second, (a, b) -> a / b);
      case MAXIMUM -> floats(first, second, Math::max);
      case MINIMUM -> floats(first, second, Math::min);
      case POWER -> floats(first, second, Math::pow);
    };
  }

  private interface LongPairwise {
    long apply(long first, long second);
  }

  private static Constant integers(Constant first, Constant second, LongPairwise function) {
    Shape shape = broadcast(first.shape(), second.shape());
    long[] a = first.pick(shape, positions(first.shape(), shape)).integers();
    long[] b = second.pick(shape, positions(second.shape(), shape)).integers();
    long[] result = new long[a.length];
    Arrays.setAll(result, i -> function.apply(a[i], b[i]));
    return Constant.of(shape, result);
  }

  private static Constant floats(Constant first, Constant second, Pairwise function) {
    Shape shape = broadcast(first.shape(), second.shape());
    float[] a = first.pick(shape, positions(first.shape(), shape)).floats();
    float[] b = second.pick(shape, positions(second.shape(), shape)).floats();
    float[] result = new float[a.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) function.apply(a[i], b[i]);
    }
    return Constant.of(shape, result);
  }

  private static Constant compared(OnnxNode node, Comparison test) {
    Constant first = node.constant(0);
    Constant second = node.constant(1);
    if (first.isIntegral() && second.isIntegral()) {
      return integers(first, second, (a, b) -> test.test((double) a, (double) b) ? 1 : 0);
    }
    Constant truth = floats(first, second, (a, b) -> test.test(a, b) ? 1 : 0);
    return mapped(truth, value -> value, true);
  }

  private static Constant mapped(Constant constant, DoubleUnaryOperator function) {
    return mapped(constant, function, constant.isIntegral());
  }

  private static Constant mapped(
      Constant constant, DoubleUnaryOperator function, boolean integral) {
    int size = constant.size();
    if (integral) {
      long[] values = new long[size];
      for (int i = 0; i < size; i++) {
        double value = constant.isIntegral() ? constant.integers()[i] : constant.floats()[i];
        values[i] = (long) function.applyAsDouble(value);
      }
      return Constant.of(constant.shape(), values);
    }
    float[] input = constant.floats();
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) function.applyAsDouble(input[i]);
    }
    return Constant.of(constant.shape(), values);
  }

  private static Constant constant(OnnxNode node) {
    if (node.has("value")) {
      return node.tensor("value").orElseThrow();
    }
    if (node.has("value_int")) {
      return Constant.scalar(node.integer("value_int", 0));
    }
    if (node.has("value_float")) {
      return Constant.scalar(node.real("value_float", 0));
    }
    if (node.has("value_ints")) {
      return Constant.vector(node.integers("value_ints").orElseThrow());
    }
    if (node.has("value_floats")) {
      List<Float> list = node.reals("value_floats").orElseThrow();
      float[] values = new float[list.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = list.get(i);
      }
      return Constant.of(Shape.of(values.length), values);
    }
    throw new UnsupportedOperator("dense numbers are expected, found strings or a sparse tensor");
  }

  private static Constant constantOfShape(OnnxNode node) {
    Shape shape = bounded(node.constant(0).ints());
    Constant value = node.tensor("value").orElse(Constant.scalar(0f));
    return value.withShape(Shape.of()).pick(shape, new int[shape.size()]);
  }

  /** A shape small enough to hold in memory. */
  private static Shape bounded(List<Integer> dims) {
    long size = 1;
    for (int dim : dims) {
      size *= Math.max(1, dim);
      if (dim < 0 || size > MOST_ELEMENTS) {
        throw new UnsupportedOperator(
            "a constant of shape %s is negative or has more than %d elements"
                .formatted(dims, MOST_ELEMENTS));
      }
    }
    return new Shape(dims);
  }

  private static Constant shape(OnnxNode node) {
    List<Integer> dims = node.constant(0).shape().dims();
    int start = bound(node.integer("start", 0), dims.size());
    int end = bound(node.integer("end", dims.size()), dims.size());
    return Constant.vector(dims.subList(start, Math.max(start, end)));
  }

  private static int bound(long stated, int extent) {
    long bound = stated < 0 ? stated + extent : stated;
    return (int) Math.max(0, Math.min(extent, bound));
  }

  private static Constant cast(OnnxNode node) {
    Constant constant = node.constant(0);
    return switch ((int) node.integer("to", 0)) {
      case TensorProto.DataType.FLOAT_VALUE,
          TensorProto.DataType.DOUBLE_VALUE,
          TensorProto.DataType.FLOAT16_VALUE,
          TensorProto.DataType.BFLOAT16_VALUE ->
          Constant.of(constant.shape(), constant.floats());
      case TensorProto.DataType.BOOL_VALUE -> mapped(constant, value -> value == 0 ? 0 : 1, true);
      case TensorProto.DataType.STRING_VALUE ->
          throw new UnsupportedOperator("a cast to strings is not supported");
      default -> mapped(constant, value -> value, true);
    };
  }

  private static Constant gather(OnnxNode node) {
    Constant data = node.constant(0);
    Constant indices = node.constant(1);
    int axis = OnnxNode.onnxAxis(node.integer("axis", 0), data.shape().rank());
    List<Integer> dims = data.shape().dims();
    int extent = dims.get(axis);
    int outer = new Shape(dims.subList(0, axis)).size();
    int inner = new Shape(dims.subList(axis + 1, dims.size())).size();
    List<Integer> target = new ArrayList<>(dims.subList(0, axis));
    target.addAll(indices.shape().dims());
    target.addAll(dims.subList(axis + 1, dims.size()));
    List<Integer> entries = indices.ints();
    int[] positions = new int[bounded(target).size()];
    int next = 0;
    for (int o = 0; o < outer; o++) {
      for (int entry : entries) {
        int start = (o * extent + OnnxNode.onnxAxis(entry, extent)) * inner;
        for (int i = 0; i < inner; i++) {
          positions[next++] = start + i;
        }
      }
    }
    return data.pick(new Shape(target), positions);
  }

  private static Constant concatenate(OnnxNode node) {
    Constant first = node.constant(0);
    int axis = OnnxNode.onnxAxis(node.integer("axis", 0), first.shape().rank());
    boolean integral =
        IntStream.range(0, node.inputCount()).allMatch(i -> node.constant(i).isIntegral());
    int total =
        IntStream.range(0, node.inputCount()).map(i -> node.constant(i).shape().dim(axis)).sum();
    Shape target = first.shape().with(axis, total);
    int outer = new Shape(target.dims().subList(0, axis)).size();
    float[] floats = new float[integral ? 0 : target.size()];
    long[] integers = new long[integral ? target.size() : 0];
    int start = 0;
    for (int i = 0; i < node.inputCount(); i++) {
      Constant part = node.constant(i);
      if (!part.shape().with(axis, total).equals(target)) {
        throw new UnsupportedOperator(
            "constants of shape %s and %s cannot be joined".formatted(first.shape(), part.shape()));
      }
      int row = outer == 0 ? 0 : part.size() / outer;
      int stride = outer == 0 ? 0 : target.size() / outer;
      for (int o = 0; o < outer; o++) {
        if (integral) {
          System.arraycopy(part.integers(), o * row, integers, o * stride + start, row);
        } else {
          System.arraycopy(part.floats(), o * row, floats, o * stride + start, row);
        }
      }
      start += row;
    }
    return integral ? Constant.of(target, integers) : Constant.of(target, floats);
  }

  private static Constant slice(OnnxNode node) {
    Constant data = node.constant(0);
    int rank = data.shape().rank();
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
    int[] first = new int[rank];
    int[] step = new int[rank];
    Arrays.fill(step, 1);
    int[] extents = data.shape().toArray();
    for (int i = 0; i < starts.size(); i++) {
      int axis = OnnxNode.onnxAxis(axes.get(i), rank);
      int extent = data.shape().dim(axis);
      step[axis] = steps.get(i);
      if (step[axis] > 0) {
        first[axis] = bound(starts.get(i), extent);
        int room = bound(ends.get(i), extent) - first[axis];
        extents[axis] = Math.max(0, (room + step[axis] - 1) / step[axis]);
      } else if (step[axis] < 0) {
        first[axis] = Math.min(extent - 1, bound(starts.get(i), extent));
        int end = ends.get(i) < -extent ? -1 : bound(ends.get(i), extent);
        extents[axis] = Math.max(0, (first[axis] - end - step[axis] - 1) / -step[axis]);
      } else {
        throw new UnsupportedOperator("a slice of step 0 goes nowhere");
      }
    }
    Shape target = Shape.of(extents);
    int[] strides = strides(data.shape());
    int offset = 0;
    for (int axis = 0; axis < rank; axis++) {
      offset += first[axis] * strides[axis];
      strides[axis] *= step[axis];
    }
    return data.pick(target, walk(target, strides, offset));
  }

  private static Constant unsqueeze(OnnxNode node) {
    List<Integer> axes =
        node.integers("axes", 1).orElseThrow(() -> new UnsupportedOperator("its axes are missing"));
    Constant data = node.constant(0);
    return data.withShape(new Shape(ShapeOperators.unsqueezed(data.shape().dims(), axes)));
  }

  private static Constant squeeze(OnnxNode node) {
    Constant data = node.constant(0);
    int rank = data.shape().rank();
    Optional<List<Integer>> stated =
        node.integers("axes", 1)
            .map(axes -> axes.stream().map(axis -> OnnxNode.onnxAxis(axis, rank)).toList());
    List<Integer> target = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      boolean dropped =
          stated.isPresent() ? stated.get().contains(axis) : data.shape().dim(axis) == 1;
      if (!dropped) {
        target.add(data.shape().dim(axis));
      }
    }
    return data.withShape(new Shape(target));
  }

  private static Constant reshape(OnnxNode node) {
    Constant data = node.constant(0);
    List<Integer> stated =
        node.integers("shape", 1)
            .orElseThrow(() -> new UnsupportedOperator("its target shape is missing"));
    return data.withShape(
        new Shape(ShapeOperators.resolved(stated, data.shape().dims(), node.flag("allowzero"))));
  }

  private static Constant flatten(OnnxNode node) {
    Constant data = node.constant(0);
    List<Integer> dims = data.shape().dims();
    int axis = bound(node.integer("axis", 1), dims.size());
    return data.withShape(
        Shape.of(
            new Shape(dims.subList(0, axis)).size(),
            new Shape(dims.subList(axis, dims.size())).size()));
  }

  private static Constant transpose(OnnxNode node) {
    Constant data = node.constant(0);
    int rank = data.shape().rank();
    List<Integer> order =
        node.integers("perm")
            .orElseGet(() -> IntStream.range(0, rank).map(i -> rank - 1 - i).boxed().toList());
    int[] strides = strides(data.shape());
    Shape target = new Shape(order.stream().map(data.shape()::dim).toList());
    return data.pick(
        target, walk(target, order.stream().mapToInt(axis -> strides[axis]).toArray(), 0));
  }

  private static Constant range(OnnxNode node) {
    Constant start = node.constant(0);
    Constant limit = node.constant(1);
    Constant step = node.constant(2);
    double count = Math.ceil(((double) limit.number() - start.number()) / step.number());
    Shape shape = bounded(List.of(OnnxNode.clampToInt((long) Math.max(0, count))));
    if (start.isIntegral()) {
      long[] values = new long[shape.size()];
      Arrays.setAll(values, i -> start.integer() + i * step.integer());
      return Constant.of(shape, values);
    }
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = start.number() + i * step.number();
    }
    return Constant.of(shape, values);
  }

  private static Constant expand(OnnxNode node) {
    Constant data = node.constant(0);
    Shape target = broadcast(data.shape(), bounded(node.constant(1).ints()));
    return data.pick(target, positions(data.shape(), target));
  }

  private static Constant tile(OnnxNode node) {
    Constant data = node.constant(0);
    List<Integer> repeats = node.constant(1).ints();
    List<Integer> dims = data.shape().dims();
    Shape target =
        bounded(
            IntStream.range(0, dims.size())
                .mapToObj(axis -> Math.multiplyExact(dims.get(axis), repeats.get(axis)))
                .toList());
    int[] strides = strides(data.shape());
    int[] targetStrides = strides(target);
    int[] positions = new int[target.size()];
    for (int p = 0; p < positions.length; p++) {
      for (int axis = 0; axis < strides.length; axis++) {
        int index = p / targetStrides[axis] % target.dim(axis);
        positions[p] += index % dims.get(axis) * strides[axis];
      }
    }
    return data.pick(target, positions);
  }

  private static Constant where(OnnxNode node) {
    Constant condition = node.constant(0);
    Constant yes = node.constant(1);
    Constant no = node.constant(2);
    Shape target = broadcast(broadcast(condition.shape(), yes.shape()), no.shape());
    long[] chosen = condition.pick(target, positions(condition.shape(), target)).integers();
    Constant first = yes.pick(target, positions(yes.shape(), target));
    Constant second = no.pick(target, positions(no.shape(), target));
    if (first.isIntegral() && second.isIntegral()) {
      long[] values = new long[chosen.length];
      Arrays.setAll(values, i -> chosen[i] != 0 ? first.integers()[i] : second.integers()[i]);
      return Constant.of(target, values);
    }
    float[] a = first.floats();
    float[] b = second.floats();
    float[] values = new float[chosen.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = chosen[i] != 0 ? a[i] : b[i];
    }
    return Constant.of(target, values);
  }

  /** The product of all entries, as counting elements needs it. */
  private static Constant product(OnnxNode node) {
    Constant data = node.constant(0);
    if (data.shape().rank() > 1) {
      throw new UnsupportedOperator(
          "a product over a vector is expected, found shape " + data.shape());
    }
    boolean keepAxes = node.integer("keepdims", 1) != 0 && data.shape().rank() == 1;
    Shape shape = keepAxes ? Shape.of(1) : Shape.of();
    if (data.isIntegral()) {
      long product = Arrays.stream(data.integers()).reduce(1, Math::multiplyExact);
      return Constant.of(shape, new long[] {product});
    }
    float product = 1;
    for (float value : data.floats()) {
      product *= value;
    }
    return Constant.of(shape, new float[] {product});
  }

  private static Shape broadcast(Shape first, Shape second) {
    int rank = Math.max(first.rank(), second.rank());
    List<Integer> joined = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int a = extent(first, axis - rank + first.rank());
      int b = extent(second, axis - rank + second.rank());
      if (a != b && a != 1 && b != 1) {
        throw new UnsupportedOperator(
            "constants of shape %s and %s do not fit each other".formatted(first, second));
      }
      joined.add(a == 1 ? b : a);
    }
    return bounded(joined);
  }

  private static int extent(Shape shape, int axis) {
    return axis < 0 ? 1 : shape.dim(axis);
  }

  /** Where in a tensor each element of a broadcast shape comes from. */
  private static int[] positions(Shape source, Shape target) {
    int[] own = strides(source);
    int[] strides = new int[target.rank()];
    int lead = target.rank() - source.rank();
    for (int axis = 0; axis < source.rank(); axis++) {
      strides[lead + axis] = source.dim(axis) == 1 ? 0 : own[axis];
    }
    return walk(target, strides, 0);
  }

  private static int[] strides(Shape shape) {
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, shape.dim(axis));
    }
    return strides;
  }

  /** Row-major over a shape: the position that the given strides lead to, element by element. */
  private static int[] walk(Shape shape, int[] strides, int offset) {
    int[] positions = new int[shape.size()];
    int[] index = new int[shape.rank()];
    int position = offset;
    for (int p = 0; p < positions.length; p++) {
      positions[p] = position;
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        index[axis]++;
        position += strides[axis];
        if (index[axis] < shape.dim(axis)) {
          break;
        }
        position -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
    return positions;
  }
}
