package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/**
 * A point moves to the largest activation among the cells that were reduced to its own, along
 * whichever axes.
 *
 * @param source id of the layer's input
 * @param footprint over all axes, the channel axis included
 */
record ReductionRule(int source, Footprint footprint) implements Rule {
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
    Frontier to = into.at(source);
    Frontier cells = from.rows(1);
    Layout flat = new Layout(1, to.layout().size());
    int[] found = evidence.largest(source, footprint, flat, cells, cells.channels());
    for (int i = 0; i < found.length; i++) {
      to.addCell(cells.walk(i), found[i], cells.weight(i));
    }
  }

  @Override
  public String description() {
    return "to the largest activation among the cells reduced to it";
  }
}
