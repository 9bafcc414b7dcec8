package org.saccade.network.torch;

import static org.saccade.network.torch.AtenOperators.define;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Shape;

/** Shape arithmetic: sizes of activations, and integers and numbers computed from them. */
final class Scalars {
  /** Numbers of PyTorch's floating element types: float16, 32, 64 and bfloat16. */
  private static final Set<Long> FLOATING = Set.of(5L, 6L, 7L, 15L);

  private Scalars() {}

  static void defineAll() {
    define("size(input, dim)", Scalars::size);
    define("sym_size(input, dim)", Scalars::size);
    define("dim(input)", call -> new Value.Int(call.inputShape().rank() + 1L));
    define("ndimension(input)", call -> new Value.Int(call.inputShape().rank() + 1L));
    define("floordiv(input, other)", call -> divide(call.value("input"), call.value("other")));
    define("floor_divide(input, other)", call -> divide(call.value("input"), call.value("other")));
    define(
        "remainder(input, other)",
        call -> {
          long divisor = positive(call.value("other"));
          return new Value.Int(Math.floorMod(integer(call.value("input")), divisor));
        });
    for (String conversion :
        List.of("NumToTensor", "Int", "ScalarImplicit", "IntImplicit", "item", "scalar_tensor")) {
      define(conversion + "(input)", call -> number(call.value("input")));
    }
  }

  static boolean isFloating(long elementType) {
    return FLOATING.contains(elementType);
  }

  /** A tensor without axes as a number; anything else as it is. */
  static Value number(Value value) {
    if (value instanceof Value.Constant constant && constant.tensor().shape().rank() == 0) {
      return new Value.Real(constant.tensor().values()[0]);
    }
    return value;
  }

  /** The result of an operator on two numbers, if both are. */
  static Optional<Value> combine(Operator operator, Value first, Value second) {
    Value a = number(first);
    Value b = number(second);
    boolean batch = a instanceof Value.BatchSize || b instanceof Value.BatchSize;
    if (batch) {
      boolean unchanged =
          operator == Operator.MULTIPLY
              && (a.equals(new Value.Int(1)) || b.equals(new Value.Int(1)));
      if (!unchanged) {
        throw new UnsupportedOperatorException(
            "it computes with the batch size, but every image must be computed on its own");
      }
      return Optional.of(new Value.BatchSize());
    }
    if (a instanceof Value.Int x && b instanceof Value.Int y) {
      return switch (operator) {
        case ADD -> Optional.of(new Value.Int(Math.addExact(x.value(), y.value())));
        case SUBTRACT -> Optional.of(new Value.Int(Math.subtractExact(x.value(), y.value())));
        case MULTIPLY -> Optional.of(new Value.Int(Math.multiplyExact(x.value(), y.value())));
        case MAXIMUM -> Optional.of(new Value.Int(Math.max(x.value(), y.value())));
        case MINIMUM -> Optional.of(new Value.Int(Math.min(x.value(), y.value())));
        case DIVIDE, POWER -> Optional.of(real(operator, (double) x.value(), (double) y.value()));
      };
    }
    Optional<Double> left = asReal(a);
    Optional<Double> right = asReal(b);
    return left.isPresent() && right.isPresent()
        ? Optional.of(real(operator, left.get(), right.get()))
        : Optional.empty();
  }

  /** An operator on two numbers. */
  static DoubleBinaryOperator function(Operator operator) {
    return switch (operator) {
      case ADD -> (a, b) -> a + b;
      case SUBTRACT -> (a, b) -> a - b;
      case MULTIPLY -> (a, b) -> a * b;
      case DIVIDE -> (a, b) -> a / b;
      case MAXIMUM -> Math::max;
      case MINIMUM -> Math::min;
      case POWER -> Math::pow;
    };
  }

  private static Value real(Operator operator, double a, double b) {
    return new Value.Real(function(operator).applyAsDouble(a, b));
  }

  private static Optional<Double> asReal(Value value) {
    if (value instanceof Value.Int integer) {
      return Optional.of((double) integer.value());
    }
    return value instanceof Value.Real real ? Optional.of(real.value()) : Optional.empty();
  }

  private static Value size(AtenCall call) {
    Shape shape = call.inputShape();
    List<Value> extents = new ArrayList<>();
    extents.add(new Value.BatchSize());
    shape.dims().forEach(extent -> extents.add(new Value.Int(extent)));
    return call.find("dim").isPresent()
        ? extents.get(AtenCall.fromFront(call.integer("dim"), extents.size()))
        : new Value.Sequence(extents);
  }

  private static Value divide(Value dividend, Value divisor) {
    long by = positive(divisor);
    return number(dividend) instanceof Value.BatchSize && by == 1
        ? new Value.BatchSize()
        : new Value.Int(Math.floorDiv(integer(dividend), by));
  }

  private static long positive(Value value) {
    long integer = integer(value);
    if (integer <= 0) {
      throw new UnsupportedOperatorException("it divides by " + integer);
    }
    return integer;
  }

  private static long integer(Value value) {
    if (number(value) instanceof Value.Int integer) {
      return integer.value();
    }
    throw new UnsupportedOperatorException(
        "it computes with %s, expected an integer".formatted(value.kind()));
  }
}
