package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.Layer.Addition;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Node;

/**
 * Activations that exporters spell out in simpler ones become themselves again: SiLU, hard sigmoid
 * and hard swish, Mish, and GELU in its exact form and in the approximation with tanh.
 */
final class ActivationRecognition implements Rewrite {
  private static final Activation HARD_SIGMOID =
      new Activation(Function.HARD_SIGMOID, 1 / 6f, 0.5f);
  private static final double TANH_CUBIC = 0.044715;

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    Optional<Replacement> replacement =
        gated(node, graph).or(() -> sixth(node, graph)).or(() -> gaussianErrorLinear(node, graph));
    return replacement.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(
            graph.add(
                node.name(),
                replacement.get().activation(),
                graph.rewritten(replacement.get().input())));
  }

  /**
   * An activation and what it reads.
   *
   * @param input id in the old network
   */
  private record Replacement(Activation activation, int input) {}

  /** {@code x * gate(x)}. */
  private static Optional<Replacement> gated(Node node, Rewriting graph) {
    if (!isProduct(node)) {
      return Optional.empty();
    }
    int first = node.inputs().get(0);
    int second = node.inputs().get(1);
    return gatedBy(first, graph.node(second), graph)
        .or(() -> gatedBy(second, graph.node(first), graph));
  }

  private static Optional<Replacement> gatedBy(int x, Node gate, Rewriting graph) {
    if (!(gate.layer() instanceof Activation activation)) {
      return Optional.empty();
    }
    Node inner = graph.producer(gate);
    Function named =
        switch (activation.function()) {
          case SIGMOID -> inner.id() == x ? Function.SILU : null;
          case HARD_SIGMOID ->
              inner.id() == x && isStandardHardSigmoid(activation) ? Function.HARD_SWISH : null;
          case TANH ->
              isActivation(inner, Function.SOFTPLUS) && inner.input() == x ? Function.MISH : null;
          default -> null;
        };
    return Optional.ofNullable(named).map(function -> new Replacement(Activation.of(function), x));
  }

  /** A sixth of {@code clip(x + 3, 0, 6)}, or of that times {@code x}. */
  private static Optional<Replacement> sixth(Node node, Rewriting graph) {
    if (!(node.layer() instanceof ConstantElementwise)) {
      return Optional.empty();
    }
    Product product = Product.of(graph, node.id());
    if (!product.hasNumber(1 / 6.0)) {
      return Optional.empty();
    }
    for (int factor : product.factors()) {
      Node clip = graph.node(factor);
      if (clip.layer() instanceof Activation activation
          && activation.function() == Function.CLIP
          && activation.alpha() == 0
          && activation.beta() == 6
          && isSum(graph.producer(clip), 3)) {
        int x = graph.producer(clip).input();
        Product others = product.without(factor);
        if (others.factors().isEmpty()) {
          return Optional.of(new Replacement(HARD_SIGMOID, x));
        }
        if (others.hasFactorsOf(Product.of(graph, x), 1) && Product.of(graph, x).hasNumber(1)) {
          return Optional.of(new Replacement(Activation.of(Function.HARD_SWISH), x));
        }
      }
    }
    return Optional.empty();
  }

  /** {@code x / 2 * (1 + erf(x / sqrt(2)))}, or with tanh of a cubic instead of erf. */
  private static Optional<Replacement> gaussianErrorLinear(Node node, Rewriting graph) {
    if (!isProduct(node) && !(node.layer() instanceof ConstantElementwise)) {
      return Optional.empty();
    }
    Product product = Product.of(graph, node.id());
    for (int factor : product.factors()) {
      if (!isSum(graph.node(factor), 1)) {
        continue;
      }
      Node curve = graph.producer(graph.node(factor));
      Product others = product.without(factor);
      Optional<Replacement> found = Optional.empty();
      if (isActivation(curve, Function.ERF)) {
        found = exact(curve, others, graph);
      } else if (isActivation(curve, Function.TANH)) {
        found = approximate(curve, others, graph);
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<Replacement> exact(Node erf, Product others, Rewriting graph) {
    Node scaled = graph.producer(erf);
    if (!(scaled.layer() instanceof ConstantElementwise)) {
      return Optional.empty();
    }
    int x = scaled.input();
    Product alone = Product.of(graph, x);
    boolean matches =
        Product.of(graph, scaled.id()).hasNumber(alone.number() / Math.sqrt(2))
            && others.hasFactorsOf(alone, 1)
            && others.hasNumber(alone.number() / 2);
    return matches
        ? Optional.of(new Replacement(Activation.of(Function.GELU), x))
        : Optional.empty();
  }

  private static Optional<Replacement> approximate(Node tanh, Product others, Rewriting graph) {
    Product argument = Product.of(graph, tanh.input());
    if (!argument.hasNumber(Math.sqrt(2 / Math.PI)) || argument.factors().size() != 1) {
      return Optional.empty();
    }
    Node sum = graph.node(argument.factors().get(0));
    if (!(sum.layer() instanceof Addition) || sum.inputs().size() != 2) {
      return Optional.empty();
    }
    for (int linear = 0; linear < 2; linear++) {
      int x = sum.inputs().get(linear);
      Product alone = Product.of(graph, x);
      Product cubic = Product.of(graph, sum.inputs().get(1 - linear));
      if (cubic.hasFactorsOf(alone, 3)
          && cubic.hasNumber(TANH_CUBIC * Math.pow(alone.number(), 3))
          && others.hasFactorsOf(alone, 1)
          && others.hasNumber(alone.number() / 2)) {
        return Optional.of(new Replacement(Activation.of(Function.GELU_TANH), x));
      }
    }
    return Optional.empty();
  }

  private static boolean isProduct(Node node) {
    return node.layer() instanceof Elementwise product && product.operator() == Operator.MULTIPLY;
  }

  private static boolean isActivation(Node node, Function function) {
    return node.layer() instanceof Activation activation && activation.function() == function;
  }

  private static boolean isStandardHardSigmoid(Activation activation) {
    return Math.abs(activation.alpha() - HARD_SIGMOID.alpha()) < 1e-4
        && activation.beta() == HARD_SIGMOID.beta();
  }

  /** Whether a node adds a number to a value. */
  private static boolean isSum(Node node, float number) {
    Layer layer = node.layer();
    return layer instanceof ConstantElementwise sum
        && sum.operator() == Operator.ADD
        && sum.constant().shape().size() == 1
        && sum.constant().values()[0] == number;
  }
}
