package org.saccade.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Elementwise;

/**
 * What importers build networks with: operators as frameworks define them, expressed in the layers
 * of {@link Layer}. Knows no file format.
 *
 * <p>All shapes and axes are without the batch axis. Every method appends what it needs and returns
 * the id of the result; where a result equals its input, that is the input's id.
 */
public final class GraphBuilder {
  /** Slices that {@link #pick} makes at most. */
  private static final int MOST_SLICES = 64;

  private final Network.Builder network;

  /**
   * @param model the network's name
   * @param input shape of the input, {@code [C, spatial...]}
   */
  public GraphBuilder(String model, Shape input) {
    network = Network.builder(model, input);
  }

  /** Id of the network's input. */
  public int input() {
    return network.input();
  }

  public Shape shape(int id) {
    return network.shape(id);
  }

  /**
   * Appends a layer as it is.
   *
   * @throws IllegalArgumentException if the inputs' shapes do not suit the layer
   */
  public int add(String name, Layer layer, int... inputs) {
    return network.add(name, layer, inputs);
  }

  /** The network as built so far, not yet in canonical form. */
  public Network build(int output) {
    return network.build(output, false);
  }

  /**
   * Batch normalization at inference, {@code scale * (x - mean) / sqrt(variance + epsilon) + shift}
   * per channel.
   */
  public int batchNormalization(
      String name,
      int x,
      Tensor scale,
      Tensor shift,
      Tensor mean,
      Tensor variance,
      double epsilon) {
    int channels = scale.values().length;
    for (Tensor other : List.of(shift, mean, variance)) {
      if (other.values().length != channels) {
        throw new IllegalArgumentException(
            "a batch normalization of %d channels has statistics of shape %s"
                .formatted(channels, other.shape()));
      }
    }
    float[] factors = new float[channels];
    float[] offsets = new float[channels];
    for (int c = 0; c < channels; c++) {
      double factor = scale.values()[c] / Math.sqrt(variance.values()[c] + epsilon);
      factors[c] = (float) factor;
      offsets[c] = (float) (shift.values()[c] - mean.values()[c] * factor);
    }
    return add(
        name,
        new Layer.ChannelAffine(
            Tensor.of(Shape.of(channels), factors), Tensor.of(Shape.of(channels), offsets)),
        x);
  }

  /**
   * An operator on an activation and a constant: per channel where the constant is, so that
   * normalizations written out as products and sums are recognized.
   *
   * @param constant aligned with the activation at the last axis
   */
  public int withConstant(
      String name, Elementwise.Operator operator, int x, Tensor constant, boolean constantFirst) {
    Optional<Layer.ChannelAffine> affine =
        isPerChannel(constant.shape(), shape(x))
            ? perChannel(operator, constant.values(), constantFirst)
            : Optional.empty();
    if (affine.isPresent()) {
      return add(name, affine.get(), x);
    }
    if (constant.shape().size() == 1) {
      float value = constant.values()[0];
      if (operator == Elementwise.Operator.MAXIMUM) {
        return clip(name, x, value, Float.POSITIVE_INFINITY);
      }
      if (operator == Elementwise.Operator.MINIMUM) {
        return clip(name, x, Float.NEGATIVE_INFINITY, value);
      }
    }
    return add(name, new Layer.ConstantElementwise(operator, constant, constantFirst), x);
  }

  /** {@code clamp(x, low, high)}; a clamp from 0 upwards is a ReLU. */
  public int clip(String name, int x, float low, float high) {
    if (low == 0 && high == Float.POSITIVE_INFINITY) {
      return add(name, Activation.of(Activation.Function.RELU), x);
    }
    return add(name, new Activation(Activation.Function.CLIP, low, high), x);
  }

  /** {@code max(0, x) + min(0, alpha * (exp(x / alpha) - 1))}. */
  public int celu(String name, int x, float alpha) {
    int scaled = scale(name, x, 1 / alpha);
    int elu = add(name, new Activation(Activation.Function.ELU, 1, 0), scaled);
    return scale(name, elu, alpha);
  }

  /** {@code factor * x}. */
  public int scale(String name, int x, float factor) {
    if (factor == 1) {
      return x;
    }
    Tensor constant = Tensor.of(Shape.of(), new float[] {factor});
    return withConstant(name, Elementwise.Operator.MULTIPLY, x, constant, false);
  }

