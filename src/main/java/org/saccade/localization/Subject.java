package org.saccade.localization;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One explanation beside the ground truth of its image: what is to be scored. Boxes and fixations
 * are in pixels of the explained image.
 *
 * @param imageId name of the image
 * @param width width of the explained image in pixels
 * @param height its height
 * @param labels true classes of the image, at least one
 * @param truth true boxes by class, only of {@code labels}
 * @param predicted the predicted class
 * @param topFive the five most probable classes, empty when not known
 * @param target the class that was explained
 * @param box the explanation's box, empty when it found none
 * @param fixations its points, empty when not known
 * @param map its heat map, empty when not known
 */
public record Subject(
    String imageId,
    int width,
    int height,
    Set<Integer> labels,
    List<Truth> truth,
    int predicted,
    List<Integer> topFive,
    int target,
    Optional<Box> box,
    Optional<Fixations> fixations,
    Optional<HeatMap> map) {

  /** A true box and its class. */
  public record Truth(int label, Box box) {}

  public Subject {
    labels = Set.copyOf(labels);
    truth = List.copyOf(truth);
    topFive = List.copyOf(topFive);
  }

  /**
   * The boxes that the explanation is held against: those of the target when it is a true class,
   * else all.
   */
  public List<Truth> opposingTruth() {
    return truth.stream().filter(t -> !labels.contains(target) || t.label() == target).toList();
  }

  /** The boxes of {@link #opposingTruth}. */
  public List<Box> opposing() {
    return opposingTruth().stream().map(Truth::box).toList();
  }
}
