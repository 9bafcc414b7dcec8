package org.saccade.network.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Convolution;
import org.saccade.network.Layer.Padding;
import org.saccade.network.Layer.Pooling;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Node;
import org.saccade.network.Window;

/**
 * Zeros added around a map before a convolution, or before an average pooling that has no padding
 * of its own, become the padding of that layer's window.
 */
final class PaddingMerging implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (node.inputs().size() != 1
        || !(graph.producer(node).layer() instanceof Padding padding)
        || !addsZerosInSpace(padding)) {
      return OptionalInt.empty();
    }
    Layer merged;
    if (node.layer() instanceof Convolution convolution) {
      merged =
          new Convolution(
              convolution.weight(),
              convolution.bias(),
              widened(convolution.window(), padding),
              convolution.groups());
    } else if (node.layer() instanceof Pooling pooling
        && pooling.kind() == PoolingKind.AVERAGE
        && !pooling.ceil()
        && !pooling.window().padded()) {
      merged = new Pooling(PoolingKind.AVERAGE, widened(pooling.window(), padding), false, true);
    } else {
      return OptionalInt.empty();
    }
    return OptionalInt.of(
        graph.add(node.name(), merged, graph.rewritten(graph.producer(node).input())));
  }

  private static boolean addsZerosInSpace(Padding padding) {
    return padding.fill() == Padding.Fill.CONSTANT
        && padding.value() == 0
        && padding.before().get(0) == 0
        && padding.after().get(0) == 0;
  }

  private static Window widened(Window window, Padding padding) {
    int rank = padding.before().size();
    return new Window(
        window.kernel(),
        window.stride(),
        window.dilation(),
        sum(window.padBefore(), padding.before().subList(1, rank)),
        sum(window.padAfter(), padding.after().subList(1, rank)));
  }

  private static List<Integer> sum(List<Integer> first, List<Integer> second) {
    List<Integer> sums = new ArrayList<>();
    for (int axis = 0; axis < first.size(); axis++) {
      sums.add(first.get(axis) + second.get(axis));
    }
    return sums;
  }
}
