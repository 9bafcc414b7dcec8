package org.saccade.notebook;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A mark per row, at the place that two of its numbers give it. */
public final class ScatterChart {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 430;
  private static final int LEFT = 74;
  private static final int RIGHT = WIDTH - 28;
  private static final int TOP = 66;
  private static final int BOTTOM = HEIGHT - 52;

  private ScatterChart() {}

  private record Point(double x, double y, String series) {}

  /**
   * Draws rows; those in which a number is missing are left out. Where all numbers are shares, both
   * axes run from 0 to 1.
   *
   * @param title what the chart shows
   * @param across what the first column is
   * @param upwards what the second column is
   * @param rows three columns: two numbers and the series, which are named in order of appearance
   */
  public static Visual of(String title, String across, String upwards, Dataset<Row> rows) {
    List<Point> points =
        rows.collectAsList().stream()
            .filter(row -> !row.isNullAt(0) && !row.isNullAt(1))
            .map(
                row ->
                    new Point(
                        ((Number) row.get(0)).doubleValue(),
                        ((Number) row.get(1)).doubleValue(),
                        String.valueOf(row.get(2))))
            .toList();
    boolean shares = points.stream().allMatch(point -> share(point.x) && share(point.y));
    Axis x = shares ? Axis.SHARES : Axis.around(points.stream().mapToDouble(Point::x));
    Axis y = shares ? Axis.SHARES : Axis.around(points.stream().mapToDouble(Point::y));
    Canvas canvas = new Canvas(WIDTH, HEIGHT, title);
    canvas.bold(16, 26, 15, title);
    grid(canvas, x, y);
    canvas.text(
        (LEFT + RIGHT) / 2.0, HEIGHT - 14, Canvas.Anchor.MIDDLE, 12, Canvas.FAINT_INK, across);
    canvas.textUpwards(22, (TOP + BOTTOM) / 2.0, 12, Canvas.FAINT_INK, upwards);
    List<Series> series = new ArrayList<>();
    for (String name : points.stream().map(Point::series).distinct().toList()) {
      Series look = Series.of(series.size(), name);
      series.add(look);
      points.stream()
          .filter(point -> point.series.equals(name))
          .forEach(
              point ->
                  look.mark(canvas, x.at(point.x, LEFT, RIGHT), y.at(point.y, BOTTOM, TOP), 4));
    }
    Series.legend(canvas, series, 16, 50);
    return canvas.finished();
  }

  private static boolean share(double value) {
    return value >= 0 && value <= 1;
  }

  private static void grid(Canvas canvas, Axis x, Axis y) {
    x.ticks()
        .forEach(
            tick -> {
              double at = x.at(tick, LEFT, RIGHT);
              canvas.line(at, TOP, at, BOTTOM, Canvas.GRID, 1);
              canvas.text(
                  at, BOTTOM + 18, Canvas.Anchor.MIDDLE, 11, Canvas.FAINT_INK, x.label(tick));
            });
    y.ticks()
        .forEach(
            tick -> {
              double at = y.at(tick, BOTTOM, TOP);
              canvas.line(LEFT, at, RIGHT, at, Canvas.GRID, 1);
              canvas.text(LEFT - 8, at + 4, Canvas.Anchor.END, 11, Canvas.FAINT_INK, y.label(tick));
            });
  }
}
