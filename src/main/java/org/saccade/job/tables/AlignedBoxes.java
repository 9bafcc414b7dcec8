package org.saccade.job.tables;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.saccade.UserException;
import org.saccade.dataset.AnnotatedImage;
import org.saccade.dataset.BoxBounds;
import org.saccade.dataset.BoxesFrame;
import org.saccade.dataset.FaultLog;
import org.saccade.dataset.GroundTruth;
import org.saccade.dataset.GroundTruthFault;
import org.saccade.dataset.TrueBox;

/** Brings true boxes into the pixels of the image that a claim is about. */
public final class AlignedBoxes {
  private AlignedBoxes() {}

  /** A fault that came to light when image and ground truth met. */
  public record Note(GroundTruthFault fault, String example) implements Serializable {}

  /** The true boxes in pixels of the explained image; empty when sizes do not agree. */
  public static Optional<List<TrueBox>> of(
      GroundTruth truth, AnnotatedImage image, Claim claim, List<Note> notes) {
    BoxesFrame frame = truth.frame();
    double scaleX = 1;
    double scaleY = 1;
    switch (frame.kind()) {
      case IMAGE -> {
        if (image.sized() && (image.width() != claim.width() || image.height() != claim.height())) {
          notes.add(
              new Note(
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
    faults.entries().forEach((fault, entry) -> notes.add(new Note(fault, entry.example())));
    return Optional.of(boxes);
  }
}
