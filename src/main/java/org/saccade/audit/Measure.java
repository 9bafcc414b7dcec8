package org.saccade.audit;

import java.util.Locale;
import java.util.OptionalDouble;

/** A share of an explanation's weight that should not be large. */
public enum Measure {
  /** Outside every true box. */
  OUTSIDE,
  /** In the four corners of what the network saw, each a fifth of its width and height. */
  CORNER,
  /** In the outer tenth of what the network saw, on all four sides. */
  BORDER;

  private static final double CORNER_SIDE = 0.2;
  private static final double BORDER_WIDTH = 0.1;

  /** Name in tables. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The share; empty where there is no weight, or no box to be outside of. */
  public OptionalDouble of(Member member) {
    Frame seen = member.seen();
    return switch (this) {
      case OUTSIDE -> member.outsideShare();
      case CORNER ->
          member.share(
              (x, y) -> beyond(seen.shareX(x), CORNER_SIDE) && beyond(seen.shareY(y), CORNER_SIDE));
      case BORDER ->
          member.share(
              (x, y) ->
                  beyond(seen.shareX(x), BORDER_WIDTH) || beyond(seen.shareY(y), BORDER_WIDTH));
    };
  }

  /** The share that weight spread evenly over all that the network saw would give. */
  double uniform(Member member) {
    return switch (this) {
      case OUTSIDE -> 1 - member.objectShare();
      case CORNER -> 4 * CORNER_SIDE * CORNER_SIDE;
      case BORDER -> 1 - (1 - 2 * BORDER_WIDTH) * (1 - 2 * BORDER_WIDTH);
    };
  }

  private static boolean beyond(double share, double margin) {
    return share < margin || share > 1 - margin;
  }
}
