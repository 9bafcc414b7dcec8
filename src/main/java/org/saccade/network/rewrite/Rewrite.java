package org.saccade.network.rewrite;

import java.util.OptionalInt;
import org.saccade.network.Node;

/** One local simplification of a network. */
interface Rewrite {

  /**
   * Replaces a node, if this rewrite applies to it: appends nodes whose last computes the same
   * value and returns its id in the new network. Nodes that nothing reads any more vanish by
   * themselves.
   */
  OptionalInt apply(Node node, Rewriting graph);
}
