package org.saccade.network.torch;

import static org.saccade.network.torch.AtenOperators.define;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Padding.Fill;
import org.saccade.network.Layer.Upsampling.Interpolation;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** What moves elements about: views, slices, joins, padding and resampling. */
final class RearrangingOperators {
  private RearrangingOperators() {}

  static void defineAll() {
    for (String view : List.of("view", "_unsafe_view", "view_copy")) {
      define(view + "(input, size)", call -> view(call, "size"));
    }
    define("reshape(input, shape)", call -> view(call, "shape"));
    define("flatten(input, start_dim, end_dim)", RearrangingOperators::flatten);
    define("unflatten(input, dim, sizes)", RearrangingOperators::unflatten);
    define("squeeze(input, dim)", RearrangingOperators::squeeze);
    define("unsqueeze(input, dim)", RearrangingOperators::unsqueeze);
    define("permute(input, dims)", RearrangingOperators::permute);
    define("transpose(input, dim0, dim1)", RearrangingOperators::transpose);
    define("t(input)", RearrangingOperators::transposeMatrix);
    define("expand(input, size)", call -> stretch(call, call.sequence("size")));
    define("expand_as(input, other)", RearrangingOperators::expandAs);
    defineParts();
    defineJoins();
    defineResampling();
  }

  private static void defineParts() {
    define("slice(input, dim, start, end, step)", RearrangingOperators::slice);
    define("narrow(input, dim, start, length)", RearrangingOperators::narrow);
    define("select(input, dim, index)", RearrangingOperators::select);
    define("flip(input, dims)", RearrangingOperators::flip);
    define("split(input, split_size, dim)", RearrangingOperators::split);
    define("split_with_sizes(input, split_sizes, dim)", RearrangingOperators::splitWithSizes);
    define("chunk(input, chunks, dim)", RearrangingOperators::chunk);
    define("unbind(input, dim)", RearrangingOperators::unbind);
  }

  private static void defineJoins() {
    define("cat(tensors, dim)", RearrangingOperators::cat);
    define("concat(tensors, dim)", RearrangingOperators::cat);
    define("stack(tensors, dim)", RearrangingOperators::stack);
    define("pad(input, pad, mode, value)", RearrangingOperators::pad);
    define("constant_pad_nd(input, pad, value)", call -> pad(call, Fill.CONSTANT));
    for (int axes = 1; axes <= 3; axes++) {
      define("reflection_pad" + axes + "d(input, padding)", call -> pad(call, Fill.REFLECT));
      define("replication_pad" + axes + "d(input, padding)", call -> pad(call, Fill.REPLICATE));
    }
  }

  private static void defineResampling() {
    for (int axes = 1; axes <= 3; axes++) {
      String parameters = "d(input, output_size, scale_factors)";
      define("upsample_nearest" + axes + parameters, RearrangingOperators::nearest);
    }
    String parameters = "(input, output_size, align_corners, scale_factors)";
    for (String name : List.of("linear1d", "bilinear2d", "trilinear3d")) {
      define("upsample_" + name + parameters, RearrangingOperators::linear);
    }
    define("channel_shuffle(input, groups)", RearrangingOperators::channelShuffle);
    define("native_channel_shuffle(input, groups)", RearrangingOperators::channelShuffle);
    define(
        "pixel_shuffle(input, upscale_factor)",
        call ->
            new Value.Activation(
                call.graph()
                    .depthToSpace(
                        call.node(), call.input(), call.integer("upscale_factor"), false)));
    define("pixel_unshuffle(input, downscale_factor)", RearrangingOperators::pixelUnshuffle);
  }

  private static Value view(AtenCall call, String name) {
    if (call.find(name).isEmpty()) {
      throw new UnsupportedOperatorException("it reads the bits of a value as another type");
    }
    if (call.value("input") instanceof Value.Constant constant) {
      List<Integer> dims = resolved(call.integers(name), constant.tensor().shape().size());
      return new Value.Constant(Tensors.reshaped(constant.tensor(), new Shape(dims)));
    }
    List<Value> size = call.sequence(name);
    int elements = call.inputShape().size();
    if (size.isEmpty()) {
      throw acrossBatch();
    }
    Value first = size.get(0);
    boolean open = Scalars.number(first) instanceof Value.Int integer && integer.value() == -1;
    List<Integer> rest = new ArrayList<>();
    for (Value extent : size.subList(1, size.size())) {
      if (!(Scalars.number(extent) instanceof Value.Int integer)) {
        throw acrossBatch();
      }
      rest.add(Math.toIntExact(integer.value()));
    }
    if (!open && !call.isBatchSize(first)) {
      // A hard-coded batch size works only if the rest accounts for everything else.
      if (rest.contains(-1) || new Shape(rest).size() != elements) {
        throw acrossBatch();
      }
    }
    List<Integer> dims = open ? rest : resolved(rest, elements);
    if (open && (dims.contains(-1) || new Shape(dims).size() != elements)) {
      throw acrossBatch();
    }
    return reshaped(call, new Shape(dims));
  }

