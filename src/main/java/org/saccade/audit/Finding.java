package org.saccade.audit;

import java.util.Optional;

/**
 * A candidate cue, tested and judged among all findings of the run.
 *
 * @param rank from 1 on: flagged ones first, then what drops most beyond its controls
 * @param group whose it is
 * @param suspicion what was tested
 * @param q p-value adjusted for the number of findings
 * @param outcome whether it is flagged, or why not
 * @param verdict what a person decided, in this run's {@code --verdicts}
 */
public record Finding(
    int rank,
    String group,
    Suspicion suspicion,
    double q,
    Outcome outcome,
    Optional<Verdict> verdict) {

  /** Whether a finding is flagged, or why not. */
  public enum Outcome {
    /** The network leans on it. */
    FLAGGED,
    /** Masking it does not drop the probability more than chance explains. */
    NOT_SIGNIFICANT,
    /** It does, but by less than 0.1. */
    SMALL_EFFECT,
    /** It may be the object itself: there are no boxes to tell. */
    MAY_BE_OBJECT
  }

  public boolean flagged() {
    return outcome == Outcome.FLAGGED;
  }
}
