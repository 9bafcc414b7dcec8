package org.saccade.network.torch;

import static org.saccade.network.torch.AtenOperators.define;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Layer.Reduction;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Activations, arithmetic, reductions, and what changes nothing at inference. */
final class PointwiseOperators {
  private static final String TRAINING =
      "is on: the model was exported in training mode; call model.eval() before exporting";

  /** Functions without parameters, and what they do to constants. */
  private static final Map<String, Function> FUNCTIONS =
      Map.ofEntries(
          Map.entry("relu", Function.RELU),
          Map.entry("sigmoid", Function.SIGMOID),
          Map.entry("tanh", Function.TANH),
          Map.entry("silu", Function.SILU),
          Map.entry("hardswish", Function.HARD_SWISH),
          Map.entry("mish", Function.MISH),
          Map.entry("softsign", Function.SOFTSIGN),
          Map.entry("exp", Function.EXP),
          Map.entry("log", Function.LOG),
          Map.entry("sqrt", Function.SQRT),
          Map.entry("abs", Function.ABS),
          Map.entry("neg", Function.NEGATE),
          Map.entry("erf", Function.ERF));

  private static final Map<Function, DoubleUnaryOperator> ON_CONSTANTS =
      Map.of(
          Function.RELU, x -> Math.max(0, x),
          Function.SIGMOID, x -> 1 / (1 + Math.exp(-x)),
          Function.TANH, Math::tanh,
          Function.EXP, Math::exp,
          Function.LOG, Math::log,
          Function.SQRT, Math::sqrt,
          Function.ABS, Math::abs,
          Function.NEGATE, x -> -x);

  private static final List<String> IDENTITIES =
      List.of(
          "contiguous(input)",
          "detach(input)",
          "alias(input)",
          "lift_fresh_copy(input)",
          "_to_copy(input)",
          "to(input, dtype)",
          "type_as(input)",
          "float(input)",
          "requires_grad(input)",
          "view_as_real_copy(input)");

  private PointwiseOperators() {}

  static void defineAll() {
    FUNCTIONS.forEach((name, function) -> define(name + "(input)", call -> apply(call, function)));
    IDENTITIES.forEach(signature -> define(signature, PointwiseOperators::identity));
    // A copy must stay a node of its own, or changing it in place would change the original.
    define("clone(input)", call -> call.add(new Layer.Reshape(call.inputShape()), call.input()));
    for (String dropout : List.of("dropout", "alpha_dropout", "feature_dropout")) {
      define(dropout + "(input, p, train)", PointwiseOperators::dropout);
    }
    defineActivations();
    defineArithmetic();
    define("mean(input, dim, keepdim)", call -> reduce(call, Reduction.Kind.MEAN));
    define("sum(input, dim, keepdim)", call -> reduce(call, Reduction.Kind.SUM));
    define("amax(input, dim, keepdim)", call -> reduce(call, Reduction.Kind.MAXIMUM));
    define("max(input, dim, keepdim)", PointwiseOperators::max);
  }

  private static void defineActivations() {
    define("relu6(input)", call -> clip(call, 0, 6));
    define(
        "hardtanh(input, min_val, max_val)",
        call -> clip(call, call.real("min_val", -1), call.real("max_val", 1)));
    define("clamp(input, min, max)", PointwiseOperators::clamp);
    define("clip(input, min, max)", PointwiseOperators::clamp);
    define("clamp_min(input, min)", PointwiseOperators::clamp);
    define("clamp_max(input, max)", PointwiseOperators::clamp);
    define(
        "leaky_relu(input, negative_slope)",
        call -> apply(call, Function.LEAKY_RELU, call.real("negative_slope", 0.01), 0));
    define(
        "rrelu(input, lower, upper, training)",
        call -> {
          call.require("training", !call.flag("training", false), TRAINING);
          double slope = (call.real("lower", 1. / 8) + call.real("upper", 1. / 3)) / 2;
          return apply(call, Function.LEAKY_RELU, slope, 0);
        });
    define("elu(input, alpha, scale, input_scale)", PointwiseOperators::elu);
    define(
        "selu(input)", call -> apply(call, Function.SELU, 1.6732632423543772, 1.0507009873554805));
    define(
        "celu(input, alpha)",
        call ->
            new Value.Activation(
                call.graph().celu(call.node(), call.input(), (float) call.real("alpha", 1))));
    define("hardsigmoid(input)", call -> apply(call, Function.HARD_SIGMOID, 1. / 6, 0.5));
    define(
        "gelu(input, approximate)",
        call ->
            apply(
                call,
                call.text("approximate", "none").equals("tanh")
                    ? Function.GELU_TANH
                    : Function.GELU));
    define(
        "softplus(input, beta, threshold)",
        call -> {
          call.require("beta", call.real("beta", 1) == 1, "is not 1");
          return apply(call, Function.SOFTPLUS);
        });
    define(
        "prelu(input, weight)",
        call -> {
          Tensor slope = call.tensor("weight");
          Tensor flat = Tensors.reshaped(slope, Shape.of(slope.shape().size()));
          return call.add(new Layer.ParametricRelu(flat), call.input());
        });
    define("glu(input, dim)", PointwiseOperators::gatedLinearUnit);
    define("softmax(input, dim)", call -> softmax(call, false));
    define("_softmax(input, dim)", call -> softmax(call, false));
    define("log_softmax(input, dim)", call -> softmax(call, true));
    define("_log_softmax(input, dim)", call -> softmax(call, true));
  }

