package org.saccade.audit;

import java.util.Locale;
import java.util.Optional;

/**
 * What a person decided about a finding.
 *
 * @param decision the decision
 * @param note why, possibly empty
 */
public record Verdict(Decision decision, String note) {

  /** The decision. */
  public enum Decision {
    /** Belongs to the class: the network may use it. */
    CORE,
    /** Does not belong to the class. */
    SPURIOUS,
    /** Looked at and not decided. */
    UNCLEAR;

    /** Name in files. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The decision of a name. */
    public static Optional<Decision> of(String id) {
      for (Decision decision : values()) {
        if (decision.id().equals(id.strip().toLowerCase(Locale.ROOT))) {
          return Optional.of(decision);
        }
      }
      return Optional.empty();
    }
  }
}
