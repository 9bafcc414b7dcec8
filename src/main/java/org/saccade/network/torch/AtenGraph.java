package org.saccade.network.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.saccade.network.GraphBuilder;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException.Problem;

/**
 * A graph that grows operator by operator, whatever file the operators come from. Goes on after an
 * unsupported operator, so that one reading finds everything that is not supported.
 *
 * <p>PyTorch has operators that change a value in place, and exported programs read such a value
 * under its old name afterwards. Here every value stays what it was, so the graph remembers what
 * took its place.
 */
final class AtenGraph {
  /** Operators whose result shares memory with their input. */
  private static final Set<String> VIEWS =
      Set.of(
          "view",
          "reshape",
          "_unsafe_view",
          "flatten",
          "unflatten",
          "squeeze",
          "unsqueeze",
          "permute",
          "transpose",
          "expand",
          "expand_as",
          "slice",
          "narrow",
          "select",
          "split",
          "split_with_sizes",
          "chunk",
          "unbind");

  private static final Set<String> GENERAL_CONVOLUTIONS =
      Set.of("convolution", "_convolution", "_convolution_mode");

  /** Position of the argument {@code transposed} of the first two. */
  private static final int TRANSPOSED = 6;

  private final GraphBuilder builder;
  private final OptionalLong batchSize;
  private final Map<Integer, Integer> replaced = new HashMap<>();
  private final Map<Integer, Integer> viewed = new HashMap<>();
  private final Set<Integer> outdated = new HashSet<>();
  private final List<ModelSurvey.Step> steps = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @param input shape of the input without its batch axis
   * @param batchSize the batch size where the file fixed it
   */
  AtenGraph(String model, Shape input, OptionalLong batchSize) {
    this.builder = new GraphBuilder(model, input);
    this.batchSize = batchSize;
  }

  GraphBuilder builder() {
    return builder;
  }

  OptionalLong batchSize() {
    return batchSize;
  }

  /** The operators applied so far whose results depend on the input. */
  List<ModelSurvey.Step> steps() {
    return steps;
  }

  List<Problem> problems() {
    return problems;
  }

  /** The network's input. */
  Value input() {
    return new Value.Activation(builder.input());
  }

  /**
   * Applies an operator. What is not supported becomes a {@link Problem} and an unknown result.
   *
   * @param operator name without overload, with an underscore at the end if it works in place
   * @param module path of the module that applies it, empty for the outermost
   * @param source what people find it by in the file
   */
  Value apply(
      String operator,
      String module,
      String source,
      List<Value> positional,
      Map<String, Value> named) {
    boolean inPlace = operator.endsWith("_") && !operator.endsWith("__");
    String plain = inPlace ? operator.substring(0, operator.length() - 1) : operator;
    String step = commonName(plain, positional);
    String node = module.isEmpty() ? step : module + "/" + step;
    Value result;
    Value target = first(positional, named);
    try {
      List<Value> current = positional.stream().map(this::current).toList();
      Map<String, Value> currentNamed = new HashMap<>();
      named.forEach((name, value) -> currentNamed.put(name, current(value)));
      result = AtenOperators.apply(plain, node, current, currentNamed, this);
      if (inPlace) {
        changeInPlace(first(current, currentNamed), result);
      }
      if (VIEWS.contains(plain)) {
        rememberView(first(current, currentNamed), result);
      }
    } catch (UnsupportedOperatorException e) {
      result = refused(operator, target, place(module, source), e.getMessage());
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      String reason = "it contradicts its inputs: %s".formatted(e.getMessage());
      result = refused(operator, target, place(module, source), reason);
    }
    record(operator, node, result);
    return result;
  }

  /** What torch.export calls an operator that TorchScript writes in its general form. */
  private static String commonName(String operator, List<Value> positional) {
    if (!GENERAL_CONVOLUTIONS.contains(operator)
        || positional.size() < 2
        || !(positional.get(1) instanceof Value.Constant weight)) {
      return operator;
    }
    boolean transposed =
        !operator.equals("_convolution_mode")
            && positional.size() > TRANSPOSED
            && positional.get(TRANSPOSED) instanceof Value.Bool flag
            && flag.value();
    return "%s%dd"
        .formatted(transposed ? "conv_transpose" : "conv", weight.tensor().shape().rank() - 2);
  }

  private static String place(String module, String source) {
    return module.isEmpty() ? source : "%s in module %s".formatted(source, module);
  }

  private Value refused(String operator, Value target, String place, String reason) {
    String shape =
        target instanceof Value.Activation activation
            ? " (its input has shape %s)".formatted(builder.shape(activation.node()))
            : "";
    problems.add(new Problem(operator, place, reason + shape));
    return new Value.Unknown(operator);
  }

  /** A value as it is now, after what was changed in place. */
  Value current(Value value) {
    if (value instanceof Value.Sequence sequence) {
      return new Value.Sequence(sequence.items().stream().map(this::current).toList());
    }
    if (!(value instanceof Value.Activation activation)) {
      return value;
    }
    int node = activation.node();
    while (replaced.containsKey(node)) {
      node = replaced.get(node);
    }
    for (int base = node; ; base = viewed.get(base)) {
      if (outdated.contains(base)) {
        throw new UnsupportedOperatorException(
            "it reads a value after a part of it was changed in place; write the model without"
                + " in-place changes of slices");
      }
      if (!viewed.containsKey(base)) {
        return new Value.Activation(node);
      }
    }
  }

  /** A value as it is at the end. */
  Value finished(Value value) {
    try {
      return current(value);
    } catch (UnsupportedOperatorException e) {
      problems.add(new Problem("output", "output", e.getMessage()));
      return new Value.Unknown("output");
    }
  }

  private static Value first(List<Value> positional, Map<String, Value> named) {
    Value self = named.getOrDefault("self", named.getOrDefault("input", new Value.None()));
    return positional.isEmpty() ? self : positional.get(0);
  }

  private void changeInPlace(Value target, Value result) {
    if (target instanceof Value.Activation old
        && result instanceof Value.Activation now
        && old.node() != now.node()) {
      replaced.put(old.node(), now.node());
      int base = old.node();
      while (viewed.containsKey(base)) {
        base = viewed.get(base);
        outdated.add(base);
      }
    }
  }

  private void rememberView(Value base, Value result) {
    if (result instanceof Value.Sequence parts) {
      parts.items().forEach(part -> rememberView(base, part));
    } else if (base instanceof Value.Activation source
        && result instanceof Value.Activation view
        && source.node() != view.node()) {
      viewed.put(view.node(), source.node());
    }
  }

  private void record(String operator, String node, Value result) {
    Value leading =
        result instanceof Value.Sequence sequence && !sequence.items().isEmpty()
            ? sequence.items().get(0)
            : result;
    if (leading instanceof Value.Activation activation) {
      steps.add(
          new ModelSurvey.Step(operator, node, Optional.of(builder.shape(activation.node()))));
    } else if (leading instanceof Value.Unknown) {
      steps.add(new ModelSurvey.Step(operator, node, Optional.empty()));
    }
  }
}
