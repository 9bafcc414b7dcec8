package org.saccade.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.saccade.localization.Fixations;

class TallyTest {
  @Test
  void talliesOfPartsAddUpToTheTallyOfAll() {
    Tally whole = new Tally();
    Tally left = new Tally();
    Tally right = new Tally();
    for (int i = 0; i < Sites.ROWS; i++) {
      whole.add(Sites.row(i));
      (i % 3 == 0 ? left : right).add(Sites.row(i));
    }
    right.merge(left);

    assertThat(right.rows()).isEqualTo(60);
    assertThat(right.statuses()).isEqualTo(whole.statuses()).containsEntry("error", 10L);
    assertThat(right.right()).isEqualTo(whole.right()).isEqualTo(30);
    assertThat(right.labelled()).isEqualTo(50);
    assertThat(right.classNames()).isEqualTo(whole.classNames());
    assertThat(right.classes().keySet()).containsExactly(0, 1, 2, 3);
    right
        .classes()
        .forEach(
            (index, sums) ->
                assertThat(sums.toData()).isEqualTo(whole.classes().get(index).toData()));
  }

  @Test
  void onlyTheFirstFailuresOfAKindAreKeptButAllAreCounted() {
    FailureTally failures = new FailureTally();
    for (int i = 999; i >= 0; i--) {
      failures.add(failed("%03d".formatted(i)));
    }

    assertThat(failures.count()).isEqualTo(1000);
    assertThat(failures.examples()).hasSize(FailureTally.MOST_EXAMPLES);
    assertThat(failures.examples().get(0).imageId()).isEqualTo("000");
    assertThat(failures.examples().get(199).imageId()).isEqualTo("199");
  }

  @Test
  void spreadIsTheRootMeanSquareDistanceFromTheCentreOfWeight() {
    // Two points 30 apart, one three times as heavy: variance 30 * 30 * 1/4 * 3/4.
    ReportRow row =
        explained(
            Fixations.of(30, 40, new float[] {0, 0}, new float[] {5, 35}, new float[] {1, 3}));

    assertThat(row.spread().orElseThrow()).isCloseTo(Math.sqrt(168.75) / 50, within(1e-9));
    assertThat(explained(Fixations.unweighted(30, 40, new float[0], new float[0])).spread())
        .isEmpty();
  }

  @Test
  void quantilesFollowTheCounts() {
    Histogram histogram = new Histogram(0, 1, 10);
    for (int i = 0; i < 100; i++) {
      histogram.add((i + 0.5) / 100, ReportRow.Outcome.RIGHT);
    }

    assertThat(histogram.quantile(0.25)).isCloseTo(0.25, within(1e-9));
    assertThat(histogram.quantile(0.75)).isCloseTo(0.75, within(1e-9));
    histogram.add(17, ReportRow.Outcome.WRONG);
    assertThat(histogram.total()).as("values outside are in the last bin").isEqualTo(101);
  }

  private static ReportRow failed(String name) {
    return new ReportRow(
        name,
        "error",
        Optional.of(new ReportRow.Fault("CORRUPT", "corrupt")),
        OptionalInt.empty(),
        OptionalInt.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static ReportRow explained(Fixations points) {
    return new ReportRow(
        "a",
        "ok",
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.of(0),
        List.of(),
        Optional.of(points),
        Optional.empty(),
        Optional.empty());
  }
}
