package org.saccade.network.rewrite;

import java.util.ArrayList;
import java.util.List;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Node;

/**
 * A value taken apart into a number and the values it is multiplied with, however the source model
 * nests and orders the multiplications.
 *
 * @param number product of all numbers
 * @param factors ids of the values, ascending, repeated where a value is raised to a power
 */
record Product(double number, List<Integer> factors) {
  private static final int HIGHEST_POWER = 3;

  static Product of(Rewriting graph, int id) {
    List<Integer> factors = new ArrayList<>();
    double number = collect(graph, id, factors);
    return new Product(number, factors.stream().sorted().toList());
  }

  private static double collect(Rewriting graph, int id, List<Integer> factors) {
    Node node = graph.node(id);
    if (node.layer() instanceof Elementwise product && product.operator() == Operator.MULTIPLY) {
      return collect(graph, node.inputs().get(0), factors)
          * collect(graph, node.inputs().get(1), factors);
    }
    if (node.layer() instanceof Activation activation
        && activation.function() == Activation.Function.NEGATE) {
      return -collect(graph, node.input(), factors);
    }
    if (node.layer() instanceof ConstantElementwise constant
        && constant.constant().shape().size() == 1) {
      float value = constant.constant().values()[0];
      if (constant.operator() == Operator.MULTIPLY) {
        return value * collect(graph, node.input(), factors);
      }
      if (constant.constantFirst()) {
        factors.add(id);
        return 1;
      }
      if (constant.operator() == Operator.DIVIDE) {
        return collect(graph, node.input(), factors) / value;
      }
      if (constant.operator() == Operator.POWER && (value == 2 || value == HIGHEST_POWER)) {
        double number = 1;
        for (int i = 0; i < value; i++) {
          number *= collect(graph, node.input(), factors);
        }
        return number;
      }
    }
    factors.add(id);
    return 1;
  }

  /** Whether the number is the given one up to the rounding of float32. */
  boolean hasNumber(double expected) {
    return Math.abs(number - expected) <= 1e-4 * Math.abs(expected);
  }

  /** Whether the factors are those of another product, each so many times. */
  boolean hasFactorsOf(Product other, int times) {
    List<Integer> repeated = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      repeated.addAll(other.factors);
    }
    return factors.equals(repeated.stream().sorted().toList());
  }

  Product without(int factor) {
    List<Integer> others = new ArrayList<>(factors);
    others.remove((Integer) factor);
    return new Product(number, others);
  }
}
