package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/** Points stay where they are: element-wise functions, normalizations, reshapes. */
record IdentityRule(int source) implements Rule {
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
    boolean sameLayout = to.layout().equals(from.layout());
    for (int i = 0; i < from.size(); i++) {
      if (sameLayout) {
        to.addFrom(from, i, from.channel(i), from.position(i));
      } else {
        int cell = from.cell(i);
        to.addFrom(from, i, to.layout().channel(cell), to.layout().position(cell));
      }
    }
  }

  @Override
  public String description() {
    return "stays in place";
  }
}
