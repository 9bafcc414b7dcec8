package org.saccade.unravel;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.saccade.engine.Activations;
import org.saccade.network.Network;
import org.saccade.network.Node;

/**
 * Walks from class neurons back to the input.
 *
 * <p>Immutable and safe for use by any number of threads; all plans and weight layouts are computed
 * once, on construction.
 */
public final class Unraveller {
  private final Network network;
  private final Profile profile;

  private Unraveller(Network network, Profile profile) {
    this.network = network;
    this.profile = profile;
  }

  /**
   * Prepares the walk through a network.
   *
   * @throws org.saccade.network.UnsupportedNetworkException if a layer between the input and the
   *     logits has no rule; the message names every such node
   */
  public static Unraveller of(Network network, Profile profile) {
    return new Unraveller(network, profile);
  }

  public Network network() {
    return network;
  }

  public Profile profile() {
    return profile;
  }

  /** Ids of the nodes whose results the walk reads, and which the engine therefore has to keep. */
  public Set<Integer> requiredActivations() {
    return network.nodes().stream().map(Node::id).collect(Collectors.toSet());
  }

  /**
   * Walks back from each target.
   *
   * @param activations the forward pass, with at least {@link #requiredActivations} kept
   * @param targets where to start; any number per image, each walk is independent of the others
   * @param traced whether to record the points at every node passed
   * @return one walk per target, in the same order
   */
  public List<Walk> unravel(Activations activations, List<Target> targets, boolean traced) {
    if (!targets.isEmpty()) {
      throw new UnsupportedOperationException("the walk is being written");
    }
    return List.of();
  }
}
