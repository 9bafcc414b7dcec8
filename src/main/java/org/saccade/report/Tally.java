package org.saccade.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Everything that the pages say about all rows together, gathered in one pass. Tallies of parts add
 * up in any order; a tally's size depends on the number of classes and kinds of failure, not on the
 * number of rows.
 */
public final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int BINS = 40;
  private static final double WIDEST_SPREAD = 0.5;

  /** Fixations are counted on a logarithmic scale, up to 2 to this power. */
  private static final int DOUBLINGS = 14;

  private long rows;
  private final Map<String, Long> statuses = new TreeMap<>();
  private final Map<FailureKind, FailureTally> failures = new TreeMap<>();
  private final Map<Integer, ClassTally> classes = new TreeMap<>();
  private final Map<Integer, String> classNames = new TreeMap<>();
  private final Histogram probability = new Histogram(0, 1, BINS);
  private final Histogram spread = new Histogram(0, WIDEST_SPREAD, BINS);
  private final Histogram fixations = new Histogram(0, DOUBLINGS, 2 * DOUBLINGS);
  private final Histogram boxShare = new Histogram(0, 1, BINS);
  private final Histogram iou = new Histogram(0, 1, BINS);
  private final Histogram inside = new Histogram(0, 1, BINS);

  /** Counts a row in. */
  public void add(ReportRow row) {
    rows++;
    statuses.merge(row.status(), 1L, Long::sum);
    if (!row.explained()) {
      failures.computeIfAbsent(FailureKind.of(row), kind -> new FailureTally()).add(row);
    }
    for (ReportRow.RankedClass ranked : row.topClasses()) {
      ranked.name().ifPresent(name -> classNames.put(ranked.classIndex(), name));
    }
    row.group()
        .ifPresent(group -> classes.computeIfAbsent(group, index -> new ClassTally()).add(row));
    distribute(row);
  }

  private void distribute(ReportRow row) {
    ReportRow.Outcome outcome = row.outcome();
    row.prediction().ifPresent(p -> probability.add(p.probability(), outcome));
    row.spread().ifPresent(value -> spread.add(value, outcome));
    row.fixations().ifPresent(points -> fixations.add(log2(1 + points.size()), outcome));
    row.box()
        .ifPresent(
            box ->
                row.fixations()
                    .ifPresent(
                        points ->
                            boxShare.add(
                                box.area() / ((double) points.width() * points.height()),
                                outcome)));
    row.judgement()
        .ifPresent(
            judgement -> {
              iou.add(judgement.iou(), outcome);
              judgement.weightInside().ifPresent(share -> inside.add(share, outcome));
            });
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  /** Adds the counts of other rows. */
  public void merge(Tally other) {
    rows += other.rows;
    other.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
    other.failures.forEach(
        (kind, tally) -> failures.computeIfAbsent(kind, k -> new FailureTally()).merge(tally));
    other.classes.forEach(
        (index, tally) -> classes.computeIfAbsent(index, i -> new ClassTally()).merge(tally));
    classNames.putAll(other.classNames);
    probability.merge(other.probability);
    spread.merge(other.spread);
    fixations.merge(other.fixations);
    boxShare.merge(other.boxShare);
    iou.merge(other.iou);
    inside.merge(other.inside);
  }

  public long rows() {
    return rows;
  }

  long explained() {
    return statuses.getOrDefault("ok", 0L);
  }

  Map<String, Long> statuses() {
    return statuses;
  }

  Map<FailureKind, FailureTally> failures() {
    return failures;
  }

  Map<Integer, ClassTally> classes() {
    return classes;
  }

  /** The name of a class, where some row tells it. */
  Optional<String> className(int classIndex) {
    return Optional.ofNullable(classNames.get(classIndex));
  }

  /** Names of classes by index, as far as some row tells them. */
  Map<Integer, String> classNames() {
    return classNames;
  }

  long labelled() {
    return classes.values().stream().mapToLong(ClassTally::labelled).sum();
  }

  long right() {
    return classes.values().stream().mapToLong(ClassTally::right).sum();
  }

  /** The distributions that have values, in the order of the page. */
  List<Distribution> distributions() {
    List<Distribution> all =
        List.of(
            new Distribution(
                "probability",
                "Probability of the predicted class",
                "How sure the network is. Wrong predictions on the far right are the ones to look"
                    + " at.",
                probability),
            new Distribution(
                "iou",
                "Overlap of box and object (IoU)",
                "Best intersection over union with a true box. From 0.5 on an object counts as"
                    + " found.",
                iou),
            new Distribution(
                "inside",
                "Fixation weight inside the object",
                "Share of the evidence that lies in a true box. The left end is evidence from"
                    + " elsewhere.",
                inside),
            new Distribution(
                "spread",
                "Spread of the fixations",
                "Root mean square distance from their centre, as a share of the image's diagonal.",
                spread),
            new Distribution(
                "box",
                "Size of the box",
                "Area of the explanation's box as a share of the image.",
                boxShare),
            new Distribution(
                "fixations",
                "Number of fixations",
                "Points that are left at the end of the walk, on a logarithmic scale.",
                fixations));
    List<Distribution> shown = new ArrayList<>(all);
    shown.removeIf(distribution -> distribution.histogram().total() == 0);
    return shown;
  }

  /**
   * A histogram with its words.
   *
   * @param id by which the page knows it
   * @param title what is counted
   * @param meaning what to read from it
   */
  record Distribution(String id, String title, String meaning, Histogram histogram) {
    private static final String LOGARITHMIC = "fixations";

    /** A value as people read it. */
    String label(double value) {
      return id.equals(LOGARITHMIC)
          ? String.format(Locale.ROOT, "%.0f", Math.pow(2, value) - 1)
          : String.format(Locale.ROOT, "%.2f", value);
    }
  }
}
