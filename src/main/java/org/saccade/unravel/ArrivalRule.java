package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/**
 * A point arrives at the picture, under the middle of its cell. Which channel contributed most need
 * not be found out, since a walk ends here and the picture's channels are taken for one.
 *
 * @param source id of the network's input
 */
record ArrivalRule(int source, Alignment alignment) implements Rule {
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
    int[] onlyChannel = new int[from.size()];
    alignment.move(from, onlyChannel, into.at(source));
  }

  @Override
  public String description() {
    return "to the picture, under the middle of its cell";
  }
}
