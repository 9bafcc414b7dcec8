package org.saccade.notebook;

import java.util.List;

/**
 * How one of several series is told from the others: by colour, in the palette of Okabe and Ito,
 * which people with any colour vision tell apart, and by form.
 */
record Series(String name, String colour, Form form) {
  private static final List<String> COLOURS =
      List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9");

  /** Outlines within a circle of radius 1. */
  enum Form {
    CIRCLE("M-1 0A1 1 0 1 1 1 0A1 1 0 1 1-1 0Z"),
    SQUARE("M-.88-.88H.88V.88H-.88Z"),
    DIAMOND("M0-1.25L1.25 0L0 1.25L-1.25 0Z"),
    TRIANGLE("M0-1.2L1.15.85H-1.15Z");

    private final String path;

    Form(String path) {
      this.path = path;
    }
  }

  /** The look of the series of that number; forms and colours repeat out of step. */
  static Series of(int number, String name) {
    return new Series(
        name, COLOURS.get(number % COLOURS.size()), Form.values()[number % Form.values().length]);
  }

  void mark(Canvas canvas, double x, double y, double radius) {
    canvas.add(
        "<path transform=\"translate(%.1f %.1f) scale(%.1f)\" d=\"%s\" fill=\"%s\""
            + " fill-opacity=\".85\" stroke=\"#ffffff\" stroke-width=\".15\"/>",
        x, y, radius, form.path, colour);
  }

  /** Names the series from left to right. */
  static void legend(Canvas canvas, List<Series> all, double x, double y) {
    double at = x;
    for (Series series : all) {
      series.mark(canvas, at + 5, y - 4, 5);
      canvas.text(at + 16, y, Canvas.Anchor.START, 12, Canvas.INK, series.name());
      at += 34 + 6.6 * series.name().length();
    }
  }
}
