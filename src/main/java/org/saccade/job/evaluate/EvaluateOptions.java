package org.saccade.job.evaluate;

import java.util.Optional;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.localization.Overlap;

/**
 * What {@code evaluate} is to do.
 *
 * @param subject what is held against the ground truth
 * @param groundTruth where the true boxes are
 * @param output folder to write
 * @param overwrite whether an earlier evaluation in that folder may be replaced
 * @param overlap how corners are read; MaxBoxAcc always counts inclusive pixels
 * @param resamples of the bootstrap
 * @param seed of the bootstrap
 */
public record EvaluateOptions(
    Subject subject,
    GroundTruthReader groundTruth,
    String output,
    boolean overwrite,
    Overlap overlap,
    int resamples,
    long seed) {

  /** Explanations of ours or boxes from elsewhere. */
  public sealed interface Subject {}

  /**
   * The table of a run of {@code explain}.
   *
   * @param folder the run's output folder, or the table's own
   */
  public record Explanations(String folder) implements Subject {}

  /**
   * A text file with a box per image: line {@code n} is {@code class x0 y0 x1 y1} of the n-th image
   * of the class labels, first and last pixel of the original image, counted from 0.
   *
   * @param file the boxes, possibly compressed with gzip
   * @param classes table from the file's class numbers to class indices; without it they are
   *     indices
   */
  public record Boxes(String file, Optional<String> classes) implements Subject {}
}
