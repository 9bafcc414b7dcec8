package org.saccade.report;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;

/**
 * A row of the table {@code explanations} with what the evaluation says about it, as far as the
 * report shows it. Positions are in pixels of the original image.
 *
 * @param imageId the image
 * @param status {@code ok}, {@code error} or {@code no_label}
 * @param fault what went wrong, if anything did
 * @param label class index of the true class, where it is known
 * @param target class index that the row explains
 * @param topClasses the most probable classes, the predicted one first; empty when the network did
 *     not see the image
 * @param fixations where the walk ended
 * @param box where they point
 * @param judgement what the true boxes say
 */
public record ReportRow(
    String imageId,
    String status,
    Optional<Fault> fault,
    OptionalInt label,
    OptionalInt target,
    List<RankedClass> topClasses,
    Optional<Fixations> fixations,
    Optional<Box> box,
    Optional<Judgement> judgement) {

  public ReportRow {
    topClasses = List.copyOf(topClasses);
  }

  /** Why there is no explanation: one word for programs, one sentence for people. */
  public record Fault(String code, String message) {}

  /** A class, its name where one is known, and its probability. */
  public record RankedClass(int classIndex, Optional<String> name, double probability) {}

  /**
   * What the true boxes say.
   *
   * @param truth the true boxes that the explanation was held against
   * @param iou best intersection over union with one of them
   * @param weightInside share of the fixations' weight inside them, 0 to 1
   */
  public record Judgement(List<Box> truth, double iou, OptionalDouble weightInside) {
    /** IoU from which on an object counts as found. */
    public static final double FOUND = 0.5;

    public Judgement {
      truth = List.copyOf(truth);
    }

    boolean found() {
      return iou >= FOUND;
    }
  }

  /** How the prediction compares with the truth. */
  public enum Outcome {
    RIGHT,
    WRONG,
    /** There is no label, or no prediction. */
    UNKNOWN;

    /** As pages name it. */
    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The predicted class and its probability. */
  public Optional<RankedClass> prediction() {
    return topClasses.stream().findFirst();
  }

  /** Whether the predicted class is the true one. */
  public Outcome outcome() {
    if (label.isEmpty() || prediction().isEmpty()) {
      return Outcome.UNKNOWN;
    }
    return prediction().get().classIndex() == label.getAsInt() ? Outcome.RIGHT : Outcome.WRONG;
  }

  /** The class under which the image is filed: its true one, else the predicted one. */
  public OptionalInt group() {
    return label.isPresent()
        ? label
        : prediction().map(p -> OptionalInt.of(p.classIndex())).orElse(OptionalInt.empty());
  }

  boolean explained() {
    return status.equals("ok");
  }

  /**
   * How far the fixations scatter: the root mean square distance of their weight from its centre,
   * as a share of the image's diagonal. Empty without any weight.
   */
  public OptionalDouble spread() {
    return fixations.map(ReportRow::spread).orElse(OptionalDouble.empty());
  }

  private static OptionalDouble spread(Fixations points) {
    double mass = points.totalWeight();
    if (!(mass > 0)) {
      return OptionalDouble.empty();
    }
    double x = 0;
    double y = 0;
    double squares = 0;
    for (int i = 0; i < points.size(); i++) {
      double weight = points.weight(i) / mass;
      x += weight * points.x(i);
      y += weight * points.y(i);
      squares += weight * ((double) points.x(i) * points.x(i) + (double) points.y(i) * points.y(i));
    }
    double variance = Math.max(0, squares - x * x - y * y);
    return OptionalDouble.of(Math.sqrt(variance) / Math.hypot(points.width(), points.height()));
  }
}
