package org.saccade.network.rewrite;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.saccade.network.Layer.Permutation;
import org.saccade.network.Layer.Reshape;
import org.saccade.network.Node;

/** Reshapes and permutations in a row become one, and those that change nothing vanish. */
final class ReshapeSimplification implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (node.layer() instanceof Reshape reshape) {
      return reshape(node, reshape, graph);
    }
    if (node.layer() instanceof Permutation permutation) {
      return permutation(node, permutation, graph);
    }
    return OptionalInt.empty();
  }

  private static OptionalInt reshape(Node node, Reshape reshape, Rewriting graph) {
    Node producer = graph.producer(node);
    if (producer.shape().equals(node.shape())) {
      return OptionalInt.of(graph.rewritten(producer.id()));
    }
    if (producer.layer() instanceof Reshape) {
      return OptionalInt.of(graph.add(node.name(), reshape, graph.rewritten(producer.input())));
    }
    return OptionalInt.empty();
  }

  private static OptionalInt permutation(Node node, Permutation second, Rewriting graph) {
    Node producer = graph.producer(node);
    List<Integer> identity = IntStream.range(0, second.axes().size()).boxed().toList();
    if (second.axes().equals(identity)) {
      return OptionalInt.of(graph.rewritten(producer.id()));
    }
    if (producer.layer() instanceof Permutation first) {
      List<Integer> composed = second.axes().stream().map(first.axes()::get).toList();
      return OptionalInt.of(
          graph.add(node.name(), new Permutation(composed), graph.rewritten(producer.input())));
    }
    return OptionalInt.empty();
  }
}
