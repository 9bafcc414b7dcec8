package org.saccade.unravel;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Weight spreads over all inputs in proportion to their positive contributions. Where the inputs
 * are a map, every position becomes one point: its strongest channel carries {@code (sum over
 * channels of the root of its share)^2}, which favours positions that many channels agree on; the
 * weights are then scaled to what the walk brought.
 *
 * @param source id of the layer's input
 * @param outputs extent of the last axis of the layer's result for a linear layer, else empty
 * @param map the input as a map of channels and positions; empty if it is a vector, every positive
 *     entry of which becomes a point
 */
record SpreadingRule(
    int source, Projection projection, Optional<Integer> outputs, Optional<Layout> map)
    implements Rule {

  /** Bounds the working memory when there are many walks. */
  private static final int LARGEST_CHUNK = 1 << 22;

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
    int size = projection.inputSize();
    int walksAtOnce = Math.max(1, LARGEST_CHUNK / size);
    int start = 0;
    while (start < points.size()) {
      int firstWalk = points.walk(start);
      int end = start;
      while (end < points.size() && points.walk(end) - firstWalk < walksAtOnce) {
        end++;
      }
      float[] relevance = evidence.relevance(source, projection, points, start, end);
      for (int w = 0; w * size < relevance.length; w++) {
        if (map.isPresent()) {
          condense(relevance, w * size, map.get(), firstWalk + w, into.at(source));
        } else {
          all(relevance, w * size, size, firstWalk + w, into.at(source));
        }
      }
      start = end;
    }
  }

  private static void all(float[] relevance, int first, int size, int walk, Frontier to) {
    for (int cell = 0; cell < size; cell++) {
      if (relevance[first + cell] > 0) {
        to.addCell(walk, cell, relevance[first + cell]);
      }
    }
  }

  private static void condense(float[] relevance, int first, Layout map, int walk, Frontier to) {
    int positions = map.positions();
    double[] roots = new double[positions];
    int[] strongest = new int[positions];
    double brought = 0;
    for (int c = 0; c < map.channels(); c++) {
      int row = first + c * positions;
      for (int p = 0; p < positions; p++) {
        float share = relevance[row + p];
        brought += share;
        roots[p] += Math.sqrt(share);
        if (share > relevance[first + strongest[p] * positions + p]) {
          strongest[p] = c;
        }
      }
    }
    double total = 0;
    for (double root : roots) {
      total += root * root;
    }
    for (int p = 0; p < positions; p++) {
      float weight = (float) (brought * roots[p] * roots[p] / total);
      if (weight > 0) {
        to.addCell(walk, map.cell(strongest[p], p), weight);
      }
    }
  }
}
