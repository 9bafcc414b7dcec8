package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/** Points move to the cell that theirs is a copy of; those on made-up cells end. */
record IndexMapRule(int source, IndexMap map) implements Rule {
  @Override
  public Set<Integer> reads() {
    return Set.of();
  }

  @Override
  public List<Integer> leadsTo() {
    return List.of(source);
  }

  @Override
  public void follow(Frontier from, Evidence evidence, Frontiers into) {
    move(from, map, into.at(source));
  }

  /** Adds to a frontier what becomes of points under a map. */
  static void move(Frontier from, IndexMap map, Frontier to) {
    to.expect(from.size());
    for (int i = 0; i < from.size(); i++) {
      int cell = map.source(from.cell(i));
      if (cell >= 0) {
        if (map.keepsAxes()) {
          int channel = to.layout().channel(cell);
          to.addWithin(map.within(), from, i, channel, to.layout().position(cell));
        } else {
          to.addCell(from.walk(i), cell, from.weight(i));
        }
      }
    }
  }

  @Override
  public String description() {
    return "to the cell it is a copy of";
  }
}
