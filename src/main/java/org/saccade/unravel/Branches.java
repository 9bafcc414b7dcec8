package org.saccade.unravel;

import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;

/** The residual branches of a network, read off its graph: what lies between a fork and a sum. */
final class Branches {
  private final Network network;
  private final BitSet[] ancestors;
  private final Map<Integer, List<Integer>> skipFirst = new HashMap<>();
  private final Set<Integer> inside = new HashSet<>();

  Branches(Network network) {
    this.network = network;
    this.ancestors = new BitSet[network.nodes().size()];
    for (Node node : network.nodes()) {
      BitSet own = new BitSet();
      own.set(node.id());
      node.inputs().forEach(input -> own.or(ancestors[input]));
      ancestors[node.id()] = own;
    }
    network.nodes().stream().filter(Branches::isSum).forEach(this::explore);
  }

  private static boolean isSum(Node node) {
    return node.layer() instanceof Layer.Addition
        || (node.layer() instanceof Layer.Elementwise elementwise
            && elementwise.operator() == Layer.Elementwise.Operator.ADD);
  }

  private void explore(Node sum) {
    BitSet common = (BitSet) ancestors[sum.inputs().get(0)].clone();
    sum.inputs().forEach(input -> common.and(ancestors[input]));
    int fork = common.length() - 1;
    Map<Integer, Integer> convolutions = new HashMap<>();
    convolutions.put(fork, 0);
    for (int id = fork + 1; id < sum.id(); id++) {
      Node node = network.node(id);
      int own = isConvolution(node) ? 1 : 0;
      node.inputs().stream()
          .filter(convolutions::containsKey)
          .map(convolutions::get)
          .max(Comparator.naturalOrder())
          .ifPresent(before -> convolutions.put(node.id(), before + own));
    }
    for (int id = fork + 1; id < sum.id(); id++) {
      int candidate = id;
      if (convolutions.containsKey(id)
          && isConvolution(network.node(id))
          && sum.inputs().stream().anyMatch(input -> ancestors[input].get(candidate))) {
        inside.add(id);
      }
    }
    skipFirst.put(
        sum.id(),
        IntStream.range(0, sum.inputs().size())
            .boxed()
            .sorted(Comparator.comparing(operand -> convolutions.get(sum.inputs().get(operand))))
            .toList());
  }

  private static boolean isConvolution(Node node) {
    return node.layer() instanceof Layer.Convolution
        || node.layer() instanceof Layer.TransposedConvolution;
  }

  /**
   * Operands of a sum, the one with the fewest convolutions back to the common ancestor first: the
   * skip connection.
   */
  List<Integer> skipFirst(int sum) {
    return skipFirst.get(sum);
  }

  /** Whether a convolution lies between a fork and a sum. */
  boolean insideResidual(int convolution) {
    return inside.contains(convolution);
  }
}