  private static UnsupportedOperatorException acrossBatch() {
    return new UnsupportedOperatorException(
        "it mixes the batch axis with others, but every image must be computed on its own;"
            + " keep the batch axis in front, e.g. x.flatten(1)");
  }

  /** Extents with the one that is -1 computed. */
  private static List<Integer> resolved(List<Integer> dims, int elements) {
    int open = dims.indexOf(-1);
    if (open < 0) {
      return dims;
    }
    List<Integer> known = new ArrayList<>(dims);
    known.remove(open);
    int rest = new Shape(known).size();
    if (rest == 0 || elements % rest != 0) {
      throw new UnsupportedOperatorException(
          "%d elements cannot have the shape %s".formatted(elements, dims));
    }
    List<Integer> full = new ArrayList<>(dims);
    full.set(open, elements / rest);
    return full;
  }

  private static Value reshaped(AtenCall call, Shape shape) {
    return new Value.Activation(call.graph().reshape(call.node(), call.input(), shape));
  }

  private static Value flatten(AtenCall call) {
    int rank = call.inputShape().rank() + 1;
    int start = AtenCall.fromFront(call.integer("start_dim", 0), rank);
    int end = AtenCall.fromFront(call.integer("end_dim", -1), rank);
    if (start == 0) {
      throw acrossBatch();
    }
    List<Integer> dims = call.inputShape().dims();
    List<Integer> flat = new ArrayList<>(dims.subList(0, start - 1));
    flat.add(new Shape(dims.subList(start - 1, Math.max(start - 1, end))).size());
    flat.addAll(dims.subList(Math.max(start - 1, end), dims.size()));
    return reshaped(call, new Shape(flat));
  }

  private static Value unflatten(AtenCall call) {
    int axis = call.axis("dim", 1);
    List<Integer> dims = new ArrayList<>(call.inputShape().dims());
    List<Integer> parts = resolved(call.integers("sizes"), dims.remove(axis));
    dims.addAll(axis, parts);
    return reshaped(call, new Shape(dims));
  }

  private static Value squeeze(AtenCall call) {
    Shape shape = call.inputShape();
    List<Integer> axes =
        call.find("dim").isPresent() ? call.axes("dim") : PointwiseOperators.allAxes(shape);
    List<Integer> kept =
        IntStream.range(0, shape.rank())
            .filter(axis -> shape.dim(axis) != 1 || !axes.contains(axis))
            .mapToObj(shape::dim)
            .toList();
    return reshaped(call, new Shape(kept));
  }

  private static Value unsqueeze(AtenCall call) {
    if (call.value("input") instanceof Value.Constant constant) {
      List<Integer> dims = new ArrayList<>(constant.tensor().shape().dims());
      dims.add(AtenCall.fromFront(call.integer("dim"), dims.size() + 1), 1);
      return new Value.Constant(Tensors.reshaped(constant.tensor(), new Shape(dims)));
    }
    List<Integer> dims = new ArrayList<>(call.inputShape().dims());
    dims.add(AtenCall.withoutBatch(call.integer("dim"), dims.size() + 2), 1);
    return reshaped(call, new Shape(dims));
  }

  private static Value permute(AtenCall call) {
    if (call.value("input") instanceof Value.Constant constant) {
      int rank = constant.tensor().shape().rank();
      List<Integer> axes =
          call.integers("dims").stream().map(axis -> AtenCall.fromFront(axis, rank)).toList();
      return new Value.Constant(Tensors.permuted(constant.tensor(), axes));
    }
    int rank = call.inputShape().rank() + 1;
    List<Integer> axes =
        call.integers("dims").stream().map(axis -> AtenCall.fromFront(axis, rank)).toList();
    boolean everyAxisOnce = axes.stream().sorted().toList().equals(allAxes(rank));
    if (!everyAxisOnce || axes.get(0) != 0) {
      throw acrossBatch();
    }
    return permuted(call, axes.subList(1, rank).stream().map(axis -> axis - 1).toList());
  }

