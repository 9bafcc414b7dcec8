package org.saccade.network.torch;

import static org.saccade.network.torch.AtenOperators.define;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.saccade.network.Layer;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/** Convolutions, poolings, linear layers and normalizations. */
final class WindowOperators {
  private static final String TRAINING =
      "is on: the model was exported in training mode; call model.eval() before exporting";

  private WindowOperators() {}

  static void defineAll() {
    for (int axes = 1; axes <= 3; axes++) {
      String dimensions = axes + "d";
      define(
          "conv" + dimensions + "(input, weight, bias, stride, padding, dilation, groups)",
          WindowOperators::convolution);
      define(
          "conv_transpose"
              + dimensions
              + "(input, weight, bias, stride, padding, output_padding, groups, dilation)",
          WindowOperators::transposedConvolution);
      AtenOperators.Rule maxPooling = WindowOperators::maxPooling;
      String maxParameters = "(input, kernel_size, stride, padding, dilation, ceil_mode)";
      define("max_pool" + dimensions + maxParameters, maxPooling);
      define(
          "max_pool" + dimensions + "_with_indices" + maxParameters,
          call -> first(maxPooling.apply(call), 2));
      define(
          "avg_pool"
              + dimensions
              + "(input, kernel_size, stride, padding, ceil_mode, count_include_pad,"
              + " divisor_override)",
          WindowOperators::averagePooling);
      String adaptive = dimensions + "(input, output_size)";
      define("adaptive_avg_pool" + adaptive, call -> adaptive(call, PoolingKind.AVERAGE));
      define("_adaptive_avg_pool" + adaptive, call -> adaptive(call, PoolingKind.AVERAGE));
      define("adaptive_max_pool" + adaptive, call -> first(adaptive(call, PoolingKind.MAX), 2));
    }
    define(
        "convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding,"
            + " groups)",
        WindowOperators::anyConvolution);
    define(
        "_convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding,"
            + " groups)",
        WindowOperators::anyConvolution);
    define(
        "_convolution_mode(input, weight, bias, stride, padding, dilation, groups)",
        WindowOperators::convolution);
    define("linear(input, weight, bias)", WindowOperators::linear);
    define("addmm(input, mat1, mat2, beta, alpha)", WindowOperators::addmm);
    define("mm(input, mat2)", call -> product(call, call.value("mat2")));
    define("matmul(input, other)", call -> product(call, call.value("other")));
    define("embedding(weight, indices)", WindowOperators::embedding);
    define(
        "batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps)",
        WindowOperators::batchNorm);
    define(
        "_native_batch_norm_legit_no_training(input, weight, bias, running_mean, running_var,"
            + " momentum, eps)",
        call -> first(batchNorm(call), 3));
    define(
        "_native_batch_norm_legit(input, weight, bias, running_mean, running_var, training,"
            + " momentum, eps)",
        call -> first(batchNorm(call), 3));
    define(
        "native_batch_norm(input, weight, bias, running_mean, running_var, training, momentum,"
            + " eps)",
        call -> first(batchNorm(call), 3));
    define(
        "instance_norm(input, weight, bias, running_mean, running_var, use_input_stats, momentum,"
            + " eps)",
        WindowOperators::instanceNorm);
    define(
        "group_norm(input, num_groups, weight, bias, eps)",
        call -> groupNorm(call, call.integer("num_groups")));
    define(
        "native_group_norm(input, weight, bias, N, C, HxW, group, eps)",
        call -> first(groupNorm(call, call.integer("group")), 3));
    define("layer_norm(input, normalized_shape, weight, bias, eps)", WindowOperators::layerNorm);
    define(
        "native_layer_norm(input, normalized_shape, weight, bias, eps)",
        call -> first(layerNorm(call), 3));
  }

  /** A tuple whose first entry is used at inference and whose others are not. */
  private static Value first(Value value, int entries) {
    List<Value> tuple = new ArrayList<>(List.of(value));
    while (tuple.size() < entries) {
      tuple.add(new Value.Unknown("a result that only training uses"));
    }
    return new Value.Sequence(tuple);
  }

