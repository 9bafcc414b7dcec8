package org.saccade.network.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The catalogue of ONNX operators that can work on activations. */
final class Operators {
  private static final Map<String, Translator> ALL = all();

  private Operators() {}

  static Optional<Translator> find(String operator) {
    return Optional.ofNullable(ALL.get(operator));
  }

  private static Map<String, Translator> all() {
    Map<String, Translator> all = new HashMap<>();
    all.putAll(WindowOperators.all());
    all.putAll(MatrixOperators.all());
    all.putAll(NormalizationOperators.all());
    all.putAll(ActivationOperators.all());
    all.putAll(ArithmeticOperators.all());
    all.putAll(ShapeOperators.all());
    return Map.copyOf(all);
  }
}
