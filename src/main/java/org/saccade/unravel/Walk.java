package org.saccade.unravel;

import java.util.List;

/**
 * The result of unravelling one target.
 *
 * @param target where the walk started
 * @param points where it arrived: cells of the network's input
 * @param trace the points at every node the walk passed, logits first, input last; empty unless it
 *     was asked for
 */
public record Walk(Target target, Points points, List<Depth> trace) {
  public Walk {
    trace = List.copyOf(trace);
  }
}
