package org.saccade.network.torch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Arguments of operators in an exported program: JSON objects of one field that tells the kind,
 * e.g. {@code {"as_ints": [1, 1]}}.
 */
final class Argument {
  /**
   * Element types by their numbers in the schema, as the numbers that PyTorch itself uses and that
   * TorchScript contains.
   */
  private static final Map<Long, Long> ELEMENT_TYPES =
      Map.of(1L, 0L, 2L, 1L, 3L, 2L, 4L, 3L, 5L, 4L, 6L, 5L, 7L, 6L, 8L, 7L, 12L, 11L, 13L, 15L);

  private Argument() {}

  /**
   * The value of an argument.
   *
   * @param variables what the names of tensors and symbolic numbers stand for
   */
  static Value value(JsonNode argument, Function<String, Value> variables) {
    String kind = argument.fieldNames().hasNext() ? argument.fieldNames().next() : "nothing";
    JsonNode content = argument.path(kind);
    return switch (kind) {
      case "as_tensor" -> variables.apply(content.path("name").asText());
      case "as_tensors", "as_optional_tensors" -> list(content, item -> tensor(item, variables));
      case "as_optional_tensor" -> value(content, variables);
      case "as_sym_int", "as_sym_float", "as_sym_bool" -> symbol(content, variables);
      case "as_sym_ints", "as_sym_floats", "as_sym_bools" ->
          list(content, item -> symbol(item, variables));
      case "as_ints", "as_floats", "as_bools", "as_strings" -> list(content, Argument::scalar);
      case "as_scalar_type" ->
          new Value.Int(ELEMENT_TYPES.getOrDefault(content.asLong(), content.asLong()));
      default -> literal(argument);
    };
  }

  /** The value of an argument that names no variable. */
  static Value literal(JsonNode argument) {
    String kind = argument.fieldNames().hasNext() ? argument.fieldNames().next() : "nothing";
    return switch (kind) {
      case "as_int", "as_float", "as_bool", "as_string" -> scalar(argument.path(kind));
      case "as_none" -> new Value.None();
      // Memory formats, layouts and devices do not change what is computed.
      case "as_memory_format", "as_layout", "as_device" -> new Value.None();
      default -> new Value.Unknown("an argument of the kind " + kind);
    };
  }

  private static Value tensor(JsonNode item, Function<String, Value> variables) {
    return item.has("name") ? variables.apply(item.path("name").asText()) : value(item, variables);
  }

  private static Value symbol(JsonNode item, Function<String, Value> variables) {
    return item.has("as_name") ? variables.apply(item.path("as_name").asText()) : literal(item);
  }

  private static Value scalar(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return new Value.Int(node.asLong());
    }
    if (node.isNumber()) {
      return new Value.Real(node.asDouble());
    }
    if (node.isBoolean()) {
      return new Value.Bool(node.asBoolean());
    }
    return switch (node.asText()) {
      case "Infinity" -> new Value.Real(Double.POSITIVE_INFINITY);
      case "-Infinity" -> new Value.Real(Double.NEGATIVE_INFINITY);
      default -> new Value.Text(node.asText());
    };
  }

  private static Value list(JsonNode items, Function<JsonNode, Value> each) {
    List<Value> values = new ArrayList<>();
    items.forEach(item -> values.add(each.apply(item)));
    return new Value.Sequence(values);
  }
}
