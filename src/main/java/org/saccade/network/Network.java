package org.saccade.network;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A feed-forward network: a directed acyclic graph of layers in topological order, from one input
 * {@code [C, spatial...]} to one vector of logits {@code [classes]}.
 *
 * <p>Node 0 is the input. The batch axis is implicit everywhere.
 */
public final class Network {
  private final String name;
  private final List<Node> nodes;
  private final int logits;
  private final boolean endsInSoftmax;
  private final List<List<Integer>> consumers;

  private Network(String name, List<Node> nodes, int logits, boolean endsInSoftmax) {
    this.name = name;
    this.nodes = List.copyOf(nodes);
    this.logits = logits;
    this.endsInSoftmax = endsInSoftmax;
    List<List<Integer>> readers = new ArrayList<>();
    nodes.forEach(node -> readers.add(new ArrayList<>()));
    for (Node node : nodes) {
      node.inputs().forEach(input -> readers.get(input).add(node.id()));
    }
    this.consumers = readers.stream().map(List::copyOf).toList();
  }

  public static Builder builder(String name, Shape input) {
    return new Builder(name, input);
  }

  public String name() {
    return name;
  }

  /** All nodes, topologically ordered: a node's inputs come before it. */
  public List<Node> nodes() {
    return nodes;
  }

  public Node node(int id) {
    return nodes.get(id);
  }

  public Node input() {
    return nodes.get(0);
  }

  /** The node whose result is the vector of class scores before any final softmax. */
  public Node logits() {
    return nodes.get(logits);
  }

  /** Number of classes. */
  public int classes() {
    return logits().shape().size();
  }

  /** Whether the source model applied a softmax to the logits, which was split off on import. */
  public boolean endsInSoftmax() {
    return endsInSoftmax;
  }

  /** Ids of the nodes that read a value, in topological order. */
  public List<Integer> consumers(int id) {
    return consumers.get(id);
  }

  /** Builds a network layer by layer, checking names, references and shapes as it goes. */
  public static final class Builder {
    private final String name;
    private final List<Node> nodes = new ArrayList<>();

    private Builder(String name, Shape input) {
      this.name = name;
      nodes.add(new Node(0, "input", new Layer.Input(input), List.of(), input));
    }

    /** Id of the network's input. */
    public int input() {
      return 0;
    }

    public Shape shape(int id) {
      return nodes.get(id).shape();
    }

    /**
     * Appends a layer and returns the id of its result.
     *
     * @throws IllegalArgumentException if the inputs' shapes do not suit the layer; the message
     *     names the node
     */
    public int add(String nodeName, Layer layer, int... inputs) {
      List<Shape> shapes = new ArrayList<>();
      List<Integer> ids = new ArrayList<>();
      for (int input : inputs) {
        shapes.add(shape(input));
        ids.add(input);
      }
      Shape shape;
      try {
        shape = layer.outputShape(shapes);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("node %s: %s".formatted(nodeName, e.getMessage()), e);
      }
      int id = nodes.size();
      nodes.add(new Node(id, nodeName, layer, ids, shape));
      return id;
    }

    /**
     * Finishes the network; nodes that do not lead to the logits are dropped, ids re-counted and
     * repeated names told apart.
     *
     * @param logits id of the vector of class scores
     * @param endsInSoftmax whether the source model went on with a softmax
     */
    public Network build(int logits, boolean endsInSoftmax) {
      Set<Integer> needed = new HashSet<>();
      needed.add(0);
      needed.add(logits);
      for (int id = nodes.size() - 1; id > 0; id--) {
        if (needed.contains(id)) {
          needed.addAll(nodes.get(id).inputs());
        }
      }
      Map<Integer, Integer> renumbered = new HashMap<>();
      Set<String> names = new HashSet<>();
      List<Node> kept = new ArrayList<>();
      for (Node node : nodes) {
        if (needed.contains(node.id())) {
          renumbered.put(node.id(), kept.size());
          kept.add(
              new Node(
                  kept.size(),
                  unique(node.name(), names),
                  node.layer(),
                  node.inputs().stream().map(renumbered::get).toList(),
                  node.shape()));
        }
      }
      return new Network(name, kept, renumbered.get(logits), endsInSoftmax);
    }

    private static String unique(String wanted, Set<String> taken) {
      String name = wanted;
      for (int repeat = 2; !taken.add(name); repeat++) {
        name = wanted + "#" + repeat;
      }
      return name;
    }
  }
}