  private static void defineArithmetic() {
    define("add(input, other, alpha)", call -> sum(call, 1));
    define("sub(input, other, alpha)", call -> sum(call, -1));
    define("rsub(input, other, alpha)", PointwiseOperators::reversedDifference);
    define("mul(input, other)", call -> combine(call, Operator.MULTIPLY));
    define(
        "div(input, other, rounding_mode)",
        call -> {
          call.require(
              "rounding_mode", call.find("rounding_mode").isEmpty(), "rounds an activation");
          return combine(call, Operator.DIVIDE);
        });
    define("true_divide(input, other)", call -> combine(call, Operator.DIVIDE));
    define("pow(input, exponent)", call -> combine(call, Operator.POWER));
    define("maximum(input, other)", call -> combine(call, Operator.MAXIMUM));
    define("minimum(input, other)", call -> combine(call, Operator.MINIMUM));
    define("square(input)", call -> power(call, 2));
    define("rsqrt(input)", call -> power(call, -0.5));
    define("reciprocal(input)", call -> power(call, -1));
  }

  private static Value identity(AtenCall call) {
    call.find("dtype")
        .filter(Value.Int.class::isInstance)
        .map(dtype -> ((Value.Int) dtype).value())
        .ifPresent(
            dtype ->
                call.require(
                    "dtype",
                    call.value("input") instanceof Value.Constant || Scalars.isFloating(dtype),
                    "turns an activation into integers"));
    return call.value("input");
  }

  private static Value dropout(AtenCall call) {
    call.require("train", !call.flag("train", false), TRAINING);
    return call.value("input");
  }

  private static Value apply(AtenCall call, Function function) {
    if (call.value("input") instanceof Value.Constant constant) {
      DoubleUnaryOperator plain = ON_CONSTANTS.get(function);
      call.require("input", plain != null, "is a constant tensor");
      return new Value.Constant(Tensors.map(constant.tensor(), plain));
    }
    return apply(call, function, 0, 0);
  }

  private static Value apply(AtenCall call, Function function, double alpha, double beta) {
    return call.add(new Activation(function, (float) alpha, (float) beta), call.input());
  }

  private static Value clip(AtenCall call, double low, double high) {
    return new Value.Activation(
        call.graph().clip(call.node(), call.input(), (float) low, (float) high));
  }

  private static Value clamp(AtenCall call) {
    double low = call.real("min", Double.NEGATIVE_INFINITY);
    double high = call.real("max", Double.POSITIVE_INFINITY);
    if (call.value("input") instanceof Value.Constant constant) {
      return new Value.Constant(
          Tensors.map(constant.tensor(), x -> Math.min(high, Math.max(low, x))));
    }
    return clip(call, low, high);
  }

  private static Value elu(AtenCall call) {
    call.require("input_scale", call.real("input_scale", 1) == 1, "is not 1");
    double alpha = call.real("alpha", 1);
    double scale = call.real("scale", 1);
    return scale == 1
        ? apply(call, Function.ELU, alpha, 0)
        : apply(call, Function.SELU, alpha, scale);
  }

  private static Value gatedLinearUnit(AtenCall call) {
    int axis = call.axis("dim", -1);
    int half = call.inputShape().dim(axis) / 2;
    List<Integer> halves = call.graph().split(call.node(), call.input(), axis, List.of(half, half));
    int gate = call.graph().add(call.node(), Activation.of(Function.SIGMOID), halves.get(1));
    return call.add(new Layer.Elementwise(Operator.MULTIPLY), halves.get(0), gate);
  }

  private static Value softmax(AtenCall call, boolean logarithm) {
    return call.add(new Layer.Softmax(call.axis("dim", -1), logarithm), call.input());
  }

