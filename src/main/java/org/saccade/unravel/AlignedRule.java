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
    Frontier to = into.at(source);
    float[] offset = new float[from.axes()];
    for (int i = 0; i < from.size(); i++) {
      from.offset(i, offset);
      int position = alignment.locate(from.position(i), offset);
      to.add(from.walk(i), from.channel(i), position, from.weight(i), offset);
    }
  }

  @Override
  public String description() {
    return "stays where it is on the picture";
  }
}
