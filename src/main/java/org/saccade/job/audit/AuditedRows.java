package org.saccade.job.audit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.saccade.audit.Frame;
import org.saccade.audit.Member;
import org.saccade.dataset.AnnotatedImage;
import org.saccade.dataset.GroundTruth;
import org.saccade.dataset.ImageColumn;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.TrueBox;
import org.saccade.job.tables.AlignedBoxes;
import org.saccade.job.tables.Claim;
import org.saccade.job.tables.ExplanationRows;
import org.saccade.localization.Box;
import scala.Tuple2;

/** Turns rows of explanations into members of the groups under audit. */
final class AuditedRows implements Serializable {
  /** The group of images that {@code --group-by} gives none: compared with, never audited. */
  static final String NO_GROUP = "";

  private static final long serialVersionUID = 1L;

  private final Broadcast<GroundTruth> truth;
  private final Broadcast<ImageColumn> groups;

  /**
   * @param truth true boxes, or null without
   * @param groups what images are grouped by, or null for their classes
   */
  AuditedRows(Broadcast<GroundTruth> truth, Broadcast<ImageColumn> groups) {
    this.truth = truth;
    this.groups = groups;
  }

  /**
   * The member that a row is, under its group; empty for a row without an explanation, and for one
   * that explains another class than the predicted or the true one.
   */
  Optional<Tuple2<String, Member>> member(Row row) {
    Claim claim = ExplanationRows.claimWithoutMap(row);
    if (!claim.usable() || claim.fixations().isEmpty()) {
      return Optional.empty();
    }
    int target = claim.target().getAsInt();
    int predicted = claim.predicted().getAsInt();
    int label = claim.label().orElse(ImageReference.UNLABELLED);
    if (target != predicted && target != label) {
      return Optional.empty();
    }
    ImageReference image = ImageReference.ofUri(claim.imageId(), row.getAs("uri")).withLabel(label);
    String group =
        groups == null ? Integer.toString(target) : groups.value().of(image).orElse(NO_GROUP);
    return Optional.of(
        new Tuple2<>(
            group,
            new Member(
                image,
                predicted,
                target,
                row.<Number>getAs("probability").doubleValue(),
                claim.fixations().get(),
                Frame.of(
                    ExplanationRows.seen(row, claim.fixations().get()),
                    claim.width(),
                    claim.height()),
                objects(claim, target))));
  }

  /** Boxes of the explained class, or all of them where none is of that class. */
  private List<Box> objects(Claim claim, int target) {
    if (truth == null) {
      return List.of();
    }
    Optional<AnnotatedImage> image = truth.value().of(claim.imageId());
    List<TrueBox> boxes =
        image
            .flatMap(known -> AlignedBoxes.of(truth.value(), known, claim, new ArrayList<>()))
            .orElse(List.of());
    List<TrueBox> own = boxes.stream().filter(box -> box.label() == target).toList();
    return (own.isEmpty() ? boxes : own)
        .stream().map(box -> new Box(box.x0(), box.y0(), box.x1(), box.y1())).toList();
  }
}
