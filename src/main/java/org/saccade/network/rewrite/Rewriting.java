package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;

/**
 * One pass of a rewrite over a network: the old network to look at, and the new one that grows node
 * by node. Ids of the two are different things; {@link #rewritten} leads from one to the other.
 */
final class Rewriting {
  private final Network source;
  private final Network.Builder target;
  private final int[] rewritten;
  private final boolean[] staysVector;

  private Rewriting(Network source) {
    this.source = source;
    this.target = Network.builder(source.name(), source.input().shape());
    this.rewritten = new int[source.nodes().size()];
    this.staysVector = new boolean[source.nodes().size()];
    for (int id = staysVector.length - 1; id >= 0; id--) {
      Shape shape = source.node(id).shape();
      staysVector[id] =
          shape.rank() > 0
              && shape.size() == shape.channels()
              && source.consumers(id).stream().allMatch(reader -> staysVector[reader]);
    }
  }

  /** Applies a rewrite until it finds nothing more to do. */
  static Network exhaust(Network network, Rewrite rewrite) {
    Network before = network;
    while (true) {
      Rewriting pass = new Rewriting(before);
      boolean changed = pass.run(rewrite);
      if (!changed) {
        return before;
      }
      before = pass.target.build(pass.rewritten(before.logits().id()), before.endsInSoftmax());
    }
  }

  private boolean run(Rewrite rewrite) {
    boolean changed = false;
    rewritten[0] = target.input();
    for (Node node : source.nodes().subList(1, source.nodes().size())) {
      OptionalInt replacement = rewrite.apply(node, this);
      changed |= replacement.isPresent();
      rewritten[node.id()] = replacement.isPresent() ? replacement.getAsInt() : copy(node);
    }
    return changed;
  }

  private int copy(Node node) {
    int[] inputs = node.inputs().stream().mapToInt(this::rewritten).toArray();
    return target.add(node.name(), node.layer(), inputs);
  }

  /** A node of the old network. */
  Node node(int id) {
    return source.node(id);
  }

  /** The node whose single value another one of the old network reads. */
  Node producer(Node node) {
    return source.node(node.input());
  }

  /**
   * The layer that makes the single value a node reads, if it is of the given type and nobody else
   * reads that value, so that the two can become one.
   */
  <L extends Layer> Optional<L> absorbable(Node node, Class<L> type) {
    if (node.inputs().size() != 1) {
      return Optional.empty();
    }
    Node producer = producer(node);
    return type.isInstance(producer.layer()) && readOnce(producer)
        ? Optional.of(type.cast(producer.layer()))
        : Optional.empty();
  }

  /** Whether exactly one node of the old network reads a value, and the caller does not. */
  boolean readOnce(Node node) {
    return source.consumers(node.id()).size() == 1 && !isOutput(node);
  }

  boolean isOutput(Node node) {
    return node.id() == source.logits().id();
  }

  /**
   * Whether everything computed from a node has a single cell per channel, as it has on the way to
   * class scores.
   */
  boolean staysVector(Node node) {
    return staysVector[node.id()];
  }

  /** Id in the new network of a value of the old one. */
  int rewritten(int id) {
    return rewritten[id];
  }

  Shape shape(int rewritten) {
    return target.shape(rewritten);
  }

  /** Appends to the new network; inputs are ids of the new network. */
  int add(String name, Layer layer, int... inputs) {
    return target.add(name, layer, inputs);
  }
}