  private static Value anyConvolution(AtenCall call) {
    return call.flag("transposed", false) ? transposedConvolution(call) : convolution(call);
  }

  private static Value convolution(AtenCall call) {
    Tensor weight = call.tensor("weight");
    int axes = weight.shape().rank() - 2;
    List<Integer> kernel = weight.shape().dims().subList(2, axes + 2);
    List<Integer> stride = call.perAxis("stride", axes, Shape.repeat(1, axes));
    List<Integer> dilation = call.perAxis("dilation", axes, Shape.repeat(1, axes));
    List<Integer> before;
    List<Integer> after;
    if (call.find("padding").orElse(null) instanceof Value.Text padding) {
      boolean same = padding.value().equals("same");
      List<Integer> total =
          IntStream.range(0, axes)
              .mapToObj(axis -> same ? dilation.get(axis) * (kernel.get(axis) - 1) : 0)
              .toList();
      before = total.stream().map(cells -> cells / 2).toList();
      after = total.stream().map(cells -> cells - cells / 2).toList();
    } else {
      before = call.perAxis("padding", axes, Shape.repeat(0, axes));
      after = before;
    }
    Window window = new Window(kernel, stride, dilation, before, after);
    Tensor bias = call.vector("bias", weight.shape().dim(0), 0);
    return call.add(
        new Layer.Convolution(weight, bias, window, call.integer("groups", 1)), call.input());
  }

  private static Value transposedConvolution(AtenCall call) {
    Tensor weight = call.tensor("weight");
    int axes = weight.shape().rank() - 2;
    int groups = call.integer("groups", 1);
    List<Integer> padding = call.perAxis("padding", axes, Shape.repeat(0, axes));
    Window window =
        new Window(
            weight.shape().dims().subList(2, axes + 2),
            call.perAxis("stride", axes, Shape.repeat(1, axes)),
            call.perAxis("dilation", axes, Shape.repeat(1, axes)),
            padding,
            padding);
    return call.add(
        new Layer.TransposedConvolution(
            weight,
            call.vector("bias", weight.shape().dim(1) * groups, 0),
            window,
            call.perAxis("output_padding", axes, Shape.repeat(0, axes)),
            groups),
        call.input());
  }

  private static Value maxPooling(AtenCall call) {
    return call.add(
        new Layer.Pooling(PoolingKind.MAX, window(call), call.flag("ceil_mode", false), false),
        call.input());
  }

  private static Value averagePooling(AtenCall call) {
    call.require(
        "divisor_override",
        call.find("divisor_override").isEmpty(),
        "is given, but an average is divided by the number of its cells");
    return call.add(
        new Layer.Pooling(
            PoolingKind.AVERAGE,
            window(call),
            call.flag("ceil_mode", false),
            call.flag("count_include_pad", true)),
        call.input());
  }

  private static Window window(AtenCall call) {
    int axes = call.inputShape().rank() - 1;
    List<Integer> kernel = call.perAxis("kernel_size", axes, List.of());
    List<Integer> padding = call.perAxis("padding", axes, Shape.repeat(0, axes));
    return new Window(
        kernel,
        call.perAxis("stride", axes, kernel),
        call.perAxis("dilation", axes, Shape.repeat(1, axes)),
        padding,
        padding);
  }

  private static Value adaptive(AtenCall call, PoolingKind kind) {
    Shape input = call.inputShape().spatial();
    List<Integer> output = adaptiveOutput(call, input);
    boolean even =
        IntStream.range(0, input.rank()).allMatch(axis -> input.dim(axis) % output.get(axis) == 0);
    if (!even) {
      return call.add(new Layer.AdaptivePooling(kind, new Shape(output)), call.input());
    }
    List<Integer> step =
        IntStream.range(0, input.rank())
            .mapToObj(axis -> input.dim(axis) / output.get(axis))
            .toList();
    if (step.stream().allMatch(cells -> cells == 1)) {
      return call.value("input");
    }
    Window window = Window.of(step, step, Shape.repeat(0, input.rank()));
    return call.add(new Layer.Pooling(kind, window, false, true), call.input());
  }

