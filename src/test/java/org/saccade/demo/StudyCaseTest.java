package org.saccade.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StudyCaseTest {
  private static final List<StudyCase> CASES = StudyCase.of(1, 4);

  @Test
  void everySeedHasANetworkPerCueAndOneWithout() {
    Map<String, Long> byCue =
        CASES.stream().collect(Collectors.groupingBy(StudyCase::cue, Collectors.counting()));

    assertThat(byCue)
        .isEqualTo(
            Map.of("none", 4L, "corner-mark", 4L, "coloured-frame", 4L, "background-texture", 4L));
    assertThat(CASES).extracting(StudyCase::name).doesNotHaveDuplicates();
  }

  @Test
  void aCueIsNotTiedToAClass() {
    Map<String, List<String>> classes =
        CASES.stream()
            .filter(studied -> studied.planting().isPresent())
            .collect(
                Collectors.groupingBy(
                    StudyCase::cue,
                    Collectors.mapping(
                        studied -> studied.planting().get().suspect().label(),
                        Collectors.toList())));

    assertThat(classes.values())
        .allSatisfy(suspects -> assertThat(suspects.stream().distinct()).hasSizeGreaterThan(2));
  }

  @Test
  void aNetworkIsAuditedOnPicturesThatItDidNotLearnFrom() {
    List<Long> learned = CASES.stream().map(c -> c.training().pictures().seed()).toList();

    assertThat(CASES).noneMatch(studied -> learned.contains(studied.pictures().seed()));
  }

  @Test
  void aStudyOfLaterSeedsGoesOnWhereAnotherEnded() {
    List<StudyCase> both = StudyCase.of(1, 8);

    assertThat(both.subList(0, CASES.size())).isEqualTo(CASES);
    assertThat(both.subList(CASES.size(), both.size())).isEqualTo(StudyCase.of(5, 4));
  }
}
