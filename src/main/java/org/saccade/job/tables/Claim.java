package org.saccade.job.tables;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;

/**
 * What a row claims about where a class is.
 *
 * @param imageId name of the image
 * @param width width of the explained image in pixels, 0 when it could not be read
 * @param height its height
 * @param explained whether there is an explanation
 * @param label true class according to the row
 * @param predicted the predicted class
 * @param target the explained class
 * @param topFive the five most probable classes, empty when not known
 * @param box where the class is
 * @param fixations the points
 * @param map their density
 */
public record Claim(
    String imageId,
    int width,
    int height,
    boolean explained,
    OptionalInt label,
    OptionalInt predicted,
    OptionalInt target,
    List<Integer> topFive,
    Optional<Box> box,
    Optional<Fixations> fixations,
    Optional<HeatMap> map) {

  Claim withMap(Optional<HeatMap> density) {
    return new Claim(
        imageId, width, height, explained, label, predicted, target, topFive, box, fixations,
        density);
  }

  /** Whether there is something to hold against the ground truth. */
  public boolean usable() {
    return explained && target.isPresent() && predicted.isPresent() && width > 0 && height > 0;
  }
}
