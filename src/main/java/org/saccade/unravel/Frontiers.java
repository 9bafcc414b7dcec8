package org.saccade.unravel;

import org.saccade.network.Network;
import org.saccade.network.Shape;

/** The points collected so far at every node of a network, while a walk is under way. */
final class Frontiers {
  private final Network network;
  private final boolean offsets;
  private final Frontier[] collected;

  /**
   * @param offsets whether points keep where in their cell they stand
   */
  Frontiers(Network network, boolean offsets) {
    this.network = network;
    this.offsets = offsets;
    this.collected = new Frontier[network.nodes().size()];
  }

  Frontier at(int node) {
    if (collected[node] == null) {
      Shape shape = network.node(node).shape();
      collected[node] = new Frontier(Layout.of(shape), offsets ? Math.max(0, shape.rank() - 1) : 0);
    }
    return collected[node];
  }

  /** Takes out what was collected at a node. */
  Frontier take(int node) {
    Frontier taken = at(node);
    collected[node] = null;
    return taken;
  }
}
