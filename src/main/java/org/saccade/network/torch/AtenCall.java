package org.saccade.network.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.saccade.network.GraphBuilder;
import org.saccade.network.Layer;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * One ATen operator applied to its arguments, as the rule for that operator sees it.
 *
 * <p>Arguments go by the names of PyTorch's {@code native_functions.yaml}, the first tensor always
 * by {@code input}. PyTorch counts axes with the batch axis, the graph without it: {@link #axis}
 * and its like do the step from the former to the latter and refuse what touches the batch axis.
 */
final class AtenCall {
  private final String node;
  private final Map<String, Value> arguments;
  private final AtenGraph context;

  /**
   * @param node name that nodes made for this call get
   * @param arguments by parameter name; those that are not given are absent
   */
  AtenCall(String node, Map<String, Value> arguments, AtenGraph context) {
    this.node = node;
    this.arguments = arguments;
    this.context = context;
  }

  String node() {
    return node;
  }

  GraphBuilder graph() {
    return context.builder();
  }

  /** Appends a layer that reads the given nodes. */
  Value add(Layer layer, int... inputs) {
    return new Value.Activation(graph().add(node, layer, inputs));
  }

  /** An argument, if it is given and not {@code None}. */
  Optional<Value> find(String name) {
    return Optional.ofNullable(arguments.get(name)).filter(v -> !(v instanceof Value.None));
  }

  Value value(String name) {
    return find(name).orElseThrow(() -> wrong(name, "nothing", "a value"));
  }

  /** The activation that most operators read. */
  int input() {
    return activation("input");
  }

  int activation(String name) {
    return activation(name, value(name));
  }

  List<Integer> activations(String name) {
    return sequence(name).stream().map(item -> activation(name, item)).toList();
  }

  private static int activation(String name, Value value) {
    if (value instanceof Value.Activation activation) {
      return activation.node();
    }
    throw wrong(name, value.kind(), "an activation");
  }

  /** Shape of the input without its batch axis. */
  Shape inputShape() {
    return graph().shape(input());
  }

  /** A constant tensor. */
  Tensor tensor(String name) {
    return optionalTensor(name).orElseThrow(() -> wrong(name, "nothing", "a constant tensor"));
  }

  Optional<Tensor> optionalTensor(String name) {
    return find(name).map(value -> constant(name, value));
  }

  private static Tensor constant(String name, Value value) {
    if (value instanceof Value.Constant constant) {
      return constant.tensor();
    }
    throw wrong(name, value.kind(), "a constant tensor, such as a parameter");
  }

  /** A constant tensor of one value per channel, or {@code n} times a default. */
  Tensor vector(String name, int n, float otherwise) {
    return optionalTensor(name).orElseGet(() -> Tensor.filled(n, otherwise));
  }

  List<Value> sequence(String name) {
    Value value = value(name);
    if (value instanceof Value.Sequence sequence) {
      return sequence.items();
    }
    throw wrong(name, value.kind(), "a list");
  }

  int integer(String name) {
    return integer(name, value(name));
  }

  int integer(String name, int otherwise) {
    return find(name).map(value -> integer(name, value)).orElse(otherwise);
  }

  private static int integer(String name, Value value) {
    Value number = Scalars.number(value);
    if (number instanceof Value.Int integer) {
      // Python writes "to the end" as the largest 64-bit integer.
      return (int) Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, integer.value()));
    }
    throw wrong(name, value.kind(), "an integer");
  }

  /** A list of integers; a single one is a list of one. */
  List<Integer> integers(String name) {
    Value value = value(name);
    List<Integer> integers = new ArrayList<>();
    List<Value> items =
        value instanceof Value.Sequence sequence ? sequence.items() : List.of(value);
    items.forEach(item -> integers.add(integer(name, item)));
    return integers;
  }

  /** One integer per spatial axis; a single one counts for all, none is the default. */
  List<Integer> perAxis(String name, int axes, List<Integer> otherwise) {
    List<Integer> given = find(name).map(value -> integers(name)).orElse(List.of());
    if (given.isEmpty()) {
      return otherwise;
    }
    if (given.size() == 1) {
      return Shape.repeat(given.get(0), axes);
    }
    if (given.size() != axes) {
      throw wrong(name, given.toString(), "%d integers".formatted(axes));
    }
    return given;
  }

  double real(String name, double otherwise) {
    return find(name).map(value -> real(name, value)).orElse(otherwise);
  }

  List<Double> reals(String name) {
    return sequence(name).stream().map(value -> real(name, value)).toList();
  }

  private static double real(String name, Value value) {
    Value number = Scalars.number(value);
    if (number instanceof Value.Int integer) {
      return integer.value();
    }
    if (number instanceof Value.Real real) {
      return real.value();
    }
    throw wrong(name, value.kind(), "a number");
  }

  boolean flag(String name, boolean otherwise) {
    Optional<Value> value = find(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (Scalars.number(value.get()) instanceof Value.Bool bool) {
      return bool.value();
    }
    if (Scalars.number(value.get()) instanceof Value.Int integer) {
      return integer.value() != 0;
    }
    throw wrong(name, value.get().kind(), "True or False");
  }

  String text(String name, String otherwise) {
    Optional<Value> value = find(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    if (value.get() instanceof Value.Text text) {
      return text.value();
    }
    throw wrong(name, value.get().kind(), "a string");
  }

  /** An axis of the input, counted without the batch axis. */
  int axis(String name, int otherwise) {
    return withoutBatch(integer(name, otherwise), inputShape().rank() + 1);
  }

  /** Axes of the input, counted without the batch axis. */
  List<Integer> axes(String name) {
    int rank = inputShape().rank() + 1;
    return integers(name).stream().map(axis -> withoutBatch(axis, rank)).toList();
  }

  /**
   * An axis counted without the batch axis.
   *
   * @param axis counted with it, from the back if negative
   * @param rank number of axes with it
   */
  static int withoutBatch(int axis, int rank) {
    int counted = fromFront(axis, rank);
    if (counted == 0) {
      throw new UnsupportedOperatorException(
          "it works along the batch axis, but every image must be computed on its own");
    }
    return counted - 1;
  }

  static int fromFront(int axis, int rank) {
    int counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw new UnsupportedOperatorException(
          "axis %d does not exist in a tensor of %d axes".formatted(axis, rank));
    }
    return counted;
  }

  /** Whether a value stands for the batch size. */
  boolean isBatchSize(Value value) {
    return value instanceof Value.BatchSize
        || (Scalars.number(value) instanceof Value.Int integer
            && context.batchSize().isPresent()
            && integer.value() == context.batchSize().getAsLong());
  }

  /** Refuses an argument whose only supported value is the given one. */
  void require(String name, boolean holds, String reason) {
    if (!holds) {
      throw new UnsupportedOperatorException("its argument %s %s".formatted(name, reason));
    }
  }

  private static UnsupportedOperatorException wrong(String name, String found, String wanted) {
    return new UnsupportedOperatorException(
        "its argument %s is %s, expected %s".formatted(name, found, wanted));
  }
}
