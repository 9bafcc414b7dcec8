package org.saccade.image;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.saccade.UserException;

/** The keys and values of a model description: strict reading, and writing of what was read. */
final class DescriptionProperties {
  private static final List<String> KEYS =
      List.of(
          "resize",
          "resize-to",
          "unless-fits",
          "resampling",
          "input-size",
          "channels",
          "scale",
          "mean",
          "std",
          "softmax",
          "labels",
          "output");
  private static final String ANY_SIZE = "model";

  private final String source;
  private final Map<String, String> values;

  private DescriptionProperties(String source, Map<String, String> values) {
    this.source = source;
    this.values = values;
  }

  /**
   * Reads lines of {@code key = value}; empty lines and those that start with {@code #} are left
   * out.
   *
   * @param source what messages call the text
   * @throws UserException if a line has no {@code =}, a key is unknown or given twice
   */
  static DescriptionProperties parse(String source, String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] pair = line.split("=", 2);
      if (pair.length < 2) {
        throw new UserException(
            "%s: expected 'key = value', found '%s'".formatted(source, abbreviated(line)));
      }
      String key = pair[0].strip();
      if (!KEYS.contains(key)) {
        throw new UserException(
            "%s: unknown key '%s'; known keys are %s"
                .formatted(source, abbreviated(key), String.join(", ", KEYS)));
      }
      if (values.put(key, pair[1].strip()) != null) {
        throw new UserException("%s: '%s' is given twice; keep one of them".formatted(source, key));
      }
    }
    return new DescriptionProperties(source, values);
  }

  /** As {@link #parse}, from keys and values that are apart already. */
  static DescriptionProperties of(String source, Map<String, String> values) {
    return parse(
        source,
        values.entrySet().stream()
            .map(entry -> entry.getKey() + " = " + entry.getValue())
            .collect(Collectors.joining("\n")));
  }

  Preprocessing preprocessing() {
    Resize resize = resize();
    OptionalInt inputSize =
        required("input-size").equals(ANY_SIZE)
            ? OptionalInt.empty()
            : OptionalInt.of(
                value("input-size", DescriptionProperties::side, "a positive integer or 'model'"));
    ChannelOrder order = oneOf("channels", ChannelOrder.values());
    double scale =
        value("scale", DescriptionProperties::nonZero, "a number or a fraction such as 1/255");
    List<Double> mean = perChannel("mean", order, DescriptionProperties::number, "number");
    List<Double> std = perChannel("std", order, DescriptionProperties::nonZero, "non-zero number");
    return new Preprocessing(resize, inputSize, order, scale, mean, std);
  }

  boolean softmax() {
    return flag("softmax");
  }

  Optional<String> labels() {
    return Optional.ofNullable(values.get("labels"));
  }

  Optional<String> output() {
    return Optional.ofNullable(values.get("output"));
  }

  /** The values by key, as {@link #parse} would read them. */
  static Map<String, String> of(ModelDescription description) {
    Map<String, String> values = new LinkedHashMap<>();
    Preprocessing preprocessing = description.preprocessing();
    if (preprocessing.resize() instanceof Resize.ShortestSide shortest) {
      values.put("resize", "shortest-side");
      values.put("resize-to", Integer.toString(shortest.length()));
      values.put("unless-fits", Boolean.toString(shortest.unlessFits()));
      values.put("resampling", spelling(shortest.resampling()));
    } else if (preprocessing.resize() instanceof Resize.Squash squash) {
      values.put("resize", "squash");
      values.put("resampling", spelling(squash.resampling()));
    } else {
      values.put("resize", "none");
    }
    OptionalInt inputSize = preprocessing.inputSize();
    values.put(
        "input-size", inputSize.isPresent() ? Integer.toString(inputSize.getAsInt()) : ANY_SIZE);
    values.put("channels", spelling(preprocessing.channelOrder()));
    values.put("scale", Double.toString(preprocessing.scale()));
    values.put("mean", list(preprocessing.mean()));
    values.put("std", list(preprocessing.std()));
    values.put("softmax", Boolean.toString(description.softmax()));
    description.labels().ifPresent(labels -> values.put("labels", labels.toString()));
    description.output().ifPresent(output -> values.put("output", output));
    return values;
  }

  private Resize resize() {
    String policy = required("resize");
    return switch (policy) {
      case "none" -> {
        refuse(policy, "resize-to", "unless-fits", "resampling");
        yield new Resize.None();
      }
      case "squash" -> {
        refuse(policy, "resize-to", "unless-fits");
        yield new Resize.Squash(oneOf("resampling", Resampling.values()));
      }
      case "shortest-side" ->
          new Resize.ShortestSide(
              value("resize-to", DescriptionProperties::side, "a positive integer"),
              oneOf("resampling", Resampling.values()),
              flag("unless-fits"));
      default -> throw bad("resize", policy, "none, squash or shortest-side");
    };
  }

  private void refuse(String policy, String... keys) {
    for (String key : keys) {
      if (values.containsKey(key)) {
        throw new UserException(
            "%s: '%s' has no meaning with resize = %s; remove it".formatted(source, key, policy));
      }
    }
  }

  private boolean flag(String key) {
    return switch (required(key)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw bad(key, required(key), "true or false");
    };
  }

  private <E extends Enum<E>> E oneOf(String key, E[] constants) {
    String allowed =
        Arrays.stream(constants)
            .map(DescriptionProperties::spelling)
            .collect(Collectors.joining(", "));
    return Arrays.stream(constants)
        .filter(constant -> spelling(constant).equals(required(key)))
        .findFirst()
        .orElseThrow(() -> bad(key, required(key), "one of " + allowed));
  }

  private List<Double> perChannel(
      String key, ChannelOrder order, Function<String, Double> number, String what) {
    String expected =
        "%d %ss separated by commas, one per channel of %s"
            .formatted(order.channels(), what, spelling(order));
    List<Double> numbers =
        value(
            key,
            text -> Arrays.stream(text.split(",", -1)).map(String::strip).map(number).toList(),
            expected);
    if (numbers.size() != order.channels()) {
      throw bad(key, required(key), expected);
    }
    return numbers;
  }

  private <T> T value(String key, Function<String, T> parser, String expected) {
    String text = required(key);
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw bad(key, text, expected);
    }
  }

  private String required(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new UserException("%s: '%s' is missing".formatted(source, key));
    }
    return value;
  }

  private UserException bad(String key, String found, String expected) {
    return new UserException(
        "%s: '%s' is '%s', expected %s".formatted(source, key, abbreviated(found), expected));
  }

  private static int side(String text) {
    int side = Integer.parseInt(text);
    if (side < 1) {
      throw new NumberFormatException(text);
    }
    return side;
  }

  private static double nonZero(String text) {
    double value = number(text);
    if (value == 0) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static double number(String text) {
    String[] fraction = text.split("/", 2);
    double value = Double.parseDouble(fraction[0].strip());
    if (fraction.length == 2) {
      value /= Double.parseDouble(fraction[1].strip());
    }
    if (!Double.isFinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String list(List<Double> numbers) {
    return numbers.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static String abbreviated(String text) {
    int most = 60;
    return text.length() <= most ? text : text.substring(0, most) + "...";
  }
}
