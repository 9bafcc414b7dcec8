package org.saccade.network.rewrite;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.saccade.network.Layer.AdaptivePooling;
import org.saccade.network.Layer.GlobalPooling;
import org.saccade.network.Layer.Pooling;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Layer.Reduction;
import org.saccade.network.Layer.Reshape;
import org.saccade.network.Node;
import org.saccade.network.Shape;

/**
 * Means and maxima over all of space, however they are written, become global pooling: reductions
 * over every spatial axis at once or one after the other, and windows that cover the whole map.
 */
final class PoolingRecognition implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (node.layer() instanceof Reduction reduction) {
      return reduction(node, reduction, graph);
    }
    Optional<PoolingKind> kind = Optional.empty();
    if (node.layer() instanceof Pooling pooling
        && coversAll(pooling, graph.producer(node).shape())) {
      kind = Optional.of(pooling.kind());
    } else if (node.layer() instanceof AdaptivePooling adaptive && adaptive.output().size() == 1) {
      kind = Optional.of(adaptive.kind());
    }
    return kind.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(
            graph.add(node.name(), new GlobalPooling(kind.get()), graph.rewritten(node.input())));
  }

  private static boolean coversAll(Pooling pooling, Shape input) {
    boolean everyTap = pooling.window().dilation().stream().allMatch(d -> d == 1);
    return everyTap
        && !pooling.window().padded()
        && pooling.window().kernel().equals(input.spatial().dims());
  }

  private static OptionalInt reduction(Node node, Reduction reduction, Rewriting graph) {
    Optional<Reduction> first =
        graph
            .absorbable(node, Reduction.class)
            .filter(before -> before.kind() == reduction.kind())
            .filter(before -> before.keepAxes() == reduction.keepAxes());
    if (first.isPresent()) {
      Reduction both =
          new Reduction(reduction.kind(), axesOfBoth(first.get(), reduction), reduction.keepAxes());
      return OptionalInt.of(
          graph.add(node.name(), both, graph.rewritten(graph.producer(node).input())));
    }
    List<Integer> space = IntStream.range(1, graph.producer(node).shape().rank()).boxed().toList();
    if (space.isEmpty()
        || !reduction.axes().equals(space)
        || reduction.kind() == Reduction.Kind.SUM) {
      return OptionalInt.empty();
    }
    PoolingKind kind =
        reduction.kind() == Reduction.Kind.MEAN ? PoolingKind.AVERAGE : PoolingKind.MAX;
    int pooled = graph.add(node.name(), new GlobalPooling(kind), graph.rewritten(node.input()));
    return OptionalInt.of(
        reduction.keepAxes() ? pooled : graph.add(node.name(), new Reshape(node.shape()), pooled));
  }

  private static List<Integer> axesOfBoth(Reduction first, Reduction second) {
    TreeSet<Integer> axes = new TreeSet<>(first.axes());
    for (int axis : second.axes()) {
      int original = axis;
      if (!first.keepAxes()) {
        for (int vanished : first.axes()) {
          if (vanished <= original) {
            original++;
          }
        }
      }
      axes.add(original);
    }
    return List.copyOf(axes);
  }
}
