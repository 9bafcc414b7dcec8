package org.saccade.network.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.saccade.network.UnsupportedNetworkException;

/**
 * Every ATen operator that can become layers, by name. The overload does not matter: rules look at
 * which arguments they got.
 */
final class AtenOperators {
  private static final List<String> ATTENTION_OPERATORS =
      List.of(
          "bmm",
          "baddbmm",
          "einsum",
          "scaled_dot_product_attention",
          "_scaled_dot_product_flash_attention",
          "_scaled_dot_product_flash_attention_for_cpu",
          "_scaled_dot_product_efficient_attention",
          "_transformer_encoder_layer_fwd",
          "_native_multi_head_attention");

  private static final Map<String, Operator> TABLE = new HashMap<>();

  static {
    WindowOperators.defineAll();
    PointwiseOperators.defineAll();
    RearrangingOperators.defineAll();
    Scalars.defineAll();
    for (String name : ATTENTION_OPERATORS) {
      define(
          name + "(input)",
          call -> {
            throw attention();
          });
    }
  }

  private AtenOperators() {}

  /** What an operator does to the graph. */
  interface Rule {
    /**
     * Appends layers and returns the operator's result.
     *
     * @throws UnsupportedOperatorException if it cannot become layers
     * @throws IllegalArgumentException if shapes do not fit
     */
    Value apply(AtenCall call);
  }

  private record Operator(List<String> parameters, Rule rule) {}

  /**
   * Adds a rule.
   *
   * @param signature name and parameters as PyTorch's schema has them, e.g. {@code relu(input)}
   */
  static void define(String signature, Rule rule) {
    int open = signature.indexOf('(');
    String parameters = signature.substring(open + 1, signature.length() - 1);
    TABLE.put(
        signature.substring(0, open), new Operator(List.of(parameters.split(", ", -1)), rule));
  }

  /** Why a product of two activations is refused. */
  static UnsupportedOperatorException attention() {
    return new UnsupportedOperatorException(UnsupportedNetworkException.ATTENTION);
  }

  /**
   * Applies an operator.
   *
   * @param operator name without overload, e.g. {@code conv2d}
   * @param positional arguments that go by position
   * @param named arguments that go by name
   * @throws UnsupportedOperatorException if there is no rule or the rule refuses
   * @throws IllegalArgumentException if shapes do not fit
   */
  static Value apply(
      String operator,
      String node,
      List<Value> positional,
      Map<String, Value> named,
      AtenGraph graph) {
    Operator known = TABLE.get(operator);
    if (known == null) {
      throw new UnsupportedOperatorException(UnsupportedNetworkException.NO_RULE);
    }
    Map<String, Value> arguments = new LinkedHashMap<>();
    for (int i = 0; i < positional.size() && i < known.parameters().size(); i++) {
      arguments.put(known.parameters().get(i), positional.get(i));
    }
    named.forEach((name, value) -> arguments.put(name.equals("self") ? "input" : name, value));
    if (ATTENTION_OPERATORS.contains(operator)) {
      // Said even where an operator before it is refused too: it is what cannot be helped.
      throw attention();
    }
    for (Value value : flattened(arguments.values())) {
      if (value instanceof Value.Unknown) {
        return value;
      }
    }
    return known.rule().apply(new AtenCall(node, arguments, graph));
  }

  private static List<Value> flattened(Iterable<Value> values) {
    List<Value> flat = new ArrayList<>();
    for (Value value : values) {
      flat.add(value);
      if (value instanceof Value.Sequence sequence) {
        flat.addAll(sequence.items());
      }
    }
    return flat;
  }
}
