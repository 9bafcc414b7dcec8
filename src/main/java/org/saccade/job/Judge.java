package org.saccade.job;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.broadcast.Broadcast;
import org.saccade.UserException;
import org.saccade.dataset.AnnotatedImage;
import org.saccade.dataset.BoxBounds;
import org.saccade.dataset.BoxesFrame;
import org.saccade.dataset.FaultLog;
import org.saccade.dataset.GroundTruth;
import org.saccade.dataset.GroundTruthFault;
import org.saccade.dataset.TrueBox;
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
    List<Verdict.Note> notes = new ArrayList<>();
    Optional<List<TrueBox>> aligned = align(truth.value(), image, claim, notes);
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
      Claim claim, String matchedId, Verdict.Outcome outcome, List<Verdict.Note> notes) {
    return new Verdict(
        claim.imageId(),
        matchedId,
        outcome,
        null,
        notes,
        LocalizationTable.row(claim, Optional.empty(), Optional.empty(), outcome.id()));
  }

  /** The true boxes in pixels of the explained image; empty when sizes do not agree. */
  static Optional<List<TrueBox>> align(
      GroundTruth truth, AnnotatedImage image, Claim claim, List<Verdict.Note> notes) {
    BoxesFrame frame = truth.frame();
    double scaleX = 1;
    double scaleY = 1;
    switch (frame.kind()) {
      case IMAGE -> {
        if (image.sized() && (image.width() != claim.width() || image.height() != claim.height())) {
          notes.add(
              new Verdict.Note(
                  GroundTruthFault.WRONG_IMAGE_SIZE,
                  "%s: %d x %d, according to the ground truth %d x %d"
                      .formatted(
                          claim.imageId(),
                          claim.width(),
                          claim.height(),
                          image.width(),
                          image.height())));
          return Optional.empty();
        }
      }
      case ORIGINAL -> {
        if (!image.sized()) {
          throw new UserException(
              ("the ground truth does not tell the size of the original of %s:"
                      + " --boxes-frame original needs it")
                  .formatted(claim.imageId()));
        }
        scaleX = (double) claim.width() / image.width();
        scaleY = (double) claim.height() / image.height();
      }
      case FIXED -> {
        scaleX = (double) claim.width() / frame.width();
        scaleY = (double) claim.height() / frame.height();
      }
    }
    FaultLog faults = new FaultLog();
    List<TrueBox> boxes = new ArrayList<>();
    for (TrueBox box : image.boxes()) {
      BoxBounds.cut(
              new TrueBox(
                  box.label(),
                  box.x0() * scaleX,
                  box.y0() * scaleY,
                  box.x1() * scaleX,
                  box.y1() * scaleY),
              claim.width(),
              claim.height(),
              claim.imageId(),
              faults)
          .ifPresent(boxes::add);
    }
    faults.entries().forEach((fault, entry) -> notes.add(new Verdict.Note(fault, entry.example())));
    return Optional.of(boxes);
  }
}
