package org.saccade.localization;

import java.util.List;
import java.util.OptionalDouble;

/** Holds explanations against the ground truth, one at a time; {@link Evaluation} sums up. */
public final class Scorer {
  /** Tolerance of the pointing game in pixels of the image. */
  static final double POINTING_PIXELS = 15;

  private final Overlap overlap;

  /**
   * @param overlap the reading of corners for boxes; MaxBoxAcc always counts inclusive pixels
   */
  public Scorer(Overlap overlap) {
    this.overlap = overlap;
  }

  /**
   * Scores one explanation.
   *
   * @throws IllegalArgumentException if there is no true box to hold it against
   */
  public Score score(Subject subject) {
    List<Box> truth = subject.opposing();
    if (truth.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no true box of the classes %s".formatted(subject.imageId(), subject.labels()));
    }
    int width = subject.width();
    int height = subject.height();
    List<Double> ious =
        truth.stream()
            .map(box -> subject.box().map(found -> overlap.iou(found, box)).orElse(0.0))
            .toList();
    double largest = truth.stream().mapToDouble(Box::area).max().orElseThrow();
    return new Score(
        subject,
        ious,
        largest / ((double) width * height),
        subject
            .fixations()
            .map(fixations -> weightInside(fixations, truth))
            .orElse(OptionalDouble.empty()),
        subject.map().map(map -> MapScores.of(map, width, height, truth)),
        CentredBoxes.of(
            width,
            height,
            truth,
            overlap,
            subject.map().isPresent() || subject.fixations().isPresent()));
  }

  private static OptionalDouble weightInside(Fixations fixations, List<Box> truth) {
    double inside = 0;
    for (int i = 0; i < fixations.size(); i++) {
      double x = fixations.x(i);
      double y = fixations.y(i);
      if (truth.stream().anyMatch(box -> box.contains(x, y))) {
        inside += fixations.weight(i);
      }
    }
    double total = fixations.totalWeight();
    return total > 0 ? OptionalDouble.of(inside / total) : OptionalDouble.empty();
  }
}
