package org.saccade.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.saccade.dataset.ImageReference;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;

/** Which places are worth a test. */
class CandidatesTest {
  private static final int SIDE = 100;
  private static final int FEWEST = 5;

  @Test
  void aCornerThatDrawsLittleIsACandidateWhereOthersDrawNextToNothing() {
    List<Candidate> candidates = candidates(members(0.015f), members(0.002f));

    assertThat(candidates)
        .extracting(Candidate::id)
        .containsExactlyInAnyOrder("7/corner-top-left", "7/background");
    Candidate corner = candidates.get(0);
    assertThat(corner.share()).isLessThan(0.5 * 0.22 * 0.22);
    assertThat(corner.expected()).isBetween(0.001, 0.003);
    assertThat(corner.excess().mean()).isCloseTo(corner.share() - corner.expected(), within(1e-12));
    assertThat(corner.excess().low()).isPositive();
  }

  @Test
  void aCornerThatDrawsAsLittleAsOthersIsNone() {
    assertThat(candidates(members(0.015f), members(0.015f)))
        .extracting(Candidate::id)
        .containsExactly("7/background");
  }

  @Test
  void aFewOthersAreNoComparison() {
    assertThat(candidates(members(0.015f), members(0.002f).subList(0, 9)))
        .extracting(Candidate::id)
        .containsExactly("7/background");
  }

  @Test
  void aCornerThatDrawsMuchNeedsNoComparison() {
    assertThat(candidates(members(0.1f), List.of()))
        .extracting(Candidate::id)
        .containsExactly("7/corner-top-left", "7/background");
  }

  private static List<Candidate> candidates(List<Member> members, List<Member> others) {
    return new Candidates("7", members, others, FEWEST, 1).of(List.of(), List.of());
  }

  /** Explanations of an object in the middle, about so much of whose weight is in a corner. */
  private static List<Member> members(float inCorner) {
    return IntStream.range(0, 20)
        .mapToObj(
            i -> {
              float weight = inCorner * (0.9f + 0.01f * i);
              return new Member(
                  ImageReference.ofUri(i + ".png", "file:/" + i + ".png"),
                  7,
                  7,
                  0.9,
                  Fixations.of(
                      SIDE,
                      SIDE,
                      new float[] {10, 50},
                      new float[] {10, 50},
                      new float[] {weight, 1 - weight}),
                  new Frame(0, 0, SIDE, SIDE),
                  List.of(new Box(30, 30, 70, 70)));
            })
        .toList();
  }
}
