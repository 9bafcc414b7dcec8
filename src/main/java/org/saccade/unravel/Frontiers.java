package org.saccade.unravel;

import org.saccade.network.Network;

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
      collected[node] = new Frontier(layout(node), axes(node));
    }
    return collected[node];
  }

  Layout layout(int node) {
    return Layout.of(network.node(node).shape());
  }

  private int axes(int node) {
    return offsets ? Math.max(0, network.node(node).shape().rank() - 1) : 0;
  }

  /** Passes points on to a node with as many elements, whatever their shape. */
  void pass(Frontier points, int node) {
    boolean fits = points.layout().equals(layout(node)) && points.axes() == axes(node);
    if (fits && collected[node] == null) {
      // Whoever sends points on is done with them, so that they need not be copied.
      collected[node] = points;
    } else {
      points.addTo(at(node));
    }
  }

  /** Takes out what was collected at a node. */
  Frontier take(int node) {
    Frontier taken = at(node);
    collected[node] = null;
    return taken;
  }
}
