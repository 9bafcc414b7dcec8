package org.saccade.unravel;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/** Small networks of every kind of block and head, over one to three spatial axes. */
final class RandomNetworks {
  private final Random random;
  private final Network.Builder builder;
  private final int axes;
  private int at;

  private RandomNetworks(long seed) {
    random = new Random(seed);
    axes = 1 + random.nextInt(3);
    List<Integer> dims = new ArrayList<>(List.of(3));
    for (int axis = 0; axis < axes; axis++) {
      dims.add(axes == 3 ? 6 + random.nextInt(3) : 9 + random.nextInt(6));
    }
    builder = Network.builder("random" + seed, new Shape(dims));
    at = builder.input();
  }

  static Network of(long seed) {
    return new RandomNetworks(seed).network();
  }

  static float[] batch(Network network, int images, long seed) {
    return gaussian(images * network.input().shape().size(), 1, new Random(seed));
  }

  private Network network() {
    convolution(at, 8, 1 + random.nextInt(3), 1);
    activation();
    int blocks = 2 + random.nextInt(3);
    for (int block = 0; block < blocks; block++) {
      switch (random.nextInt(9)) {
        case 0 -> residual();
        case 1 -> inception();
        case 2 -> pooling(PoolingKind.MAX);
        case 3 -> pooling(PoolingKind.AVERAGE);
        case 4 -> squeezeAndExcite();
        case 5 -> selfGated();
        case 6 -> depthwise();
        case 7 -> optionAShortcut();
        default -> decoder();
      }
      activation();
    }
    switch (random.nextInt(3)) {
      case 0 -> classifierHead();
      case 1 -> pooledHead();
      default -> flattenedHead();
    }
    return builder.build(at, false);
  }

  private int channels() {
    return builder.shape(at).channels();
  }

  private void add(Layer layer, int... inputs) {
    at = builder.add(layer.getClass().getSimpleName(), layer, inputs);
  }

  private void activation() {
    Function[] functions = {Function.RELU, Function.RELU, Function.SILU, Function.TANH};
    add(Activation.of(functions[random.nextInt(functions.length)]), at);
  }

  private void convolution(int from, int outputs, int kernel, int groups) {
    Shape input = builder.shape(from);
    List<Integer> kernels = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    List<Integer> dilations = new ArrayList<>();
    List<Integer> pads = new ArrayList<>();
    for (int axis = 1; axis <= axes; axis++) {
      int dilation = random.nextInt(4) == 0 && input.dim(axis) > 2 * kernel ? 2 : 1;
      int reach = (kernel - 1) * dilation + 1;
      int pad = random.nextBoolean() ? reach / 2 : 0;
      kernels.add(input.dim(axis) + 2 * pad < reach ? 1 : kernel);
      strides.add(input.dim(axis) > 4 ? 1 + random.nextInt(2) : 1);
      dilations.add(dilation);
      pads.add(pad);
    }
    add(
        convolution(
            input.channels(), outputs, groups, new Window(kernels, strides, dilations, pads, pads)),
        from);
  }

  private Layer.Convolution convolution(int inputs, int outputs, int groups, Window window) {
    List<Integer> dims = new ArrayList<>(List.of(outputs, inputs / groups));
    dims.addAll(window.kernel());
    return new Layer.Convolution(weights(new Shape(dims)), bias(outputs), window, groups);
  }

  /** Keeps every extent. */
  private void same(int from, int outputs, int kernel) {
    List<Integer> kernels = Shape.repeat(kernel, axes);
    List<Integer> pads = Shape.repeat(kernel / 2, axes);
    Window window = Window.of(kernels, Shape.repeat(1, axes), pads);
    add(convolution(builder.shape(from).channels(), outputs, 1, window), from);
  }

  private void residual() {
    int skip = at;
    same(at, 4, 1);
    activation();
    same(at, channels(), 3);
    add(new Layer.ChannelAffine(weights(Shape.of(channels())), bias(channels())), at);
    activation();
    same(at, builder.shape(skip).channels(), 1);
    add(new Layer.Addition(), skip, at);
  }

  private void inception() {
    int fork = at;
    same(fork, 4, 1);
    int narrow = at;
    same(fork, 3, 3);
    activation();
    int wide = at;
    Window window = Window.of(Shape.repeat(3, axes), Shape.repeat(1, axes), Shape.repeat(1, axes));
    add(new Layer.Pooling(PoolingKind.MAX, window, false, false), fork);
    add(new Layer.Concatenation(0), narrow, wide, at);
  }

  private void pooling(PoolingKind kind) {
    List<Integer> kernels = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    for (int axis = 1; axis <= axes; axis++) {
      int extent = builder.shape(at).dim(axis);
      kernels.add(Math.min(extent, 2 + random.nextInt(2)));
      strides.add(extent > 3 ? 2 : 1);
    }
    List<Integer> none = Shape.repeat(0, axes);
    boolean ceil = random.nextBoolean();
    add(new Layer.Pooling(kind, Window.of(kernels, strides, none), ceil, false), at);
  }

  private void squeezeAndExcite() {
    int spatial = at;
    add(new Layer.GlobalPooling(PoolingKind.AVERAGE), at);
    same(at, channels(), 1);
    add(Activation.of(Function.SIGMOID), at);
    add(new Elementwise(Elementwise.Operator.MULTIPLY), at, spatial);
  }

  private void selfGated() {
    int value = at;
    add(Activation.of(Function.HARD_SIGMOID), at);
    add(new Elementwise(Elementwise.Operator.MULTIPLY), at, value);
  }

  private void depthwise() {
    convolution(at, channels(), 3, channels());
    same(at, 8, 1);
  }

  private void optionAShortcut() {
    int from = at;
    same(from, channels() + 2, 3);
    int branch = at;
    List<Integer> before = new ArrayList<>(Shape.repeat(0, axes + 1));
    before.set(0, 1);
    add(new Layer.Padding(Layer.Padding.Fill.CONSTANT, before, before, 0), from);
    add(new Layer.Addition(), branch, at);
    add(new Layer.Slice(0, 1, channels(), 1), at);
  }

  private void decoder() {
    Shape spatial = builder.shape(at).spatial();
    List<Integer> doubled = spatial.dims().stream().map(extent -> 2 * extent).toList();
    add(
        new Layer.Upsampling(Layer.Upsampling.Interpolation.NEAREST, new Shape(doubled), false),
        at);
    convolution(at, 6, 3, 1);
  }

  private void classifierHead() {
    add(new Layer.ConvolutionalClassifier(weights(Shape.of(5, channels())), bias(5), true), at);
  }

  private void pooledHead() {
    add(new Layer.GlobalPooling(PoolingKind.AVERAGE), at);
    add(new Layer.Reshape(Shape.of(channels())), at);
    linear(5);
  }

  private void flattenedHead() {
    add(new Layer.Reshape(Shape.of(builder.shape(at).size())), at);
    linear(150);
    add(Activation.of(Function.RELU), at);
    linear(5);
  }

  private void linear(int outputs) {
    int inputs = builder.shape(at).size();
    add(new Layer.Linear(weights(Shape.of(outputs, inputs)), bias(outputs)), at);
  }

  private Tensor weights(Shape shape) {
    double deviation = Math.sqrt(2.0 * shape.dim(0) / shape.size());
    return Tensor.of(shape, gaussian(shape.size(), deviation, random));
  }

  private Tensor bias(int size) {
    return Tensor.of(Shape.of(size), gaussian(size, 0.1, random));
  }

  private static float[] gaussian(int count, double deviation, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }
}