  /** {@code input + sign * alpha * other}. */
  private static Value sum(AtenCall call, int sign) {
    double factor = sign * call.real("alpha", 1);
    Value other = call.value("other");
    if (factor == 1) {
      return combine(call, Operator.ADD, call.value("input"), other);
    }
    if (factor == -1) {
      return combine(call, Operator.SUBTRACT, call.value("input"), other);
    }
    Value scaled = combine(call, Operator.MULTIPLY, other, new Value.Real(factor));
    return combine(call, Operator.ADD, call.value("input"), scaled);
  }

  private static Value reversedDifference(AtenCall call) {
    call.require("alpha", call.real("alpha", 1) == 1, "is not 1");
    return combine(call, Operator.SUBTRACT, call.value("other"), call.value("input"));
  }

  private static Value power(AtenCall call, double exponent) {
    return combine(call, Operator.POWER, call.value("input"), new Value.Real(exponent));
  }

  private static Value combine(AtenCall call, Operator operator) {
    // The exponent has a name of its own.
    Value second = call.find("exponent").orElseGet(() -> call.value("other"));
    return combine(call, operator, call.value("input"), second);
  }

  private static Value combine(AtenCall call, Operator operator, Value first, Value second) {
    if (first instanceof Value.Activation a && second instanceof Value.Activation b) {
      return ofActivations(call, operator, a.node(), b.node());
    }
    if (first instanceof Value.Activation a) {
      return withConstant(call, operator, a.node(), operand(call, "other", second), false);
    }
    if (second instanceof Value.Activation b) {
      return withConstant(call, operator, b.node(), operand(call, "input", first), true);
    }
    Optional<Value> number = Scalars.combine(operator, first, second);
    return number.orElseGet(
        () ->
            new Value.Constant(
                Tensors.combined(
                    operand(call, "input", first),
                    operand(call, "other", second),
                    Scalars.function(operator))));
  }

  private static Value ofActivations(AtenCall call, Operator operator, int a, int b) {
    if (call.graph().shape(a).rank() != call.graph().shape(b).rank()) {
      throw new UnsupportedOperatorException(
          "it combines activations of shape %s and %s, whose batch axes do not align"
              .formatted(call.graph().shape(a), call.graph().shape(b)));
    }
    return operator == Operator.ADD
        ? call.add(new Layer.Addition(), a, b)
        : call.add(new Layer.Elementwise(operator), a, b);
  }

  private static Value withConstant(
      AtenCall call, Operator operator, int x, Tensor constant, boolean constantFirst) {
    Shape shape = constant.shape();
    int rank = call.graph().shape(x).rank();
    Tensor perImage = constant;
    if (shape.rank() > rank) {
      boolean sameForAll = shape.rank() == rank + 1 && shape.dim(0) == 1;
      if (!sameForAll) {
        throw new UnsupportedOperatorException(
            "a constant of shape %s does not go with activations of shape %s for each image"
                .formatted(shape, call.graph().shape(x)));
      }
      perImage = Tensors.reshaped(constant, shape.spatial());
    }
    return new Value.Activation(
        call.graph().withConstant(call.node(), operator, x, perImage, constantFirst));
  }

  private static Tensor operand(AtenCall call, String name, Value value) {
    if (value instanceof Value.Constant constant) {
      return constant.tensor();
    }
    Value number = Scalars.number(value);
    if (number instanceof Value.Int integer) {
      return Tensors.scalar((double) integer.value());
    }
    if (number instanceof Value.Real real) {
      return Tensors.scalar(real.value());
    }
    call.require(name, false, "is %s, expected a tensor or a number".formatted(value.kind()));
    throw new IllegalStateException("unreachable");
  }

  private static Value reduce(AtenCall call, Reduction.Kind kind) {
    boolean keep = call.flag("keepdim", false);
    List<Integer> axes;
    if (call.find("dim").isEmpty() || call.integers("dim").isEmpty()) {
      throw new UnsupportedOperatorException(
          "it reduces over the batch axis too; name the axes in the model, e.g. x.mean((2, 3))");
    }
    axes = call.axes("dim");
    return new Value.Activation(call.graph().reduce(call.node(), call.input(), kind, axes, keep));
  }

  private static Value max(AtenCall call) {
    Value second = call.find("dim").or(() -> call.find("other")).orElse(new Value.None());
    if (second instanceof Value.Activation || second instanceof Value.Constant) {
      return combine(call, Operator.MAXIMUM, call.value("input"), second);
    }
    List<Value> pair = new ArrayList<>();
    pair.add(reduce(call, Reduction.Kind.MAXIMUM));
    pair.add(new Value.Unknown("max (its indices)"));
    return new Value.Sequence(pair);
  }

  /** All axes of a shape. */
  static List<Integer> allAxes(Shape shape) {
    return IntStream.range(0, shape.rank()).boxed().toList();
  }
}
