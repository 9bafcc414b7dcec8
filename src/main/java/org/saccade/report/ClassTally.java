package org.saccade.report;

import java.io.Serializable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Running sums over the rows of one class. */
final class ClassTally implements Serializable {
  private static final long serialVersionUID = 1L;

  private long rows;
  private long failed;
  private long labelled;
  private long right;
  private final Mean probability = new Mean();
  private final Mean spread = new Mean();
  private final Mean iou = new Mean();
  private final Mean found = new Mean();
  private final Mean inside = new Mean();

  /** Rows of this class by the other class that they were taken for. */
  private final Map<Integer, Long> takenFor = new HashMap<>();

  void add(ReportRow row) {
    rows++;
    if (!row.explained()) {
      failed++;
    }
    row.prediction().ifPresent(predicted -> add(row, predicted));
    row.spread().ifPresent(spread::add);
    row.judgement()
        .ifPresent(
            judgement -> {
              iou.add(judgement.iou());
              found.add(judgement.found() ? 1 : 0);
              judgement.weightInside().ifPresent(inside::add);
            });
  }

  private void add(ReportRow row, ReportRow.RankedClass predicted) {
    probability.add(predicted.probability());
    switch (row.outcome()) {
      case RIGHT -> {
        labelled++;
        right++;
      }
      case WRONG -> {
        labelled++;
        takenFor.merge(predicted.classIndex(), 1L, Long::sum);
      }
      case UNKNOWN -> {}
    }
  }

  void merge(ClassTally other) {
    rows += other.rows;
    failed += other.failed;
    labelled += other.labelled;
    right += other.right;
    probability.merge(other.probability);
    spread.merge(other.spread);
    iou.merge(other.iou);
    found.merge(other.found);
    inside.merge(other.inside);
    other.takenFor.forEach((wrong, count) -> takenFor.merge(wrong, count, Long::sum));
  }

  long rows() {
    return rows;
  }

  long labelled() {
    return labelled;
  }

  long right() {
    return right;
  }

  /** For a page: what there is to say, shares from 0 to 1. */
  Map<String, Object> toData() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("rows", rows);
    data.put("failed", failed);
    if (labelled > 0) {
      data.put("accuracy", DataScript.rounded((double) right / labelled));
    }
    put(data, "probability", probability);
    put(data, "spread", spread);
    put(data, "iou", iou);
    put(data, "found", found);
    put(data, "inside", inside);
    mostOftenTakenFor()
        .ifPresent(
            wrong -> {
              data.put("takenFor", wrong.getKey());
              data.put("takenForRows", wrong.getValue());
            });
    return data;
  }

  private static void put(Map<String, Object> data, String name, Mean mean) {
    if (mean.count() > 0) {
      data.put(name, DataScript.rounded(mean.value()));
    }
  }

  /** The lowest class index wins a tie. */
  private Optional<Map.Entry<Integer, Long>> mostOftenTakenFor() {
    return takenFor.entrySet().stream()
        .max(
            Map.Entry.<Integer, Long>comparingByValue()
                .thenComparing(Map.Entry.<Integer, Long>comparingByKey().reversed()));
  }
}
