package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/**
 * A point moves to the largest activation among the cells that its own was pooled from, channel
 * kept.
 *
 * @param source id of the layer's input
 * @param activation id of the node whose values are taken for the layer's input
 */
record LargestCellRule(int source, int activation, Footprint footprint) implements Rule {
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
    to.expect(from.size());
    int[] positions = evidence.largest(activation, footprint, to.layout(), from, from.channels());
    for (int i = 0; i < positions.length; i++) {
      to.add(from.walk(i), from.channel(i), positions[i], from.weight(i));
    }
  }

  @Override
  public String description() {
    return "to the largest activation in the window, same channel";
  }
}
