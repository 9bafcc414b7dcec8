package org.saccade.notebook;

/** An SVG drawing on white, so that it reads the same on a light and on a dark page. */
final class Canvas {
  static final String INK = "#1b1f24";
  static final String FAINT_INK = "#57606a";
  static final String GRID = "#d8dee4";

  private static final String FONT =
      "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', sans-serif";

  private final int width;
  private final int height;
  private final String title;
  private final Markup drawn = new Markup();

  /** Where text stands in relation to its position. */
  enum Anchor {
    START,
    MIDDLE,
    END;

    private String id() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  Canvas(int width, int height, String title) {
    this.width = width;
    this.height = height;
    this.title = title;
  }

  void text(double x, double y, Anchor anchor, int size, String colour, String text) {
    drawn.add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" fill=\"%s\">%s</text>",
        x, y, anchor.id(), size, colour, Markup.escaped(text));
  }

  void bold(double x, double y, int size, String text) {
    drawn.add(
        "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" font-weight=\"600\" fill=\"%s\">%s</text>",
        x, y, size, INK, Markup.escaped(text));
  }

  void textUpwards(double x, double y, int size, String colour, String text) {
    drawn.add(
        "<text transform=\"translate(%.1f %.1f) rotate(-90)\" text-anchor=\"middle\""
            + " font-size=\"%d\" fill=\"%s\">%s</text>",
        x, y, size, colour, Markup.escaped(text));
  }

  void line(double x0, double y0, double x1, double y1, String colour, double thickness) {
    drawn.add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
        x0, y0, x1, y1, colour, thickness);
  }

  /** SVG that is made elsewhere. */
  void add(String format, Object... arguments) {
    drawn.add(format, arguments);
  }

  /** The drawing with its title as the words for whoever cannot see it. */
  Visual finished() {
    Markup svg = new Markup();
    svg.add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " role=\"img\" font-family=\"%s\">",
        width, height, width, height, FONT);
    svg.add("<title>%s</title>", Markup.escaped(title));
    svg.add("<rect width=\"%d\" height=\"%d\" rx=\"6\" fill=\"#ffffff\"/>", width, height);
    return Visual.svg(svg + drawn.toString() + "</svg>\n", title);
  }
}
