package org.saccade.network.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.saccade.network.Layer.Elementwise.Operator;

/** What TorchScript computes with plain values: comparisons, lists and conversions. */
final class ScriptBuiltins {
  private static final Map<String, Function<List<Value>, Optional<Value>>> TABLE = new HashMap<>();

  static {
    TABLE.put("__is__", args -> isNone(args, true));
    TABLE.put("__isnot__", args -> isNone(args, false));
    TABLE.put("__not__", args -> bool(args, 0).map(value -> new Value.Bool(!value)));
    TABLE.put("eq", args -> equal(args, true));
    TABLE.put("ne", args -> equal(args, false));
    comparison("lt", (a, b) -> a < b);
    comparison("le", (a, b) -> a <= b);
    comparison("gt", (a, b) -> a > b);
    comparison("ge", (a, b) -> a >= b);
    TABLE.put("len", args -> items(args, 0).map(items -> new Value.Int(items.size())));
    TABLE.put("int", args -> number(args).map(ScriptBuiltins::truncated));
    TABLE.put("float", args -> number(args).map(ScriptBuiltins::real));
    TABLE.put("bool", args -> number(args).map(ScriptBuiltins::truth));
    TABLE.put("str", args -> Optional.of(new Value.Text(args.get(0).kind())));
    TABLE.put("format", args -> Optional.of(args.get(0)));
    TABLE.put("warn", args -> Optional.of(new Value.None()));
    TABLE.put("list", args -> args.stream().findFirst());
    TABLE.put("__contains__", ScriptBuiltins::contains);
    for (Operator operator : Operator.values()) {
      String name = names().get(operator);
      TABLE.put(name, args -> arithmetic(operator, args));
    }
  }

  private ScriptBuiltins() {}

  private static Map<Operator, String> names() {
    return Map.of(
        Operator.ADD, "add",
        Operator.SUBTRACT, "sub",
        Operator.MULTIPLY, "mul",
        Operator.DIVIDE, "div",
        Operator.MAXIMUM, "max",
        Operator.MINIMUM, "min",
        Operator.POWER, "pow");
  }

  /** The result of a function, if all it needs are plain values and it is one of these. */
  static Optional<Value> apply(String function, List<Value> arguments) {
    Function<List<Value>, Optional<Value>> builtin = TABLE.get(function);
    return builtin == null || arguments.isEmpty() ? Optional.empty() : builtin.apply(arguments);
  }

  private static void comparison(String name, BiPredicate<Double, Double> holds) {
    TABLE.put(
        name,
        args -> {
          Optional<Double> left = decimal(args, 0);
          Optional<Double> right = decimal(args, 1);
          return left.isPresent() && right.isPresent()
              ? Optional.of(new Value.Bool(holds.test(left.get(), right.get())))
              : Optional.empty();
        });
  }

  private static Optional<Value> isNone(List<Value> args, boolean wanted) {
    if (args.size() != 2 || !(args.get(1) instanceof Value.None)) {
      return Optional.empty();
    }
    return args.get(0) instanceof Value.Unknown
        ? Optional.empty()
        : Optional.of(new Value.Bool((args.get(0) instanceof Value.None) == wanted));
  }

  private static Optional<Value> equal(List<Value> args, boolean wanted) {
    if (args.size() != 2) {
      return Optional.empty();
    }
    Value a = args.get(0);
    Value b = args.get(1);
    Optional<Double> left = decimal(args, 0);
    Optional<Double> right = decimal(args, 1);
    if (left.isPresent() && right.isPresent()) {
      return Optional.of(new Value.Bool(left.get().equals(right.get()) == wanted));
    }
    if (a instanceof Value.Text x && b instanceof Value.Text y) {
      return Optional.of(new Value.Bool(x.value().equals(y.value()) == wanted));
    }
    if (a instanceof Value.Bool x && b instanceof Value.Bool y) {
      return Optional.of(new Value.Bool((x.value() == y.value()) == wanted));
    }
    if (a instanceof Value.Sequence x && b instanceof Value.Sequence y) {
      return equalLists(x.items(), y.items()).map(same -> new Value.Bool(same == wanted));
    }
    return Optional.empty();
  }

  private static Optional<Boolean> equalLists(List<Value> a, List<Value> b) {
    if (a.size() != b.size()) {
      return Optional.of(false);
    }
    for (int i = 0; i < a.size(); i++) {
      Optional<Double> left = decimal(a, i);
      Optional<Double> right = decimal(b, i);
      if (left.isEmpty() || right.isEmpty()) {
        return Optional.empty();
      }
      if (!left.get().equals(right.get())) {
        return Optional.of(false);
      }
    }
    return Optional.of(true);
  }

  private static Optional<Value> contains(List<Value> args) {
    Optional<List<Value>> items = items(args, 0);
    if (items.isEmpty() || args.size() != 2) {
      return Optional.empty();
    }
    for (Value item : items.get()) {
      if (equal(List.of(item, args.get(1)), true).orElse(null) instanceof Value.Bool same
          && same.value()) {
        return Optional.of(same);
      }
    }
    return Optional.of(new Value.Bool(false));
  }

  private static Optional<Value> arithmetic(Operator operator, List<Value> args) {
    boolean lists =
        operator == Operator.ADD
            && args.size() == 2
            && args.get(0) instanceof Value.Sequence
            && args.get(1) instanceof Value.Sequence;
    if (lists) {
      List<Value> joined = new ArrayList<>(items(args, 0).orElseThrow());
      joined.addAll(items(args, 1).orElseThrow());
      return Optional.of(new Value.Sequence(joined));
    }
    return args.size() == 2
        ? Scalars.combine(operator, args.get(0), args.get(1))
        : Optional.empty();
  }

  private static Optional<List<Value>> items(List<Value> args, int index) {
    return args.get(index) instanceof Value.Sequence sequence
        ? Optional.of(sequence.items())
        : Optional.empty();
  }

  private static Optional<Boolean> bool(List<Value> args, int index) {
    return args.get(index) instanceof Value.Bool bool
        ? Optional.of(bool.value())
        : Optional.empty();
  }

  private static Optional<Double> decimal(List<Value> args, int index) {
    if (index >= args.size()) {
      return Optional.empty();
    }
    Value value = Scalars.number(args.get(index));
    if (value instanceof Value.Int integer) {
      return Optional.of((double) integer.value());
    }
    return value instanceof Value.Real real ? Optional.of(real.value()) : Optional.empty();
  }

  private static Optional<Value> number(List<Value> args) {
    Value value = Scalars.number(args.get(0));
    boolean plain =
        value instanceof Value.Int
            || value instanceof Value.Real
            || value instanceof Value.Bool
            || value instanceof Value.BatchSize;
    return plain ? Optional.of(value) : Optional.empty();
  }

  private static Value truncated(Value number) {
    if (number instanceof Value.Real real) {
      return new Value.Int((long) real.value());
    }
    return number instanceof Value.Bool bool ? new Value.Int(bool.value() ? 1 : 0) : number;
  }

  private static Value real(Value number) {
    return number instanceof Value.Int integer ? new Value.Real((double) integer.value()) : number;
  }

  private static Value truth(Value number) {
    if (number instanceof Value.Int integer) {
      return new Value.Bool(integer.value() != 0);
    }
    return number instanceof Value.Real real ? new Value.Bool(real.value() != 0) : number;
  }
}
