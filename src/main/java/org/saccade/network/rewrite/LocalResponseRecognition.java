package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Layer.LocalResponseNormalization;
import org.saccade.network.Layer.Pooling;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Layer.Reshape;
import org.saccade.network.Node;
import org.saccade.network.Window;

/**
 * Local response normalization as PyTorch spells it out becomes itself again: {@code x / (bias +
 * alpha * average of x^2 over neighbouring channels)^beta}, the average being a pooling along the
 * channels.
 */
final class LocalResponseRecognition implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (!isOperator(node, Operator.DIVIDE)) {
      return OptionalInt.empty();
    }
    int x = node.inputs().get(0);
    Optional<Scaled> power = Scaled.at(graph.node(node.inputs().get(1)), Operator.POWER);
    Optional<Scaled> sum = power.flatMap(p -> Scaled.at(graph.node(p.operand()), Operator.ADD));
    Optional<Scaled> product =
        sum.flatMap(s -> Scaled.at(graph.node(s.operand()), Operator.MULTIPLY));
    if (product.isEmpty()) {
      return OptionalInt.empty();
    }
    Node average = beforeReshapes(graph.node(product.get().operand()), graph);
    if (!(average.layer() instanceof Pooling pooling) || !isAverageOfChannels(pooling)) {
      return OptionalInt.empty();
    }
    Node square = beforeReshapes(graph.producer(average), graph);
    boolean ofX =
        isOperator(square, Operator.MULTIPLY)
            && square.inputs().stream().allMatch(input -> input == x)
            && graph.producer(average).shape().dim(1) == graph.node(x).shape().channels();
    if (!ofX) {
      return OptionalInt.empty();
    }
    LocalResponseNormalization layer =
        new LocalResponseNormalization(
            pooling.window().kernel().get(0),
            product.get().factor(),
            power.get().factor(),
            sum.get().factor());
    return OptionalInt.of(graph.add(node.name(), layer, graph.rewritten(x)));
  }

  /** An operator applied to a value and a number. */
  private record Scaled(int operand, float factor) {

    static Optional<Scaled> at(Node node, Operator operator) {
      return node.layer() instanceof ConstantElementwise scaled
              && scaled.operator() == operator
              && scaled.constant().shape().size() == 1
              && (operator != Operator.POWER || !scaled.constantFirst())
          ? Optional.of(new Scaled(node.input(), scaled.constant().values()[0]))
          : Optional.empty();
    }
  }

  private static boolean isOperator(Node node, Operator operator) {
    return node.layer() instanceof Elementwise elementwise && elementwise.operator() == operator;
  }

  private static Node beforeReshapes(Node node, Rewriting graph) {
    Node at = node;
    while (at.layer() instanceof Reshape) {
      at = graph.producer(at);
    }
    return at;
  }

  /** Whether a pooling averages along its first axis only, with PyTorch's padding. */
  private static boolean isAverageOfChannels(Pooling pooling) {
    Window window = pooling.window();
    if (pooling.kind() != PoolingKind.AVERAGE || pooling.ceil() || !pooling.countIncludePad()) {
      return false;
    }
    int size = window.kernel().get(0);
    for (int axis = 0; axis < window.axes(); axis++) {
      boolean alongChannels = axis == 0;
      if (window.stride().get(axis) != 1
          || window.dilation().get(axis) != 1
          || window.kernel().get(axis) != (alongChannels ? size : 1)
          || window.padBefore().get(axis) != (alongChannels ? size / 2 : 0)
          || window.padAfter().get(axis) != (alongChannels ? (size - 1) / 2 : 0)) {
        return false;
      }
    }
    return true;
  }
}
