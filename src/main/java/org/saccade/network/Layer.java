package org.saccade.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a node computes: the closed catalogue of layers that Saccade can run and walk back through.
 *
 * <p>All axes are counted without the batch axis: axis 0 is the channel axis {@code C} of {@code
 * [C, spatial...]}. Layers are rank-agnostic: the same record serves one, two and three spatial
 * axes. A new kind of layer is a new record here and a new method in {@link Visitor}; the compiler
 * then points at every place that has to know about it.
 */
public sealed interface Layer {

  /**
   * Shape of the result for inputs of the given shapes.
   *
   * @throws IllegalArgumentException if the inputs do not suit this layer
   */
  Shape outputShape(List<Shape> inputs);

  <R> R accept(Visitor<R> visitor);

  /** Number of trained numbers in this layer. */
  default long parameters() {
    return 0;
  }

  private static long count(Tensor... tensors) {
    return Arrays.stream(tensors).mapToLong(tensor -> tensor.values().length).sum();
  }

  /** One method per kind of layer. */
  interface Visitor<R> {
    R input(Input layer);

    R convolution(Convolution layer);

    R transposedConvolution(TransposedConvolution layer);

    R linear(Linear layer);

    R convolutionalClassifier(ConvolutionalClassifier layer);

    R pooling(Pooling layer);

    R globalPooling(GlobalPooling layer);

    R adaptivePooling(AdaptivePooling layer);

    R channelAffine(ChannelAffine layer);

    R activation(Activation layer);

    R parametricRelu(ParametricRelu layer);

    R localResponseNormalization(LocalResponseNormalization layer);

    R groupNormalization(GroupNormalization layer);

    R layerNormalization(LayerNormalization layer);

    R softmax(Softmax layer);

    R addition(Addition layer);

    R elementwise(Elementwise layer);

    R constantElementwise(ConstantElementwise layer);

    R concatenation(Concatenation layer);

    R slice(Slice layer);

    R padding(Padding layer);

    R reshape(Reshape layer);

    R permutation(Permutation layer);

    R upsampling(Upsampling layer);

    R reduction(Reduction layer);

    R embedding(Embedding layer);
  }

  /** How a pooling window is summarized. */
  enum PoolingKind {
    MAX,
    AVERAGE
  }

