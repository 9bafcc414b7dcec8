package org.saccade.network;

import java.util.List;

/**
 * One layer in its place: what it computes, from which values, and the shape of its result.
 *
 * <p>Every node has exactly one result, so a node's id also names its value.
 *
 * @param id position in {@link Network#nodes()}
 * @param name the node's name in the source model, or one derived from it; unique in the network
 * @param layer what it computes
 * @param inputs ids of the nodes whose results it reads, all smaller than {@code id}
 * @param shape shape of its result, without the batch axis
 */
public record Node(int id, String name, Layer layer, List<Integer> inputs, Shape shape) {
  public Node {
    inputs = List.copyOf(inputs);
  }

  /** The single value this node reads. */
  public int input() {
    if (inputs.size() != 1) {
      throw new IllegalStateException(
          "node %s reads %d values, not one".formatted(name, inputs.size()));
    }
    return inputs.get(0);
  }
}
