package org.saccade.network.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.saccade.network.Layer.Concatenation;
import org.saccade.network.Node;

/** A concatenation that only another one along the same axis reads becomes part of that one. */
final class ConcatenationMerging implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (!(node.layer() instanceof Concatenation outer)) {
      return OptionalInt.empty();
    }
    List<Integer> parts = new ArrayList<>();
    for (int input : node.inputs()) {
      Node part = graph.node(input);
      boolean merges = part.layer().equals(outer) && graph.readOnce(part);
      parts.addAll(merges ? part.inputs() : List.of(input));
    }
    if (parts.size() == node.inputs().size()) {
      return OptionalInt.empty();
    }
    int[] inputs = parts.stream().mapToInt(graph::rewritten).toArray();
    return OptionalInt.of(graph.add(node.name(), outer, inputs));
  }
}
