package org.saccade.notebook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Figures with their intervals, a line per thing that they are about, the series of a line one
 * below the other.
 */
public final class DotChart {
  private static final int WIDTH = 760;
  private static final int TOP = 66;
  private static final int BOTTOM = 46;
  private static final int RIGHT = 28;
  private static final int SERIES_HEIGHT = 15;
  private static final int LINE_PADDING = 14;
  private static final int LONGEST_LABEL = 34;
  private static final double CHARACTER = 6.9;

  private final String title;
  private final String axisTitle;
  private final List<Dot> dots;

  private record Dot(String line, String series, double value, double low, double high) {
    static Dot of(Row row) {
      return new Dot(text(row, 0), text(row, 1), number(row, 2), number(row, 3), number(row, 4));
    }

    private static String text(Row row, int column) {
      return row.isNullAt(column) ? "–" : String.valueOf(row.get(column));
    }

    private static double number(Row row, int column) {
      return row.isNullAt(column) ? Double.NaN : ((Number) row.get(column)).doubleValue();
    }
  }

  private DotChart(String title, String axisTitle, List<Dot> dots) {
    this.title = title;
    this.axisTitle = axisTitle;
    this.dots = dots;
  }

  /**
   * Draws rows in their order.
   *
   * @param title what the chart shows
   * @param axis what the numbers are
   * @param rows five columns: line, series, value and the ends of its interval, null without one
   */
  public static Visual of(String title, String axis, Dataset<Row> rows) {
    return new DotChart(title, axis, rows.collectAsList().stream().map(Dot::of).toList()).draw();
  }

  private Visual draw() {
    Map<String, List<Dot>> lines =
        dots.stream()
            .collect(Collectors.groupingBy(Dot::line, LinkedHashMap::new, Collectors.toList()));
    List<String> names = dots.stream().map(Dot::series).distinct().toList();
    Axis axis =
        Axis.around(
            dots.stream().flatMapToDouble(dot -> DoubleStream.of(dot.value, dot.low, dot.high)));
    int lineHeight = LINE_PADDING + SERIES_HEIGHT * names.size();
    int bottom = TOP + lineHeight * lines.size();
    double left =
        24
            + CHARACTER
                * lines.keySet().stream()
                    .mapToInt(line -> Math.min(LONGEST_LABEL, line.length()))
                    .max()
                    .orElse(0);
    double right = WIDTH - RIGHT;
    Canvas canvas = new Canvas(WIDTH, bottom + BOTTOM, title);
    canvas.bold(16, 26, 15, title);
    List<Series> series = new java.util.ArrayList<>();
    for (String name : names) {
      series.add(Series.of(series.size(), name));
    }
    if (names.size() > 1) {
      Series.legend(canvas, series, 16, 50);
    }
    axis.ticks()
        .forEach(
            tick -> {
              double x = axis.at(tick, left, right);
              boolean zero = Math.abs(tick) < axis.step() / 1000 && axis.from() < 0;
              canvas.line(x, TOP, x, bottom, zero ? Canvas.FAINT_INK : Canvas.GRID, 1);
              canvas.text(
                  x, bottom + 18, Canvas.Anchor.MIDDLE, 11, Canvas.FAINT_INK, axis.label(tick));
            });
    canvas.text(
        (left + right) / 2, bottom + 37, Canvas.Anchor.MIDDLE, 12, Canvas.FAINT_INK, axisTitle);
    int line = 0;
    for (Map.Entry<String, List<Dot>> entry : lines.entrySet()) {
      double y = TOP + lineHeight * line++;
      canvas.line(left, y + lineHeight, right, y + lineHeight, Canvas.GRID, 0.6);
      canvas.text(
          left - 12,
          y + lineHeight / 2.0 + 4,
          Canvas.Anchor.END,
          12,
          Canvas.INK,
          Markup.shortened(entry.getKey(), LONGEST_LABEL));
      for (Dot dot : entry.getValue()) {
        int place = names.indexOf(dot.series);
        draw(
            canvas,
            dot,
            series.get(place),
            axis,
            left,
            right,
            y + LINE_PADDING / 2.0 + SERIES_HEIGHT * (place + 0.5));
      }
    }
    return canvas.finished();
  }

  private static void draw(
      Canvas canvas, Dot dot, Series series, Axis axis, double left, double right, double y) {
    if (Double.isFinite(dot.low) && Double.isFinite(dot.high)) {
      double from = axis.at(dot.low, left, right);
      double to = axis.at(dot.high, left, right);
      canvas.line(from, y, to, y, series.colour(), 2);
      canvas.line(from, y - 4, from, y + 4, series.colour(), 1.5);
      canvas.line(to, y - 4, to, y + 4, series.colour(), 1.5);
    }
    if (Double.isFinite(dot.value)) {
      series.mark(canvas, axis.at(dot.value, left, right), y, 5);
    }
  }
}
