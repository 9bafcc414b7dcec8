package org.saccade.job.evaluate;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.saccade.job.tables.AlignedBoxes;
import org.saccade.localization.Score;

/**
 * What became of one row.
 *
 * @param imageId name of the image
 * @param matchedId its name in the ground truth, empty without ground truth
 * @param outcome whether it could be scored
 * @param score what it achieved; null unless it was scored
 * @param notes what was wrong with the image's ground truth
 * @param row its row in the table {@code localization}; null once that was written
 */
record Verdict(
    String imageId,
    String matchedId,
    Outcome outcome,
    Score score,
    List<AlignedBoxes.Note> notes,
    Row row)
    implements Serializable {

  /** Whether a row could be scored, and if not, why. */
  enum Outcome {
    EVALUATED,
    /** Its status is not ok, or it explains no class. */
    NOT_EXPLAINED,
    /** The ground truth does not know the image. */
    NO_GROUND_TRUTH,
    /** The ground truth has no box of the row's label, or none at all. */
    NO_BOX_OF_CLASS,
    /** The image has another size than the ground truth says. */
    WRONG_IMAGE_SIZE;

    /** For tables and JSON: {@code no_ground_truth}. */
    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Verdict withoutRow() {
    return new Verdict(imageId, matchedId, outcome, score, notes, null);
  }
}