  /** The wanted spatial shape; {@code None} keeps an axis as it is. */
  private static List<Integer> adaptiveOutput(AtenCall call, Shape input) {
    Value wanted = call.value("output_size");
    List<Integer> output = new ArrayList<>();
    for (int axis = 0; axis < input.rank(); axis++) {
      Value extent = wanted;
      if (wanted instanceof Value.Sequence sequence) {
        call.require(
            "output_size",
            sequence.items().size() == input.rank(),
            "has another length than the input has spatial axes");
        extent = sequence.items().get(axis);
      }
      output.add(
          Scalars.number(extent) instanceof Value.Int integer
              ? Math.toIntExact(integer.value())
              : input.dim(axis));
    }
    call.require(
        "output_size", output.stream().allMatch(cells -> cells > 0), "asks for no cells at all");
    return output;
  }

  private static Value linear(AtenCall call) {
    Tensor weight = call.tensor("weight");
    Tensor bias = call.vector("bias", weight.shape().dim(0), 0);
    return call.add(new Layer.Linear(weight, bias), call.input());
  }

  private static Value addmm(AtenCall call) {
    call.require("beta", call.real("beta", 1) == 1, "is not 1");
    call.require("alpha", call.real("alpha", 1) == 1, "is not 1");
    return times(call, call.activation("mat1"), call.tensor("mat2"), call.tensor("input"));
  }

  private static Value product(AtenCall call, Value second) {
    if (second instanceof Value.Activation && call.value("input") instanceof Value.Activation) {
      throw AtenOperators.attention();
    }
    call.require("input", second instanceof Value.Constant, "is multiplied from the left");
    Tensor matrix = ((Value.Constant) second).tensor();
    call.require("other", matrix.shape().rank() == 2, "is no matrix");
    return times(call, call.input(), matrix, Tensor.filled(matrix.shape().dim(1), 0));
  }

  /** Product with a constant matrix {@code [I, O]}. */
  private static Value times(AtenCall call, int x, Tensor matrix, Tensor bias) {
    return call.add(new Layer.Linear(Tensors.permuted(matrix, List.of(1, 0)), bias), x);
  }

  private static Value embedding(AtenCall call) {
    return call.add(new Layer.Embedding(call.tensor("weight")), call.activation("indices"));
  }

  private static Value batchNorm(AtenCall call) {
    call.require("training", !call.flag("training", false), TRAINING);
    int channels = call.inputShape().channels();
    return new Value.Activation(
        call.graph()
            .batchNormalization(
                call.node(),
                call.input(),
                call.vector("weight", channels, 1),
                call.vector("bias", channels, 0),
                call.tensor("running_mean"),
                call.tensor("running_var"),
                call.real("eps", 1e-5)));
  }

  private static Value instanceNorm(AtenCall call) {
    return call.flag("use_input_stats", true)
        ? groupNorm(call, call.inputShape().channels())
        : batchNorm(call);
  }

  private static Value groupNorm(AtenCall call, int groups) {
    int channels = call.inputShape().channels();
    return call.add(
        new Layer.GroupNormalization(
            groups,
            call.vector("weight", channels, 1),
            call.vector("bias", channels, 0),
            (float) call.real("eps", 1e-5)),
        call.input());
  }

  private static Value layerNorm(AtenCall call) {
    Shape normalized = new Shape(call.integers("normalized_shape"));
    Shape input = call.inputShape();
    int first = input.rank() - normalized.rank();
    call.require(
        "normalized_shape",
        first >= 0 && input.dims().subList(first, input.rank()).equals(normalized.dims()),
        "is %s, but the input has shape %s".formatted(normalized, input));
    return call.add(
        new Layer.LayerNormalization(
            call.optionalTensor("weight").orElseGet(() -> Tensors.filled(normalized, 1)),
            call.optionalTensor("bias").orElseGet(() -> Tensors.filled(normalized, 0)),
            (float) call.real("eps", 1e-5)),
        call.input());
  }
}
