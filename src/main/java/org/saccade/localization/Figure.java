package org.saccade.localization;

import java.util.Optional;

/**
 * One number of an evaluation with everything that puts it in its place. Shares are in per cent.
 *
 * @param grouping over which cases
 * @param group the class index or the size stratum; {@code all} for the overall figure
 * @param metric what
 * @param cases number of cases it is the mean of
 * @param value the figure
 * @param interval its 95 % bootstrap interval, thresholds held fixed
 * @param setting the thresholds that were chosen over the whole data set, if any
 * @param baseline what a centred box achieves; empty where it can achieve nothing
 */
public record Figure(
    Grouping grouping,
    String group,
    Metric metric,
    long cases,
    double value,
    Interval interval,
    Optional<String> setting,
    Optional<Baseline> baseline) {

  /** How cases are grouped. */
  public enum Grouping {
    OVERALL,
    CLASS,
    SIZE
  }

  /**
   * The centred box of the side that is best for this metric over the whole data set.
   *
   * @param side its side as a share of the picture's; several where a metric has several overlaps
   * @param value what it achieves on the same cases
   * @param margin by how much the explanation is better, negative where it is worse
   * @param marginInterval the margin's 95 % bootstrap interval, over the same resamples
   */
  public record Baseline(String side, double value, double margin, Interval marginInterval) {}
}
