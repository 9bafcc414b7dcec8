package org.saccade.unravel;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Authors' linear layer: a point moves to every feature of its row with a positive contribution, or
 * to the one with the largest.
 *
 * @param source id of the layer's input {@code [..., I]}
 * @param activation id of the node whose values are taken for the layer's input
 * @param outputs extent of the last axis of the layer's result
 * @param every whether to keep every positive contribution
 */
record LinearRule(int source, int activation, Projection projection, int outputs, boolean every)
    implements Rule {
  @Override
  public Set<Integer> reads() {
    return Set.of(activation);
  }

  @Override
  public List<Integer> leadsTo() {
    return List.of(source);
  }

  @Override
  public void follow(Frontier from, Evidence evidence, Frontiers into) {
    Frontier rows = from.rows(outputs);
    int[] points;
    int[] features;
    if (every) {
      Evidence.Channels positive = evidence.positive(activation, projection, rows);
      points = positive.points();
      features = positive.channels();
    } else {
      points = new int[rows.size()];
      Arrays.setAll(points, i -> i);
      features = evidence.strongest(activation, projection, rows);
    }
    Frontier to = into.at(source);
    for (int j = 0; j < points.length; j++) {
      int i = points[j];
      int cell = rows.position(i) * projection.inputsPerGroup() + features[j];
      to.addCell(rows.walk(i), cell, rows.weight(i));
    }
  }

  @Override
  public String description() {
    return every
        ? "to every feature with a positive contribution"
        : "to the feature with the largest contribution";
  }
}
