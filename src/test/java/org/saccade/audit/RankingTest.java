package org.saccade.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What is flagged: an effect of at least 0.1 at a false-discovery rate of 5 %, and nothing else.
 */
class RankingTest {
  private static final PairedTest NO_PASTE_EFFECT = new PairedTest(20, 0, -0.1, 0.1, 0.9);

  private static Finding.Outcome outcome(Kind kind, boolean located, double effect, double p) {
    Suspicion suspicion =
        new Suspicion(
            "1/candidate",
            kind,
            "place",
            -1,
            located,
            0.5,
            0.1,
            new PairedTest(40, 0.4, 0.35, 0.45, 0.001),
            0.25,
            new PairedTest(40, effect, effect - 0.05, effect + 0.05, p),
            NO_PASTE_EFFECT,
            List.of());
    GroupReport report =
        new GroupReport("1", 40, 40, 40, 0, Map.of(), List.of(), List.of(suspicion));
    return Ranking.of(List.of(report), Map.of()).get(0).outcome();
  }

  @Test
  void aBackgroundNeedsNoEffectBehindOtherObjects() {
    assertThat(outcome(Kind.BACKGROUND, true, 0.12, 0.007)).isEqualTo(Finding.Outcome.FLAGGED);
  }

  @Test
  void anEffectBelowATenthIsSmall() {
    assertThat(outcome(Kind.CORNER, true, 0.09, 0.001)).isEqualTo(Finding.Outcome.SMALL_EFFECT);
  }

  @Test
  void aLargeEffectMayBeChance() {
    assertThat(outcome(Kind.CORNER, true, 0.5, 0.06)).isEqualTo(Finding.Outcome.NOT_SIGNIFICANT);
  }

  @Test
  void whatIsNotKnownToLieOffTheObjectIsNotAccused() {
    assertThat(outcome(Kind.PATCH, false, 0.5, 0.001)).isEqualTo(Finding.Outcome.MAY_BE_OBJECT);
  }
}
