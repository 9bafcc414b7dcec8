package org.saccade.notebook;

import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.report.Thumbnail;

/** Pictures side by side, with their points, boxes and captions, and a line that explains these. */
public final class ExhibitSheet {
  private static final int COLUMNS = 4;
  private static final int SIDE = 176;
  private static final int GAP = 12;
  private static final int MARGIN = 16;
  private static final int TOP = 66;
  private static final int CAPTION_LINE = 16;
  private static final int LONGEST_CAPTION = 28;
  private static final int MOST_DOTS = 150;
  private static final double LARGEST_DOT = 6;
  private static final double SMALLEST_DOT = 0.7;

  private final List<Exhibit> exhibits;
  private final Canvas canvas;
  private final int rowHeight;

  private ExhibitSheet(String title, List<Exhibit> exhibits) {
    this.exhibits = exhibits;
    int lines = exhibits.stream().mapToInt(it -> it.caption().size()).max().orElse(0);
    rowHeight = SIDE + CAPTION_LINE * lines + 2 * GAP;
    int rows = (exhibits.size() + COLUMNS - 1) / COLUMNS;
    canvas =
        new Canvas(
            2 * MARGIN + COLUMNS * SIDE + (COLUMNS - 1) * GAP, TOP + rows * rowHeight, title);
    canvas.bold(MARGIN, 26, 15, title);
  }

  /** Lays the exhibits out in their order, four in a row. */
  public static Visual of(String title, List<Exhibit> exhibits) {
    ExhibitSheet sheet = new ExhibitSheet(title, exhibits);
    sheet.legend();
    for (int i = 0; i < exhibits.size(); i++) {
      int column = i % COLUMNS;
      int row = i / COLUMNS;
      sheet.draw(exhibits.get(i), MARGIN + column * (SIDE + GAP), TOP + row * sheet.rowHeight);
    }
    return sheet.canvas.finished();
  }

  private void legend() {
    double x = MARGIN;
    if (exhibits.isEmpty()) {
      canvas.text(x, 50, Canvas.Anchor.START, 12, Canvas.FAINT_INK, "none");
    }
    if (exhibits.stream().anyMatch(it -> it.fixations().isPresent())) {
      dot(x + 5, 46, 5);
      x = words(x + 16, "fixations, larger where more weight lies");
    }
    for (Exhibit.Meaning meaning : Exhibit.Meaning.values()) {
      if (exhibits.stream()
          .flatMap(it -> it.frames().stream())
          .anyMatch(frame -> frame.meaning() == meaning)) {
        frame(meaning, x + 1, 39, 14, 12);
        x = words(x + 22, meaning.words());
      }
    }
  }

  private double words(double x, String words) {
    canvas.text(x, 50, Canvas.Anchor.START, 12, Canvas.INK, words);
    return x + 20 + 6.4 * words.length();
  }

  private void draw(Exhibit exhibit, int x, int y) {
    int width = exhibit.image().width();
    int height = exhibit.image().height();
    double scale = (double) SIDE / Math.max(width, height);
    double left = x + (SIDE - width * scale) / 2;
    double top = y + (SIDE - height * scale) / 2;
    canvas.add(
        "<svg x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
            + "<image width=\"%.1f\" height=\"%.1f\" preserveAspectRatio=\"none\""
            + " href=\"data:image/jpeg;base64,%s\"/>",
        left,
        top,
        width * scale,
        height * scale,
        width * scale,
        height * scale,
        Base64.getEncoder().encodeToString(Thumbnail.jpeg(exhibit.image(), Thumbnail.SIDE)));
    exhibit.fixations().ifPresent(points -> dots(points, scale));
    exhibit.frames().forEach(frame -> frame(frame.meaning(), frame.box(), scale));
    canvas.add("</svg>");
    double line = y + SIDE + CAPTION_LINE;
    for (String caption : exhibit.caption()) {
      canvas.text(
          x,
          line,
          Canvas.Anchor.START,
          12,
          line > y + SIDE + CAPTION_LINE ? Canvas.FAINT_INK : Canvas.INK,
          Markup.shortened(caption, LONGEST_CAPTION));
      line += CAPTION_LINE;
    }
  }

  private void dots(Fixations points, double scale) {
    double heaviest = IntStream.range(0, points.size()).mapToDouble(points::weight).max().orElse(0);
    if (heaviest <= 0) {
      return;
    }
    // Heavy dots first, so that light ones stay visible on top of them.
    IntStream.range(0, points.size())
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -points.weight(i)))
        .limit(MOST_DOTS)
        .forEach(
            i -> {
              double radius = LARGEST_DOT * Math.sqrt(points.weight(i) / heaviest);
              if (radius >= SMALLEST_DOT) {
                dot((points.x(i) + 0.5) * scale, (points.y(i) + 0.5) * scale, radius);
              }
            });
  }

  private void dot(double x, double y, double radius) {
    canvas.add(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"#FFD60A\" fill-opacity=\".75\""
            + " stroke=\"#141414\" stroke-width=\".7\"/>",
        x, y, radius);
  }

  private void frame(Exhibit.Meaning meaning, Box box, double scale) {
    frame(
        meaning,
        box.x0() * scale,
        box.y0() * scale,
        (box.x1() - box.x0() + 1) * scale,
        (box.y1() - box.y0() + 1) * scale);
  }

  /** Black under the colour shows on any picture. */
  private void frame(Exhibit.Meaning meaning, double x, double y, double width, double height) {
    String shape =
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"none\" stroke=\"%s\""
            + " stroke-width=\"%.1f\"%s/>";
    canvas.add(shape, x, y, width, height, "#141414", 4.0, "");
    canvas.add(
        shape,
        x,
        y,
        width,
        height,
        meaning.colour(),
        2.2,
        meaning.dashes().isEmpty() ? "" : " stroke-dasharray=\"" + meaning.dashes() + "\"");
  }
}
