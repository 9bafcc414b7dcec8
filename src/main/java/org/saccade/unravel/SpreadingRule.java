package org.saccade.unravel;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The weight of a walk spreads over all inputs in proportion to their positive contributions.
 * Through a linear layer, where every point has a row of weights of its own, only the {@value
 * #NEURONS} heaviest points are followed.
 *
 * <p>Where the inputs are a vector, every one with a share becomes a point. Where they are a map, a
 * position's weight is {@code (sum over channels of the root of the share)^2}, which favours
 * positions that many channels agree on, and its strongest channel carries it; the {@value #POINTS}
 * heaviest points stay. Either way the points together weigh what the walk brought: what points
 * without any positive contribution lose is shared by the others.
 *
 * @param source id of the layer's input
 * @param outputs extent of the last axis of the layer's result for a linear layer, else empty
 * @param map the input as a map of channels and positions; empty if it is a vector
 */
record SpreadingRule(
    int source, Projection projection, Optional<Integer> outputs, Optional<Layout> map)
    implements Rule {

  private static final int NEURONS = 64;
  private static final int POINTS = 112;

  @Override
  public Set<Integer> reads() {
    return Set.of(source);
  }

  @Override
  public List<Integer> leadsTo() {
    return List.of(source);
  }

  @Override
  public void follow(Frontier from, Evidence evidence, Frontiers into) {
    Frontier points = outputs.map(from::rows).orElse(from);
    if (projection.inputsPerGroup() > 1) {
      points = points.heaviest(NEURONS);
    }
    Frontier to = into.at(source);
    for (int i = 0; i < points.size(); i = points.endOfWalk(i)) {
      int end = points.endOfWalk(i);
      double brought = points.weight(i, end);
      int walk = points.walk(i);
      if (map.isPresent()) {
        Agreement agreement = evidence.agreement(source, projection, map.get(), points, i, end);
        agreement.points(walk, brought).heaviest(POINTS).addTo(to);
      } else {
        keepAll(evidence.relevance(source, projection, points, i, end), walk, brought, to);
      }
    }
  }

  private static void keepAll(float[] shares, int walk, double brought, Frontier to) {
    double total = 0;
    for (float share : shares) {
      total += share;
    }
    for (int cell = 0; cell < shares.length; cell++) {
      if (shares[cell] > 0) {
        to.addCell(walk, cell, (float) (brought * shares[cell] / total));
      }
    }
  }

  @Override
  public String description() {
    return "weight spread over all inputs by positive contribution";
  }
}
