package org.saccade.unravel;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The weight of a walk spreads over all inputs in proportion to their positive contributions,
 * starting from its {@value #NEURONS} heaviest points.
 *
 * <p>Where the inputs are a vector, every one with a share becomes a point. Where they are a map, a
 * position's weight is {@code (sum over channels of the root of the share)^2}, which favours
 * positions that many channels agree on; its {@value #CHANNELS} strongest channels carry it, in
 * proportion to their shares. The {@value #POINTS} heaviest points stay, and together they weigh
 * what the walk brought.
 *
 * @param source id of the layer's input
 * @param outputs extent of the last axis of the layer's result for a linear layer, else empty
 * @param map the input as a map of channels and positions; empty if it is a vector
 */
record SpreadingRule(
    int source, Projection projection, Optional<Integer> outputs, Optional<Layout> map)
    implements Rule {

  private static final int NEURONS = 64;
  private static final int CHANNELS = 1;
  private static final int POINTS = 256;

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
    Frontier points = outputs.map(from::rows).orElse(from).heaviest(NEURONS);
    Frontier to = into.at(source);
    for (int i = 0; i < points.size(); i = points.endOfWalk(i)) {
      int end = points.endOfWalk(i);
      float[] shares = evidence.relevance(source, projection, points, i, end);
      double brought = points.weight(i, end);
      int walk = points.walk(i);
      if (map.isPresent()) {
        condense(shares, map.get(), walk, brought).heaviest(POINTS).addTo(to);
      } else {
        for (int cell = 0; cell < shares.length; cell++) {
          if (shares[cell] > 0) {
            to.addCell(walk, cell, shares[cell]);
          }
        }
      }
    }
  }

  private static Frontier condense(float[] shares, Layout map, int walk, double brought) {
    double[] roots = new double[map.positions()];
    for (int cell = 0; cell < shares.length; cell++) {
      roots[map.position(cell)] += Math.sqrt(shares[cell]);
    }
    double total = 0;
    for (double root : roots) {
      total += root * root;
    }
    Frontier points = new Frontier(map, 0);
    int[] strongest = new int[Math.min(CHANNELS, map.channels())];
    for (int p = 0; p < roots.length; p++) {
      if (roots[p] == 0) {
        continue;
      }
      double carried = strongestChannels(shares, map, p, strongest);
      double weight = brought * roots[p] * roots[p] / total;
      for (int channel : strongest) {
        float share = shares[map.cell(channel, p)];
        if (share > 0) {
          points.add(walk, channel, p, (float) (weight * share / carried));
        }
      }
    }
    return points;
  }

  /**
   * Finds the channels with the largest shares at a position, the first of equal ones first.
   *
   * @return the sum of their shares
   */
  private static double strongestChannels(float[] shares, Layout map, int position, int[] found) {
    int count = 0;
    for (int c = 0; c < map.channels(); c++) {
      float share = shares[map.cell(c, position)];
      int at = count;
      while (at > 0 && shares[map.cell(found[at - 1], position)] < share) {
        at--;
      }
      if (at < found.length) {
        int kept = Math.min(count, found.length - 1);
        System.arraycopy(found, at, found, at + 1, kept - at);
        found[at] = c;
        count = kept + 1;
      }
    }
    double sum = 0;
    for (int channel : found) {
      sum += shares[map.cell(channel, position)];
    }
    return sum;
  }
}