  /** The image tensor. */
  record Input(Shape shape) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return shape;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.input(this);
    }
  }

  /**
   * Cross-correlation over the spatial axes, {@code [I, spatial...] -> [O, spatial...]}.
   *
   * @param weight {@code [O, I / groups, kernel...]}
   * @param bias {@code [O]}, zeros when the source has none
   */
  record Convolution(Tensor weight, Tensor bias, Window window, int groups) implements Layer {
    public int outputChannels() {
      return weight.shape().dim(0);
    }

    public int channelsPerGroup() {
      return weight.shape().dim(1);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      Shapes.requireChannels(input, channelsPerGroup() * groups);
      Shapes.requireBias(bias, outputChannels());
      return window.outputSpatial(input.spatial(), false).prepend(outputChannels());
    }

    @Override
    public long parameters() {
      return count(weight, bias);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.convolution(this);
    }
  }

  /**
   * Transposed convolution, {@code [I, spatial...] -> [O, spatial...]} with {@code spatial = (in -
   * 1) * stride + reach - padBefore - padAfter + outputPadding}.
   *
   * @param weight {@code [I, O / groups, kernel...]}
   * @param bias {@code [O]}
   * @param outputPadding cells added after the end, per spatial axis
   */
  record TransposedConvolution(
      Tensor weight, Tensor bias, Window window, List<Integer> outputPadding, int groups)
      implements Layer {
    public TransposedConvolution {
      outputPadding = List.copyOf(outputPadding);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      Shapes.requireChannels(input, weight.shape().dim(0));
      Shapes.requireBias(bias, weight.shape().dim(1) * groups);
      int[] out = new int[window.axes()];
      for (int axis = 0; axis < out.length; axis++) {
        out[axis] =
            (input.dim(axis + 1) - 1) * window.stride().get(axis)
                + window.reach(axis)
                - window.padBefore().get(axis)
                - window.padAfter().get(axis)
                + outputPadding.get(axis);
      }
      return Shape.of(out).prepend(weight.shape().dim(1) * groups);
    }

    @Override
    public long parameters() {
      return count(weight, bias);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.transposedConvolution(this);
    }
  }

  /**
   * Matrix product with the last axis, {@code [..., I] -> [..., O]}.
   *
   * @param weight {@code [O, I]}
   * @param bias {@code [O]}, zeros when the source has none
   */
  record Linear(Tensor weight, Tensor bias) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      int features = weight.shape().dim(1);
      if (input.rank() == 0 || input.dim(input.rank() - 1) != features) {
        throw new IllegalArgumentException(
            "a linear layer of %d features cannot read %s".formatted(features, input));
      }
      Shapes.requireBias(bias, weight.shape().dim(0));
      return input.with(input.rank() - 1, weight.shape().dim(0));
    }

    @Override
    public long parameters() {
      return count(weight, bias);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.linear(this);
    }
  }

  /**
   * A classifier written as 1x1 convolution and global average pooling, as in SqueezeNet and NiN,
   * {@code [C, spatial...] -> [classes]}: {@code mean over space of relu?(W x + b)}.
   *
   * <p>The two commute when nothing non-linear but ReLU stands between them, so the walk treats
   * this as pooling followed by a linear layer.
   *
   * @param weight {@code [classes, C]}
   * @param bias {@code [classes]}
   * @param relu whether a ReLU stands between convolution and pooling
   */
  record ConvolutionalClassifier(Tensor weight, Tensor bias, boolean relu) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shapes.requireChannels(Shapes.only(inputs), weight.shape().dim(1));
      return Shape.of(weight.shape().dim(0));
    }

    @Override
    public long parameters() {
      return count(weight, bias);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.convolutionalClassifier(this);
    }
  }

  /**
   * Max or average pooling, {@code [C, spatial...] -> [C, spatial...]}.
   *
   * @param ceil whether a last window may hang over the end
   * @param countIncludePad average only: whether padding counts in the divisor
   */
  record Pooling(PoolingKind kind, Window window, boolean ceil, boolean countIncludePad)
      implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      return window.outputSpatial(input.spatial(), ceil).prepend(input.channels());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.pooling(this);
    }
  }

  /** Pooling over all of space, {@code [C, spatial...] -> [C, 1...]}. */
  record GlobalPooling(PoolingKind kind) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      return new Shape(Shape.repeat(1, input.rank() - 1)).prepend(input.channels());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.globalPooling(this);
    }
  }

  /**
   * Pooling to a fixed spatial shape, {@code [C, spatial...] -> [C, output...]}; cell {@code i}
   * reads inputs {@code floor(i * in / out)} to {@code ceil((i + 1) * in / out) - 1}.
   */
  record AdaptivePooling(PoolingKind kind, Shape output) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return output.prepend(Shapes.only(inputs).channels());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.adaptivePooling(this);
    }
  }

  /**
   * Scale and shift per channel: batch normalization at inference that had no convolution to be
   * folded into, and products and sums with per-channel constants.
   *
   * @param scale {@code [C]}
   * @param shift {@code [C]}
   */
  record ChannelAffine(Tensor scale, Tensor shift) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      Shapes.requireChannels(input, scale.shape().size());
      return input;
    }

    @Override
    public long parameters() {
      return count(scale, shift);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.channelAffine(this);
    }
  }

  /** An element-wise function of one value. Parameters a function does not use are 0. */
  record Activation(Function function, float alpha, float beta) implements Layer {
    /** The functions, with the meaning of {@code alpha} and {@code beta}. */
    public enum Function {
      RELU,
      /** {@code x < 0 ? alpha * x : x}. */
      LEAKY_RELU,
      /** {@code x < 0 ? alpha * (exp(x) - 1) : x}. */
      ELU,
      /** {@code beta * (x < 0 ? alpha * (exp(x) - 1) : x)}. */
      SELU,
      SIGMOID,
      /** {@code clamp(alpha * x + beta, 0, 1)}. */
      HARD_SIGMOID,
      TANH,
      /** {@code x * sigmoid(x)}. */
      SILU,
      /** {@code x * clamp(x / 6 + 1 / 2, 0, 1)}. */
      HARD_SWISH,
      /** The exact form, with the error function. */
      GELU,
      /** The approximation with tanh. */
      GELU_TANH,
      /** {@code x * tanh(softplus(x))}. */
      MISH,
      SOFTPLUS,
      SOFTSIGN,
      /** {@code clamp(x, alpha, beta)}. */
      CLIP,
      EXP,
      LOG,
      SQRT,
      ABS,
      NEGATE,
      ERF
    }

    public static Activation of(Function function) {
      return new Activation(function, 0, 0);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shapes.only(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.activation(this);
    }
  }

  /**
   * {@code x < 0 ? slope * x : x}.
   *
   * @param slope {@code [C]} or {@code [1]}
   */
  record ParametricRelu(Tensor slope) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      if (slope.shape().size() != 1) {
        Shapes.requireChannels(input, slope.shape().size());
      }
      return input;
    }

    @Override
    public long parameters() {
      return count(slope);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.parametricRelu(this);
    }
  }

  /** {@code x / (bias + alpha / size * sum of x^2 over size channels)^beta}, AlexNet's LRN. */
  record LocalResponseNormalization(int size, float alpha, float beta, float bias)
      implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shapes.only(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.localResponseNormalization(this);
    }
  }

  /**
   * Normalization to mean 0 and variance 1 over each group of channels and all of space, then scale
   * and shift per channel. As many groups as channels is instance normalization.
   *
   * @param scale {@code [C]}
   * @param shift {@code [C]}
   */
  record GroupNormalization(int groups, Tensor scale, Tensor shift, float epsilon)
      implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      Shapes.requireChannels(input, scale.shape().size());
      return input;
    }

    @Override
    public long parameters() {
      return count(scale, shift);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.groupNormalization(this);
    }
  }

  /**
   * Normalization to mean 0 and variance 1 over the last axes, then element-wise scale and shift.
   *
   * @param scale shape of the normalized axes
   * @param shift shape of the normalized axes
   */
  record LayerNormalization(Tensor scale, Tensor shift, float epsilon) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shapes.only(inputs);
    }

    @Override
    public long parameters() {
      return count(scale, shift);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.layerNormalization(this);
    }
  }

  /** Softmax, or its logarithm, along an axis; a final one is split off the network on import. */
  record Softmax(int axis, boolean logarithm) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shapes.only(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.softmax(this);
    }
  }

  /** Sum of two or more activations, broadcast: the join of a residual block. */
  record Addition() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shapes.broadcast(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.addition(this);
    }
  }

  /** An operator on two activations, broadcast; multiplication is how gates are applied. */
  record Elementwise(Operator operator) implements Layer {
    /** The operators, {@code first op second}. */
    public enum Operator {
      ADD,
      SUBTRACT,
      MULTIPLY,
      DIVIDE,
      MAXIMUM,
      MINIMUM,
      POWER
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shapes.broadcast(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.elementwise(this);
    }
  }

  /**
   * An operator on an activation and a constant, broadcast.
   *
   * @param constant shape without batch axis, aligned with the activation at the last axis
   * @param constantFirst whether the constant is the first operand
   */
  record ConstantElementwise(Elementwise.Operator operator, Tensor constant, boolean constantFirst)
      implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Shapes.broadcast(List.of(Shapes.only(inputs), constant.shape()));
    }

    @Override
    public long parameters() {
      return count(constant);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.constantElementwise(this);
    }
  }

  /** Joins activations along an axis. */
  record Concatenation(int axis) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape first = inputs.get(0);
      int total = 0;
      for (Shape input : inputs) {
        if (input.rank() != first.rank() || !input.with(axis, 0).equals(first.with(axis, 0))) {
          throw new IllegalArgumentException(
              "cannot concatenate %s along axis %d".formatted(inputs, axis));
        }
        total += input.dim(axis);
      }
      return first.with(axis, total);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.concatenation(this);
    }
  }

  /** Entries {@code start, start + step, ...} below {@code end} of an axis. */
  record Slice(int axis, int start, int end, int step) implements Layer {
    public Slice {
      if (start < 0 || end < start || step < 1) {
        throw new IllegalArgumentException(
            "a slice runs forward from 0 or later, found start %d, end %d, step %d"
                .formatted(start, end, step));
      }
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      if (end > input.dim(axis)) {
        throw new IllegalArgumentException(
            "a slice to %d does not fit axis %d of %s".formatted(end, axis, input));
      }
      return input.with(axis, (end - start + step - 1) / step);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.slice(this);
    }
  }

  /**
   * Cells added around an activation.
   *
   * @param before cells before the first, one entry per axis, channel axis included
   * @param after cells after the last, likewise
   * @param value what constant padding is filled with
   */
  record Padding(Fill fill, List<Integer> before, List<Integer> after, float value)
      implements Layer {
    /** What the added cells contain. */
    public enum Fill {
      CONSTANT,
      REFLECT,
      REPLICATE
    }

    public Padding {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      List<Integer> padded = new ArrayList<>();
      for (int axis = 0; axis < input.rank(); axis++) {
        padded.add(input.dim(axis) + before.get(axis) + after.get(axis));
      }
      return new Shape(padded);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.padding(this);
    }
  }

  /** The same elements in the same row-major order under another shape, batch axis untouched. */
  record Reshape(Shape target) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      if (input.size() != target.size()) {
        throw new IllegalArgumentException(
            "cannot reshape %s to %s: %d elements are not %d"
                .formatted(input, target, input.size(), target.size()));
      }
      return target;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reshape(this);
    }
  }

  /** Axes in another order: axis {@code i} of the result is axis {@code axes[i]} of the input. */
  record Permutation(List<Integer> axes) implements Layer {
    public Permutation {
      axes = List.copyOf(axes);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      return new Shape(axes.stream().map(input::dim).toList());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.permutation(this);
    }
  }

  /**
   * Spatial resampling, {@code [C, spatial...] -> [C, output...]}.
   *
   * @param output spatial shape of the result
   * @param alignCorners linear only: whether the corner cells' centres are aligned
   */
  record Upsampling(Interpolation interpolation, Shape output, boolean alignCorners)
      implements Layer {
    /** How new cells are computed. */
    public enum Interpolation {
      /** Cell {@code i} copies input {@code floor(i * in / out)}. */
      NEAREST,
      /** Linear in every spatial axis, half-pixel centres unless corners are aligned. */
      LINEAR
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return output.prepend(Shapes.only(inputs).channels());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.upsampling(this);
    }
  }

  /**
   * Mean, sum or maximum over some axes.
   *
   * @param axes which axes vanish, ascending
   * @param keepAxes whether they stay with extent 1
   */
  record Reduction(Kind kind, List<Integer> axes, boolean keepAxes) implements Layer {
    /** What is computed over the reduced axes. */
    public enum Kind {
      MEAN,
      SUM,
      MAXIMUM
    }

    public Reduction {
      axes = List.copyOf(axes);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      Shape input = Shapes.only(inputs);
      List<Integer> reduced = new ArrayList<>();
      for (int axis = 0; axis < input.rank(); axis++) {
        if (!axes.contains(axis)) {
          reduced.add(input.dim(axis));
        } else if (keepAxes) {
          reduced.add(1);
        }
      }
      return new Shape(reduced);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reduction(this);
    }
  }

  /**
   * Rows of a table chosen by index, {@code [L] -> [L, D]}: the first layer of a text network.
   *
   * @param table {@code [vocabulary, D]}
   */
  record Embedding(Tensor table) implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      List<Integer> dims = new ArrayList<>(Shapes.only(inputs).dims());
      dims.add(table.shape().dim(1));
      return new Shape(dims);
    }

    @Override
    public long parameters() {
      return count(table);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.embedding(this);
    }
  }
}
