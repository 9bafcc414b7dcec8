package org.saccade.audit;

import java.io.Serializable;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.BiPredicate;
import org.saccade.dataset.ImageReference;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;

/**
 * An explanation under audit.
 *
 * @param image the image, with its true class where that is known
 * @param predicted the predicted class
 * @param target the explained class, which is the suspect one
 * @param probability of the predicted class
 * @param fixations where the network looked, in pixels of the image
 * @param seen the part of the image that the network saw
 * @param objects true boxes of the suspect class, or all true boxes where none is of that class;
 *     empty where none is known
 */
public record Member(
    ImageReference image,
    int predicted,
    int target,
    double probability,
    Fixations fixations,
    Frame seen,
    List<Box> objects)
    implements Serializable {

  public Member {
    objects = List.copyOf(objects);
  }

  int width() {
    return fixations.width();
  }

  int height() {
    return fixations.height();
  }

  /** Whether it is known where the object is. */
  public boolean boxed() {
    return !objects.isEmpty();
  }

  /** Share of the fixations' weight outside every true box; empty without boxes or fixations. */
  OptionalDouble outsideShare() {
    return boxed()
        ? share((x, y) -> objects.stream().noneMatch(box -> box.contains(x, y)))
        : OptionalDouble.empty();
  }

  /** Share of what the network saw that the true boxes cover. */
  double objectShare() {
    Region seenPixels = Region.of(width(), height(), seen);
    return (double) Region.ofBoxes(width(), height(), objects, 0).overlap(seenPixels)
        / seenPixels.area();
  }

  /** Share of the fixations' weight on a region; empty without fixations. */
  OptionalDouble share(Region region) {
    return share((x, y) -> region.contains((int) Math.round(x), (int) Math.round(y)));
  }

  /** Share of the weight at positions that pass; empty when there is no weight. */
  OptionalDouble share(BiPredicate<Double, Double> where) {
    double inside = 0;
    double total = 0;
    for (int i = 0; i < fixations.size(); i++) {
      total += fixations.weight(i);
      if (where.test((double) fixations.x(i), (double) fixations.y(i))) {
        inside += fixations.weight(i);
      }
    }
    return total > 0 ? OptionalDouble.of(inside / total) : OptionalDouble.empty();
  }
}
