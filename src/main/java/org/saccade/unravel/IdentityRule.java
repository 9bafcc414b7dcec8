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
    into.pass(from, source);
  }

  @Override
  public String description() {
    return "stays in place";
  }
}
