package org.saccade.unravel;

import java.util.List;
import java.util.Set;

/**
 * Stands where the walk cannot pass; a network that leads here is refused.
 *
 * @param reason why, for the user
 */
record NoRule(String reason) implements Rule {
  @Override
  public Set<Integer> reads() {
    return Set.of();
  }

  @Override
  public List<Integer> leadsTo() {
    return List.of();
  }

  @Override
  public void follow(Frontier from, Evidence evidence, Frontiers into) {
    throw new IllegalStateException(reason);
  }

  @Override
  public String description() {
    return "cannot pass: " + reason;
  }
}