  private static Value permuted(AtenCall call, List<Integer> axes) {
    return new Value.Activation(call.graph().permute(call.node(), call.input(), axes));
  }

  private static List<Integer> allAxes(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }

  private static Value transpose(AtenCall call) {
    if (call.value("input") instanceof Value.Constant constant) {
      int rank = constant.tensor().shape().rank();
      List<Integer> axes = new ArrayList<>(allAxes(rank));
      Collections.swap(
          axes,
          AtenCall.fromFront(call.integer("dim0"), rank),
          AtenCall.fromFront(call.integer("dim1"), rank));
      return new Value.Constant(Tensors.permuted(constant.tensor(), axes));
    }
    List<Integer> axes = new ArrayList<>(allAxes(call.inputShape().rank()));
    Collections.swap(axes, call.axis("dim0", 0), call.axis("dim1", 0));
    return permuted(call, axes);
  }

  private static Value transposeMatrix(AtenCall call) {
    Tensor matrix = call.tensor("input");
    return new Value.Constant(
        matrix.shape().rank() < 2 ? matrix : Tensors.permuted(matrix, List.of(1, 0)));
  }

  private static Value expandAs(AtenCall call) {
    if (!(call.value("input") instanceof Value.Activation)) {
      return call.value("input");
    }
    List<Value> size = new ArrayList<>(List.of(new Value.BatchSize()));
    call.graph()
        .shape(call.activation("other"))
        .dims()
        .forEach(extent -> size.add(new Value.Int(extent)));
    return stretch(call, size);
  }