  /** Everything in one axis. */
  public int flatten(String name, int x) {
    return reshape(name, x, Shape.of(shape(x).size()));
  }

  public int reshape(String name, int x, Shape target) {
    return shape(x).equals(target) ? x : add(name, new Layer.Reshape(target), x);
  }

  /**
   * A map of a single cell repeated over space, as broadcasting does.
   *
   * @throws IllegalArgumentException if anything else would have to be repeated
   */
  public int stretch(String name, int x, Shape target) {
    Shape shape = shape(x);
    if (shape.equals(target)) {
      return x;
    }
    if (shape.rank() != target.rank()
        || shape.rank() < 2
        || shape.channels() != target.channels()
        || shape.spatial().size() != 1) {
      throw new IllegalArgumentException(
          "it repeats values of shape %s to %s; only maps of a single cell are repeated over space"
              .formatted(shape, target));
    }
    return add(
        name,
        new Layer.Upsampling(Layer.Upsampling.Interpolation.NEAREST, target.spatial(), false),
        x);
  }

  public int permute(String name, int x, List<Integer> axes) {
    List<Integer> identity = IntStream.range(0, axes.size()).boxed().toList();
    return axes.equals(identity) ? x : add(name, new Layer.Permutation(axes), x);
  }

  /** Entries {@code start, start + step, ...} below {@code end} of an axis. */
  public int slice(String name, int x, int axis, int start, int end, int step) {
    boolean everything = start == 0 && step == 1 && end == shape(x).dim(axis);
    return everything ? x : add(name, new Layer.Slice(axis, start, end, step), x);
  }

