package org.saccade.localization;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What one explanation achieved, as far as it can be said without the others: thresholds of maps
 * and sides of centred boxes are chosen later, over the whole data set, so that their outcomes are
 * kept for all of them (about a kilobyte).
 */
public final class Score implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String imageId;
  private final Set<Integer> labels;
  private final int predicted;
  private final int target;
  private final boolean topFiveKnown;
  private final boolean topFive;
  private final List<Double> ious;
  private final double truthShare;
  private final double fixationShare;
  private final MapScores mapScores;
  private final CentredBoxes centred;

  Score(
      Subject subject,
      List<Double> ious,
      double truthShare,
      OptionalDouble fixationShare,
      Optional<MapScores> mapScores,
      CentredBoxes centred) {
    this.imageId = subject.imageId();
    this.labels = subject.labels();
    this.predicted = subject.predicted();
    this.target = subject.target();
    this.topFiveKnown = !subject.topFive().isEmpty();
    this.topFive = subject.topFive().stream().anyMatch(labels::contains);
    this.ious = List.copyOf(ious);
    this.truthShare = truthShare;
    this.fixationShare = fixationShare.orElse(Double.NaN);
    this.mapScores = mapScores.orElse(null);
    this.centred = centred;
  }

  public String imageId() {
    return imageId;
  }

  /** True classes of the image. */
  public Set<Integer> labels() {
    return labels;
  }

  /** The predicted class. */
  public int predicted() {
    return predicted;
  }

  /** The class that was explained. */
  public int target() {
    return target;
  }

  /** Whether the prediction is a true class. */
  public boolean topOneCorrect() {
    return labels.contains(predicted);
  }

  /** Whether one of the five most probable classes is a true class; empty when not known. */
  public Optional<Boolean> topFiveCorrect() {
    return topFiveKnown ? Optional.of(topFive) : Optional.empty();
  }

  /** Overlap with each true box it was held against, in their order. */
  public List<Double> ious() {
    return ious;
  }

  /** The best overlap. */
  public double bestIou() {
    return ious.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /** Area of the largest true box as a share of the image. */
  public double truthShare() {
    return truthShare;
  }

  public SizeStratum stratum() {
    return SizeStratum.of(truthShare);
  }

  /** Share of the fixations' weight on true boxes; empty without fixations of any weight. */
  public OptionalDouble fixationShare() {
    return Double.isNaN(fixationShare) ? OptionalDouble.empty() : OptionalDouble.of(fixationShare);
  }

  /** Whether the map's maximum lies at most 15 pixels from a true box; empty without a map. */
  public Optional<Boolean> pointingHit() {
    return map().map(MapScores::points);
  }

  /** Share of the map's mass on true boxes; empty without a map. */
  public Optional<Double> massInside() {
    return map().map(MapScores::massInside);
  }

  /** Gini index of the map; empty without a map. */
  public Optional<Double> gini() {
    return map().map(MapScores::gini);
  }

  /** Entropy of the map in bits; empty without a map. */
  public Optional<Double> entropy() {
    return map().map(MapScores::entropy);
  }

  Optional<MapScores> map() {
    return Optional.ofNullable(mapScores);
  }

  CentredBoxes centred() {
    return centred;
  }
}