  /** Repetition of single cells, as broadcasting does. */
  private static Value stretch(AtenCall call, List<Value> size) {
    if (call.value("input") instanceof Value.Constant constant) {
      List<Integer> wanted = call.integers("size");
      Shape own = constant.tensor().shape();
      int missing = wanted.size() - own.rank();
      List<Integer> dims = new ArrayList<>();
      for (int axis = 0; axis < wanted.size(); axis++) {
        boolean kept = wanted.get(axis) == -1 && axis >= missing;
        dims.add(kept ? own.dim(axis - missing) : wanted.get(axis));
      }
      return new Value.Constant(Tensors.broadcast(constant.tensor(), new Shape(dims)));
    }
    Shape shape = call.inputShape();
    if (size.size() != shape.rank() + 1) {
      throw acrossBatch();
    }
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int own = shape.dim(axis);
      int wanted =
          Scalars.number(size.get(axis + 1)) instanceof Value.Int integer
              ? Math.toIntExact(integer.value())
              : own;
      dims.add(wanted == -1 ? own : wanted);
    }
    return new Value.Activation(call.graph().stretch(call.node(), call.input(), new Shape(dims)));
  }

  private static Value slice(AtenCall call) {
    if (call.integer("dim", 0) == 0 && isWhole(call)) {
      return call.value("input");
    }
    int axis = call.axis("dim", 0);
    int extent = call.inputShape().dim(axis);
    int start = clamped(call.integer("start", 0), extent);
    int end = Math.max(start, clamped(call.integer("end", Integer.MAX_VALUE), extent));
    int step = call.integer("step", 1);
    return part(call, axis, start, end, step);
  }

  /** Whether a slice of the batch axis takes all of it. */
  private static boolean isWhole(AtenCall call) {
    boolean toTheEnd =
        call.find("end").isEmpty()
            || call.isBatchSize(call.value("end"))
            || call.integer("end") == Integer.MAX_VALUE;
    return toTheEnd && call.integer("start", 0) == 0 && call.integer("step", 1) == 1;
  }

  private static int clamped(int index, int extent) {
    return Math.max(0, Math.min(extent, index < 0 ? index + extent : index));
  }

  private static Value part(AtenCall call, int axis, int start, int end, int step) {
    return new Value.Activation(
        call.graph().slice(call.node(), call.input(), axis, start, end, step));
  }

  private static Value narrow(AtenCall call) {
    int axis = call.axis("dim", 0);
    int start = clamped(call.integer("start"), call.inputShape().dim(axis));
    return part(call, axis, start, Math.addExact(start, call.integer("length")), 1);
  }

  private static Value select(AtenCall call) {
    int axis = call.axis("dim", 0);
    int index = AtenCall.fromFront(call.integer("index"), call.inputShape().dim(axis));
    return new Value.Activation(call.graph().select(call.node(), call.input(), axis, index));
  }

  private static Value flip(AtenCall call) {
    int result = call.input();
    int rank = call.inputShape().rank() + 1;
    for (int stated : call.integers("dims")) {
      int axis = AtenCall.fromFront(stated, rank) - 1;
      call.require("dims", axis >= 0, "names the batch axis, which must stay as it is");
      int extent = call.inputShape().dim(axis);
      List<Integer> entries = IntStream.range(0, extent).map(i -> extent - 1 - i).boxed().toList();
      result = call.graph().pick(call.node(), result, axis, entries);
    }
    return new Value.Activation(result);
  }

  private static Value split(AtenCall call) {
    boolean sizes = call.value("split_size") instanceof Value.Sequence;
    int axis = call.axis("dim", 0);
    return parts(
        call,
        axis,
        sizes ? call.integers("split_size") : pieces(call, axis, call.integer("split_size")));
  }

  private static Value splitWithSizes(AtenCall call) {
    return parts(call, call.axis("dim", 0), call.integers("split_sizes"));
  }

  private static Value chunk(AtenCall call) {
    int axis = call.axis("dim", 0);
    int chunks = call.integer("chunks");
    call.require("chunks", chunks > 0, "is not positive");
    int extent = call.inputShape().dim(axis);
    return parts(call, axis, pieces(call, axis, (extent + chunks - 1) / chunks));
  }

  private static Value unbind(AtenCall call) {
    int axis = call.axis("dim", 0);
    List<Value> entries = new ArrayList<>();
    for (int index = 0; index < call.inputShape().dim(axis); index++) {
      entries.add(
          new Value.Activation(call.graph().select(call.node(), call.input(), axis, index)));
    }
    return new Value.Sequence(entries);
  }

  /** Pieces of one length, the last one possibly shorter. */
  private static List<Integer> pieces(AtenCall call, int axis, int length) {
    call.require("split_size", length > 0, "is not positive");
    int extent = call.inputShape().dim(axis);
    List<Integer> pieces = new ArrayList<>();
    for (int start = 0; start < extent; start += length) {
      pieces.add(Math.min(length, extent - start));
    }
    return pieces;
  }

  private static Value parts(AtenCall call, int axis, List<Integer> lengths) {
    List<Integer> nodes = call.graph().split(call.node(), call.input(), axis, lengths);
    return new Value.Sequence(
        nodes.stream().map(node -> (Value) new Value.Activation(node)).toList());
  }

  private static Value cat(AtenCall call) {
    List<Integer> parts = call.activations("tensors");
    if (parts.size() == 1) {
      return new Value.Activation(parts.get(0));
    }
    call.require("tensors", !parts.isEmpty(), "is empty");
    int rank = call.graph().shape(parts.get(0)).rank() + 1;
    int axis = AtenCall.withoutBatch(call.integer("dim", 0), rank);
    return concatenated(call, axis, parts);
  }

  private static Value concatenated(AtenCall call, int axis, List<Integer> parts) {
    int[] inputs = parts.stream().mapToInt(Integer::intValue).toArray();
    return call.add(new Layer.Concatenation(axis), inputs);
  }

  private static Value stack(AtenCall call) {
    List<Integer> parts = new ArrayList<>();
    int axis = 0;
    for (int part : call.activations("tensors")) {
      Shape shape = call.graph().shape(part);
      axis = AtenCall.withoutBatch(call.integer("dim", 0), shape.rank() + 2);
      List<Integer> dims = new ArrayList<>(shape.dims());
      dims.add(axis, 1);
      parts.add(call.graph().reshape(call.node(), part, new Shape(dims)));
    }
    call.require("tensors", !parts.isEmpty(), "is empty");
    return concatenated(call, axis, parts);
  }

  private static Value pad(AtenCall call) {
    String mode = call.text("mode", "constant");
    return switch (mode) {
      case "constant" -> pad(call, Fill.CONSTANT);
      case "reflect" -> pad(call, Fill.REFLECT);
      case "replicate" -> pad(call, Fill.REPLICATE);
      default ->
          throw new UnsupportedOperatorException(
              "it pads in the mode '%s'; constant, reflect and replicate are supported"
                  .formatted(mode));
    };
  }

  /** PyTorch lists the pads from the last axis to the first, before and after in turns. */
  private static Value pad(AtenCall call, Fill fill) {
    List<Integer> pads = call.integers(call.find("pad").isPresent() ? "pad" : "padding");
    int rank = call.inputShape().rank();
    if (pads.size() % 2 != 0 || pads.size() / 2 > rank + 1) {
      throw new UnsupportedOperatorException(
          "it pads by %s a tensor of %d axes".formatted(pads, rank + 1));
    }
    List<Integer> before = new ArrayList<>(Shape.repeat(0, rank));
    List<Integer> after = new ArrayList<>(Shape.repeat(0, rank));
    for (int i = 0; i < pads.size() / 2; i++) {
      int axis = rank - 1 - i;
      if (axis < 0) {
        call.require("pad", pads.get(2 * i) == 0 && pads.get(2 * i + 1) == 0, "pads the batch");
      } else {
        before.set(axis, pads.get(2 * i));
        after.set(axis, pads.get(2 * i + 1));
      }
    }
    return new Value.Activation(
        call.graph()
            .pad(call.node(), call.input(), fill, before, after, (float) call.real("value", 0)));
  }

  private static Value nearest(AtenCall call) {
    return call.add(
        new Layer.Upsampling(Interpolation.NEAREST, resampled(call), false), call.input());
  }

  private static Value linear(AtenCall call) {
    return call.add(
        new Layer.Upsampling(
            Interpolation.LINEAR, resampled(call), call.flag("align_corners", false)),
        call.input());
  }

  private static Shape resampled(AtenCall call) {
    Shape space = call.inputShape().spatial();
    if (call.find("output_size").isPresent()) {
      List<Integer> output = call.integers("output_size");
      call.require("output_size", output.size() == space.rank(), "has the wrong length");
      return new Shape(output);
    }
    List<Double> factors = call.reals("scale_factors");
    call.require("scale_factors", factors.size() == space.rank(), "has the wrong length");
    List<Integer> output = new ArrayList<>();
    for (int axis = 0; axis < space.rank(); axis++) {
      double extent = space.dim(axis) * factors.get(axis);
      // PyTorch samples by the factor itself, which differs once the extent is rounded.
      call.require(
          "scale_factors",
          extent == Math.rint(extent),
          "makes no whole number of cells of %d; give a size instead".formatted(space.dim(axis)));
      output.add((int) extent);
    }
    return new Shape(output);
  }

  /** {@code [g * k, ...] -> [k * g, ...]}: channel {@code i * k + j} moves to {@code j * g + i}. */
  private static Value channelShuffle(AtenCall call) {
    int groups = call.integer("groups");
    Shape shape = call.inputShape();
    call.require("groups", groups > 0 && shape.channels() % groups == 0, "does not divide");
    List<Integer> split = new ArrayList<>(List.of(groups, shape.channels() / groups));
    split.addAll(shape.spatial().dims());
    List<Integer> swapped = new ArrayList<>(allAxes(split.size()));
    Collections.swap(swapped, 0, 1);
    int apart = call.graph().reshape(call.node(), call.input(), new Shape(split));
    int shuffled = call.graph().permute(call.node(), apart, swapped);
    return new Value.Activation(call.graph().reshape(call.node(), shuffled, shape));
  }

  /** {@code [C, H * b, W * b] -> [C * b * b, H, W]}, channels outermost. */
  private static Value pixelUnshuffle(AtenCall call) {
    int block = call.integer("downscale_factor");
    Shape shape = call.inputShape();
    call.require(
        "downscale_factor",
        shape.rank() == 3 && block > 0 && shape.dim(1) % block == 0 && shape.dim(2) % block == 0,
        "does not divide the input of shape " + shape);
    int height = shape.dim(1) / block;
    int width = shape.dim(2) / block;
    int apart =
        call.graph()
            .reshape(
                call.node(), call.input(), Shape.of(shape.channels(), height, block, width, block));
    int gathered = call.graph().permute(call.node(), apart, List.of(0, 2, 4, 1, 3));
    Shape result = Shape.of(shape.channels() * block * block, height, width);
    return new Value.Activation(call.graph().reshape(call.node(), gathered, result));
  }
}
