package org.saccade.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges all suspicions of a run together. */
public final class Ranking {
  /** False-discovery rate over all findings of a run. */
  public static final double FALSE_DISCOVERIES = 0.05;

  /** Drop of probability beyond that of the controls from which on a finding is flagged. */
  public static final double LEAST_EFFECT = 0.1;

  private Ranking() {}

  /** A suspicion and whose it is. */
  private record Judged(String group, Suspicion suspicion, double q, Finding.Outcome outcome) {}

  /**
   * The findings, best first: flagged ones, then by effect; what may be the object comes last.
   *
   * @param verdicts decisions by finding id
   */
  public static List<Finding> of(List<GroupReport> reports, Map<String, Verdict> verdicts) {
    List<Judged> judged = new ArrayList<>();
    double[] q =
        FalseDiscoveryRate.adjust(
            reports.stream()
                .flatMap(report -> report.suspicions().stream())
                .mapToDouble(suspicion -> suspicion.effect().p())
                .toArray());
    for (GroupReport report : reports) {
      for (Suspicion suspicion : report.suspicions()) {
        double adjusted = q[judged.size()];
        judged.add(new Judged(report.group(), suspicion, adjusted, outcome(suspicion, adjusted)));
      }
    }
    judged.sort(
        Comparator.comparingInt((Judged j) -> j.outcome() == Finding.Outcome.FLAGGED ? 0 : 1)
            .thenComparingInt(j -> j.outcome() == Finding.Outcome.MAY_BE_OBJECT ? 1 : 0)
            .thenComparingDouble(j -> -weight(j.suspicion()))
            .thenComparing(j -> j.suspicion().id()));
    List<Finding> findings = new ArrayList<>();
    for (Judged j : judged) {
      findings.add(
          new Finding(
              findings.size() + 1,
              j.group(),
              j.suspicion(),
              j.q(),
              j.outcome(),
              Optional.ofNullable(verdicts.get(j.suspicion().id()))));
    }
    return findings;
  }

  /** What drops most with least of the picture gone comes first: a mark before its background. */
  private static double weight(Suspicion suspicion) {
    return suspicion.effect().mean() * (1 - suspicion.area());
  }

  private static Finding.Outcome outcome(Suspicion suspicion, double q) {
    if (!(q <= FALSE_DISCOVERIES)) {
      return Finding.Outcome.NOT_SIGNIFICANT;
    }
    if (!(suspicion.effect().mean() >= LEAST_EFFECT)) {
      return Finding.Outcome.SMALL_EFFECT;
    }
    return suspicion.located() ? Finding.Outcome.FLAGGED : Finding.Outcome.MAY_BE_OBJECT;
  }
}
