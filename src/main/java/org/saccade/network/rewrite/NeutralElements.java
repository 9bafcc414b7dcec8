package org.saccade.network.rewrite;

import java.util.OptionalInt;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Node;

/**
 * Adding or subtracting zero and multiplying or dividing by one vanish, as Python's {@code sum}
 * writes them, which begins at zero; exporters drop some of them.
 */
final class NeutralElements implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (!(node.layer() instanceof ConstantElementwise layer)
        || !graph.producer(node).shape().equals(node.shape())) {
      return OptionalInt.empty();
    }
    boolean neutral =
        switch (layer.operator()) {
          case ADD -> isAll(layer, 0);
          case MULTIPLY -> isAll(layer, 1);
          case SUBTRACT -> !layer.constantFirst() && isAll(layer, 0);
          case DIVIDE -> !layer.constantFirst() && isAll(layer, 1);
          default -> false;
        };
    return neutral ? OptionalInt.of(graph.rewritten(node.input())) : OptionalInt.empty();
  }

  private static boolean isAll(ConstantElementwise layer, float number) {
    for (float value : layer.constant().values()) {
      if (value != number) {
        return false;
      }
    }
    return true;
  }
}
