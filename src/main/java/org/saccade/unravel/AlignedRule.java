package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/** A point stays where it is on the picture, channel kept: upsampling. */
record AlignedRule(int source, Alignment alignment) implements Rule {
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
    alignment.move(from, from.channels(), into.at(source));
  }

  @Override
  public String description() {
    return "stays where it is on the picture";
  }
}
