package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/**
 * A 1x1 convolution and global average pooling read as pooling and then a linear layer: a point
 * moves to every channel whose mean contributes positively, and there to the largest activation.
 *
 * @param source id of the layer's input
 * @param activation id of the node whose values are taken for the layer's input
 */
record PooledClassifierRule(int source, int activation, Projection projection) implements Rule {
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
    Frontier to = into.at(source);
    Evidence.Channels positive = evidence.positive(activation, projection, from);
    Frontier pooled = new Frontier(new Layout(to.layout().channels(), 1), 0);
    for (int j = 0; j < positive.points().length; j++) {
      int i = positive.points()[j];
      pooled.add(from.walk(i), positive.channels()[j], 0, from.weight(i));
    }
    int[] positions =
        evidence.largest(
            activation, projection.footprint(), to.layout(), pooled, pooled.channels());
    for (int j = 0; j < positions.length; j++) {
      to.add(pooled.walk(j), pooled.channel(j), positions[j], pooled.weight(j));
    }
  }

  @Override
  public String description() {
    return "to the largest activation of every channel with a positive contribution";
  }
}
