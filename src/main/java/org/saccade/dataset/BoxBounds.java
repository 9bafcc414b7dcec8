package org.saccade.dataset;

import java.util.Optional;

/** Keeps boxes inside their pictures. */
public final class BoxBounds {
  /** Boxes of resized copies end up to a pixel late by rounding; that is no fault. */
  private static final double TOLERANCE = 1;

  private BoxBounds() {}

  /**
   * The part of a box that lies on its picture; empty when there is none. A box that reaches a
   * whole pixel or more beyond is noted as a fault.
   *
   * @param where what to name in the example
   */
  public static Optional<TrueBox> cut(
      TrueBox box, int width, int height, String where, FaultLog faults) {
    double right = width - 1.0;
    double bottom = height - 1.0;
    if (box.x0() >= 0 && box.y0() >= 0 && box.x1() <= right && box.y1() <= bottom) {
      return Optional.of(box);
    }
    if (box.x0() <= -TOLERANCE
        || box.y0() <= -TOLERANCE
        || box.x1() >= right + TOLERANCE
        || box.y1() >= bottom + TOLERANCE) {
      faults.add(
          GroundTruthFault.BOX_OUTSIDE_IMAGE,
          "%s: %s, %s, %s, %s in %d x %d"
              .formatted(where, box.x0(), box.y0(), box.x1(), box.y1(), width, height));
    }
    double x0 = Math.max(0, box.x0());
    double y0 = Math.max(0, box.y0());
    double x1 = Math.min(right, box.x1());
    double y1 = Math.min(bottom, box.y1());
    return x0 <= x1 && y0 <= y1
        ? Optional.of(new TrueBox(box.label(), x0, y0, x1, y1))
        : Optional.empty();
  }
}
