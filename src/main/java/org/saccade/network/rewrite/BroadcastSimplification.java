package org.saccade.network.rewrite;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.saccade.network.Layer.Addition;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Upsampling;
import org.saccade.network.Layer.Upsampling.Interpolation;
import org.saccade.network.Node;
import org.saccade.network.Shape;

/**
 * Maps of a single cell that were stretched over space only to be combined with a full map are
 * combined as they are: so gates of squeeze-and-excitation look alike however they are written.
 */
final class BroadcastSimplification implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    boolean broadcasts = node.layer() instanceof Addition || node.layer() instanceof Elementwise;
    if (!broadcasts) {
      return OptionalInt.empty();
    }
    List<Node> operands = node.inputs().stream().map(graph::node).toList();
    boolean hasFullMap = operands.stream().anyMatch(operand -> !isStretched(operand, graph));
    if (!hasFullMap || operands.stream().noneMatch(operand -> isStretched(operand, graph))) {
      return OptionalInt.empty();
    }
    int[] inputs =
        operands.stream()
            .mapToInt(operand -> isStretched(operand, graph) ? operand.input() : operand.id())
            .map(graph::rewritten)
            .toArray();
    int combined = graph.add(node.name(), node.layer(), inputs);
    return graph.shape(combined).equals(node.shape())
        ? OptionalInt.of(combined)
        : OptionalInt.empty();
  }

  private static boolean isStretched(Node node, Rewriting graph) {
    if (!(node.layer() instanceof Upsampling upsampling)
        || upsampling.interpolation() != Interpolation.NEAREST) {
      return false;
    }
    Shape source = graph.producer(node).shape();
    return IntStream.range(1, source.rank()).allMatch(axis -> source.dim(axis) == 1);
  }
}
