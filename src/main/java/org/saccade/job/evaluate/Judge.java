package org.saccade.job.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.broadcast.Broadcast;
import org.saccade.dataset.AnnotatedImage;
import org.saccade.dataset.GroundTruth;
import org.saccade.dataset.TrueBox;
import org.saccade.job.tables.AlignedBoxes;
import org.saccade.job.tables.Claim;
import org.saccade.localization.Box;
import org.saccade.localization.Overlap;
import org.saccade.localization.Score;
import org.saccade.localization.Scorer;
import org.saccade.localization.Subject;

/** Brings claims and ground truth together, in the pixels of the explained image. */
final class Judge implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<GroundTruth> truth;
  private final Overlap overlap;

  Judge(Broadcast<GroundTruth> truth, Overlap overlap) {
    this.truth = truth;
    this.overlap = overlap;
  }

  Verdict judge(Claim claim) {
    Optional<AnnotatedImage> known = truth.value().of(claim.imageId());
    if (known.isEmpty()) {
      return verdict(claim, "", Verdict.Outcome.NO_GROUND_TRUTH, List.of());
    }
    AnnotatedImage image = known.get();
    if (!claim.usable()) {
      return verdict(claim, image.imageId(), Verdict.Outcome.NOT_EXPLAINED, List.of());
    }
    List<AlignedBoxes.Note> notes = new ArrayList<>();
    Optional<List<TrueBox>> aligned = AlignedBoxes.of(truth.value(), image, claim, notes);
    if (aligned.isEmpty()) {
      return verdict(claim, image.imageId(), Verdict.Outcome.WRONG_IMAGE_SIZE, notes);
    }
    Set<Integer> labels =
        claim.label().isPresent() ? Set.of(claim.label().getAsInt()) : image.labels();
    List<Subject.Truth> boxes =
        aligned.get().stream()
            .filter(box -> labels.contains(box.label()))
            .map(
                box ->
                    new Subject.Truth(box.label(), new Box(box.x0(), box.y0(), box.x1(), box.y1())))
            .toList();
    Subject subject =
        new Subject(
            claim.imageId(),
            claim.width(),
            claim.height(),
            labels,
            boxes,
            claim.predicted().orElseThrow(),
            claim.topFive(),
            claim.target().orElseThrow(),
            claim.box(),
            claim.fixations(),
            claim.map());
    if (subject.opposing().isEmpty()) {
      return verdict(claim, image.imageId(), Verdict.Outcome.NO_BOX_OF_CLASS, notes);
    }
    Score score = new Scorer(overlap).score(subject);
    return new Verdict(
        claim.imageId(),
        image.imageId(),
        Verdict.Outcome.EVALUATED,
        score,
        notes,
        LocalizationTable.row(claim, Optional.of(subject), Optional.of(score), "evaluated"));
  }

  private static Verdict verdict(
      Claim claim, String matchedId, Verdict.Outcome outcome, List<AlignedBoxes.Note> notes) {
    return new Verdict(
        claim.imageId(),
        matchedId,
        outcome,
        null,
        notes,
        LocalizationTable.row(claim, Optional.empty(), Optional.empty(), outcome.id()));
  }
}