  /**
   * Entries of an axis in any order, as slices side by side.
   *
   * @throws IllegalArgumentException if that takes too many slices
   */
  public int pick(String name, int x, int axis, List<Integer> entries) {
    List<Integer> slices = new ArrayList<>();
    for (int from = 0, to; from < entries.size(); from = to) {
      to = endOfRun(entries, from);
      int last = entries.get(to - 1);
      int step = to - from > 1 ? entries.get(from + 1) - entries.get(from) : 1;
      slices.add(slice(name, x, axis, entries.get(from), last + 1, step));
      if (slices.size() > MOST_SLICES) {
        throw new IllegalArgumentException(
            "entries of an axis are picked in an order that takes more than %d slices"
                .formatted(MOST_SLICES));
      }
    }
    return slices.size() == 1
        ? slices.get(0)
        : add(
            name,
            new Layer.Concatenation(axis),
            slices.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Index after the last of entries that ascend evenly. */
  private static int endOfRun(List<Integer> entries, int from) {
    int to = from + 1;
    int step = to < entries.size() ? entries.get(to) - entries.get(from) : 0;
    while (step > 0 && to < entries.size() && entries.get(to) - entries.get(to - 1) == step) {
      to++;
    }
    return to;
  }

  /** One entry of an axis, which vanishes. */
  public int select(String name, int x, int axis, int index) {
    int entry = slice(name, x, axis, index, index + 1, 1);
    List<Integer> dims = new ArrayList<>(shape(entry).dims());
    dims.remove(axis);
    return reshape(name, entry, new Shape(dims));
  }

  /**
   * Consecutive parts of an axis.
   *
   * @param lengths extents of the parts
   */
  public List<Integer> split(String name, int x, int axis, List<Integer> lengths) {
    List<Integer> parts = new ArrayList<>();
    int start = 0;
    for (int length : lengths) {
      parts.add(slice(name, x, axis, start, start + length, 1));
      start += length;
    }
    return parts;
  }

  /** Cells added around an activation, or taken away where a count is negative. */
  public int pad(
      String name,
      int x,
      Layer.Padding.Fill fill,
      List<Integer> before,
      List<Integer> after,
      float value) {
    int padded = x;
    if (before.stream().anyMatch(n -> n > 0) || after.stream().anyMatch(n -> n > 0)) {
      padded =
          add(name, new Layer.Padding(fill, atLeastZero(before), atLeastZero(after), value), x);
    }
    for (int axis = 0; axis < before.size(); axis++) {
      int start = Math.max(0, -before.get(axis));
      int end = shape(padded).dim(axis) - Math.max(0, -after.get(axis));
      padded = slice(name, padded, axis, start, end, 1);
    }
    return padded;
  }

  /** Mean, sum or maximum over some axes. */
  public int reduce(
      String name, int x, Layer.Reduction.Kind kind, List<Integer> axes, boolean keepAxes) {
    List<Integer> ascending = axes.stream().sorted().distinct().toList();
    return ascending.isEmpty() ? x : add(name, new Layer.Reduction(kind, ascending, keepAxes), x);
  }

  /** Softmax, or its logarithm, over all axes from {@code axis} on together. */
  public int softmaxFrom(String name, int x, int axis, boolean logarithm) {
    Shape shape = shape(x);
    List<Integer> wide =
        IntStream.range(axis, shape.rank()).filter(i -> shape.dim(i) != 1).boxed().toList();
    if (wide.size() <= 1) {
      int only = wide.isEmpty() ? axis : wide.get(0);
      return add(name, new Layer.Softmax(only, logarithm), x);
    }
    List<Integer> joined = new ArrayList<>(shape.dims().subList(0, axis));
    joined.add(new Shape(shape.dims().subList(axis, shape.rank())).size());
    int flat = reshape(name, x, new Shape(joined));
    return reshape(name, add(name, new Layer.Softmax(axis, logarithm), flat), shape);
  }

  /**
   * Blocks of channels laid out in space, {@code [C * b * b, H, W] -> [C, H * b, W * b]}.
   *
   * @param blockFirst whether the block's axes precede the channels in the channel axis (ONNX: DCR)
   *     or follow them (CRD, and PyTorch's pixel shuffle)
   */
  public int depthToSpace(String name, int x, int block, boolean blockFirst) {
    Shape shape = shape(x);
    int channels = shape.dim(0) / (block * block);
    int height = shape.dim(1);
    int width = shape.dim(2);
    int split =
        blockFirst
            ? reshape(name, x, Shape.of(block, block, channels, height, width))
            : reshape(name, x, Shape.of(channels, block, block, height, width));
    int interleaved =
        permute(name, split, blockFirst ? List.of(2, 3, 0, 4, 1) : List.of(0, 3, 1, 4, 2));
    return reshape(name, interleaved, Shape.of(channels, height * block, width * block));
  }

  /** Blocks of space laid out in channels, {@code [C, H * b, W * b] -> [b * b * C, H, W]}. */
  public int spaceToDepth(String name, int x, int block) {
    Shape shape = shape(x);
    int channels = shape.dim(0);
    int height = shape.dim(1) / block;
    int width = shape.dim(2) / block;
    int split = reshape(name, x, Shape.of(channels, height, block, width, block));
    int gathered = permute(name, split, List.of(2, 4, 0, 1, 3));
    return reshape(name, gathered, Shape.of(block * block * channels, height, width));
  }

  /** The scale and shift that an operator with one constant per channel amounts to, if any. */
  private static Optional<Layer.ChannelAffine> perChannel(
      Elementwise.Operator operator, float[] values, boolean constantFirst) {
    Tensor zeros = Tensor.filled(values.length, 0);
    Tensor ones = Tensor.filled(values.length, 1);
    return switch (operator) {
      case ADD -> Optional.of(new Layer.ChannelAffine(ones, vector(values)));
      case SUBTRACT ->
          Optional.of(
              constantFirst
                  ? new Layer.ChannelAffine(Tensor.filled(values.length, -1), vector(values))
                  : new Layer.ChannelAffine(ones, vector(map(values, value -> -value))));
      case MULTIPLY -> Optional.of(new Layer.ChannelAffine(vector(values), zeros));
      case DIVIDE ->
          constantFirst
              ? Optional.empty()
              : Optional.of(new Layer.ChannelAffine(vector(map(values, v -> 1 / v)), zeros));
      case MAXIMUM, MINIMUM, POWER -> Optional.empty();
    };
  }

  /** Whether a constant has one value per channel of an activation and none per position. */
  private static boolean isPerChannel(Shape constant, Shape activation) {
    if (activation.rank() == 0 || constant.rank() != activation.rank()) {
      return false;
    }
    return constant.channels() == activation.channels()
        && constant.size() == constant.channels()
        && constant.channels() > 1;
  }

  private static Tensor vector(float[] values) {
    return Tensor.of(Shape.of(values.length), values);
  }

  private static List<Integer> atLeastZero(List<Integer> counts) {
    return counts.stream().map(n -> Math.max(0, n)).toList();
  }

  private interface FloatFunction {
    float apply(float value);
  }

  private static float[] map(float[] values, FloatFunction function) {
    float[] mapped = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      mapped[i] = function.apply(values[i]);
    }
    return mapped;
  }
}
