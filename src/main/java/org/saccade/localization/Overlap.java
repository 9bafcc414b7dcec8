package org.saccade.localization;

/**
 * How much two boxes agree: intersection over union (Everingham et al., <i>The PASCAL Visual Object
 * Classes Challenge</i>, IJCV 2010). The two readings of a corner differ by up to several per cent
 * for small boxes, so every result names the one it used.
 */
public enum Overlap {
  /**
   * Corners are pixels that belong to the box: a side is {@code x1 - x0 + 1}. The reading of
   * ILSVRC's development kit, of wsolevaluation and of the published CNN Fixations figures.
   */
  INCLUSIVE(1),
  /** Corners are positions on a line: a side is {@code x1 - x0}. */
  CONTINUOUS(0);

  private final double lastPixel;

  Overlap(double lastPixel) {
    this.lastPixel = lastPixel;
  }

  /** Intersection over union in [0, 1]; 0 when both boxes have no area. */
  public double iou(Box a, Box b) {
    double width = Math.min(a.x1(), b.x1()) - Math.max(a.x0(), b.x0()) + lastPixel;
    double height = Math.min(a.y1(), b.y1()) - Math.max(a.y0(), b.y0()) + lastPixel;
    double intersection = Math.max(0, width) * Math.max(0, height);
    double union = area(a) + area(b) - intersection;
    return union > 0 ? intersection / union : 0;
  }

  /** The best overlap of a box with any of the others; 0 when there is none. */
  public double best(Box box, Iterable<Box> others) {
    double best = 0;
    for (Box other : others) {
      best = Math.max(best, iou(box, other));
    }
    return best;
  }

  private double area(Box box) {
    return (box.x1() - box.x0() + lastPixel) * (box.y1() - box.y0() + lastPixel);
  }
}
