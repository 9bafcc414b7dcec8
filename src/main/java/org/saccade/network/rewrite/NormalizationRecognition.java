package org.saccade.network.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Layer.GroupNormalization;
import org.saccade.network.Layer.LayerNormalization;
import org.saccade.network.Layer.Permutation;
import org.saccade.network.Layer.Reduction;
import org.saccade.network.Layer.Reshape;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * Normalizations that exporters spell out become themselves again: layer normalization written as
 * {@code (x - mean) / sqrt(variance + epsilon)}, and group normalization written as instance
 * normalization of reshaped groups.
 */
final class NormalizationRecognition implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (node.layer() instanceof Elementwise quotient && quotient.operator() == Operator.DIVIDE) {
      return layerNormalization(node, graph);
    }
    if (node.layer() instanceof Reshape) {
      return groupNormalization(node, graph);
    }
    return OptionalInt.empty();
  }

  private static OptionalInt layerNormalization(Node node, Rewriting graph) {
    Optional<Centred> centred = Centred.at(node.inputs().get(0), graph);
    Node root = graph.node(node.inputs().get(1));
    if (centred.isEmpty()
        || !(root.layer() instanceof Activation activation)
        || activation.function() != Activation.Function.SQRT
        || !(graph.producer(root).layer() instanceof ConstantElementwise sum)
        || sum.operator() != Operator.ADD
        || sum.constant().shape().size() != 1) {
      return OptionalInt.empty();
    }
    Node variance = graph.node(graph.producer(root).input());
    boolean sameAxes =
        variance.layer() instanceof Reduction mean
            && mean.kind() == Reduction.Kind.MEAN
            && mean.axes().equals(centred.get().axes());
    if (!sameAxes || !isSquareOf(centred.get(), variance.input(), graph)) {
      return OptionalInt.empty();
    }
    return normalized(node, centred.get(), sum.constant().values()[0], graph);
  }

  /**
   * A value minus its own mean.
   *
   * @param x id in the old network
   * @param axes what the mean is taken over
   */
  private record Centred(int x, List<Integer> axes) {

    static Optional<Centred> at(int id, Rewriting graph) {
      Node node = graph.node(id);
      if (!(node.layer() instanceof Elementwise difference)
          || difference.operator() != Operator.SUBTRACT) {
        return Optional.empty();
      }
      int x = node.inputs().get(0);
      Node mean = graph.node(node.inputs().get(1));
      return mean.layer() instanceof Reduction reduction
              && reduction.kind() == Reduction.Kind.MEAN
              && reduction.keepAxes()
              && mean.input() == x
          ? Optional.of(new Centred(x, reduction.axes()))
          : Optional.empty();
    }
  }

  private static boolean isSquareOf(Centred centred, int id, Rewriting graph) {
    Product square = Product.of(graph, id);
    return square.hasNumber(1)
        && square.factors().size() == 2
        && square.factors().stream()
            .allMatch(factor -> Centred.at(factor, graph).equals(Optional.of(centred)));
  }

  private static OptionalInt normalized(
      Node node, Centred centred, float epsilon, Rewriting graph) {
    Shape shape = node.shape();
    int rank = shape.rank();
    int first = centred.axes().get(0);
    int x = graph.rewritten(centred.x());
    if (centred.axes().equals(IntStream.range(first, rank).boxed().toList())) {
      Shape trailing = new Shape(shape.dims().subList(first, rank));
      return OptionalInt.of(graph.add(node.name(), plain(trailing, epsilon), x));
    }
    if (!centred.axes().equals(List.of(0))) {
      return OptionalInt.empty();
    }
    // Channels first: the layer normalizes last axes, so they change places around it.
    List<Integer> channelsLast = new ArrayList<>(IntStream.range(1, rank).boxed().toList());
    channelsLast.add(0);
    List<Integer> channelsFirst = new ArrayList<>(List.of(rank - 1));
    channelsFirst.addAll(IntStream.range(0, rank - 1).boxed().toList());
    int moved = graph.add(node.name(), new Permutation(channelsLast), x);
    int normalized = graph.add(node.name(), plain(Shape.of(shape.channels()), epsilon), moved);
    return OptionalInt.of(graph.add(node.name(), new Permutation(channelsFirst), normalized));
  }

  private static LayerNormalization plain(Shape normalized, float epsilon) {
    int size = normalized.size();
    return new LayerNormalization(
        Tensor.of(normalized, Tensor.filled(size, 1).values()),
        Tensor.of(normalized, new float[size]),
        epsilon);
  }

  private static OptionalInt groupNormalization(Node node, Rewriting graph) {
    Optional<GroupNormalization> instance =
        graph
            .absorbable(node, GroupNormalization.class)
            .filter(layer -> layer.groups() == layer.scale().shape().size());
    if (instance.isEmpty() || !(graph.producer(graph.producer(node)).layer() instanceof Reshape)) {
      return OptionalInt.empty();
    }
    Node original = graph.producer(graph.producer(graph.producer(node)));
    int groups = instance.get().groups();
    if (!original.shape().equals(node.shape())
        || node.shape().rank() < 2
        || node.shape().channels() % groups != 0) {
      return OptionalInt.empty();
    }
    int repeats = node.shape().channels() / groups;
    GroupNormalization grouped =
        new GroupNormalization(
            groups,
            repeated(instance.get().scale(), repeats),
            repeated(instance.get().shift(), repeats),
            instance.get().epsilon());
    return OptionalInt.of(graph.add(node.name(), grouped, graph.rewritten(original.id())));
  }

  private static Tensor repeated(Tensor perGroup, int times) {
    float[] values = new float[perGroup.values().length * times];
    for (int c = 0; c < values.length; c++) {
      values[c] = perGroup.values()[c / times];
    }
    return Tensor.of(Shape.of(values.length), values);
  }
}
