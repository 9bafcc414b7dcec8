package org.saccade.report;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;

/**
 * A picture of the gallery with everything that can be laid over it.
 *
 * @param ordinal its place in the gallery, from 0
 * @param row what is shown
 * @param map density of the fixations over the image
 * @param picture the image; empty when it cannot be read
 * @param walk number of its walk page, if it has one
 */
public record Card(
    int ordinal,
    ReportRow row,
    Optional<HeatMap> map,
    Optional<PixelImage> picture,
    OptionalInt walk) {
  /** More would hide the picture; the lightest are left out. */
  private static final int MOST_FIXATIONS = 250;

  /** Sides of a heat map on a page; the browser blurs it. */
  private static final int MAP_SIDE = 32;

  private static final int TOP_CLASSES = 5;

  /** The file of the thumbnail. A folder holds at most a thousand. */
  static String picturePath(int ordinal) {
    return "images/%03d/%06d.jpg".formatted(ordinal / 1000, ordinal);
  }

  /** For a page. Positions are thousandths of the image's width and height. */
  Map<String, Object> toData() {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", ShownText.visible(row.imageId()));
    data.put("status", row.status());
    row.fault()
        .ifPresent(
            fault -> {
              data.put("code", ShownText.visible(fault.code()));
              data.put("message", ShownText.visible(fault.message()));
            });
    row.label().ifPresent(label -> data.put("label", label));
    row.target().ifPresent(target -> data.put("target", target));
    data.put(
        "top",
        row.topClasses().stream()
            .limit(TOP_CLASSES)
            .map(c -> List.of(c.classIndex(), DataScript.rounded(c.probability())))
            .toList());
    picture.ifPresent(
        image -> {
          data.put("picture", picturePath(ordinal));
          data.put("width", image.width());
          data.put("height", image.height());
          row.box().ifPresent(box -> data.put("box", corners(box, image)));
          row.judgement()
              .ifPresent(
                  judgement ->
                      data.put(
                          "truth",
                          judgement.truth().stream().map(box -> corners(box, image)).toList()));
        });
    row.fixations()
        .ifPresent(
            points -> {
              data.put("count", points.size());
              data.put("fixations", heaviest(points, MOST_FIXATIONS));
            });
    map.ifPresent(density -> data.put("map", compact(density)));
    row.judgement()
        .ifPresent(
            judgement -> {
              data.put("iou", DataScript.rounded(judgement.iou()));
              judgement
                  .weightInside()
                  .ifPresent(share -> data.put("inside", DataScript.rounded(share)));
            });
    row.spread().ifPresent(spread -> data.put("spread", DataScript.rounded(spread)));
    walk.ifPresent(number -> data.put("walk", Walk.path(number)));
    return data;
  }

  /** Left, top, right and bottom edge; pixel {@code i} reaches from {@code i} to {@code i + 1}. */
  private static List<Long> corners(Box box, PixelImage image) {
    return List.of(
        thousandths(box.x0(), image.width()),
        thousandths(box.y0(), image.height()),
        thousandths(box.x1() + 1, image.width()),
        thousandths(box.y1() + 1, image.height()));
  }

  /** x, y and weight of each point, flat, the heaviest first; weights relative to the heaviest. */
  static long[] heaviest(Fixations points, int most) {
    int[] order =
        IntStream.range(0, points.size())
            .boxed()
            .sorted((a, b) -> Float.compare(points.weight(b), points.weight(a)))
            .limit(most)
            .mapToInt(Integer::intValue)
            .toArray();
    long[] flat = new long[order.length * 3];
    for (int i = 0; i < order.length; i++) {
      flat[3 * i] = thousandths(points.x(order[i]) + 0.5, points.width());
      flat[3 * i + 1] = thousandths(points.y(order[i]) + 0.5, points.height());
      flat[3 * i + 2] = thousandths(points.weight(order[i]), points.weight(order[0]));
    }
    return flat;
  }

  static long thousandths(double value, double whole) {
    return whole > 0 ? Math.round(1000 * value / whole) : 0;
  }

  private static Map<String, Object> compact(HeatMap map) {
    int rows = Math.min(MAP_SIDE, map.rows());
    int cols = Math.min(MAP_SIDE, map.cols());
    float[] means = new float[rows * cols];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < cols; c++) {
        means[r * cols + c] = mean(map, r, rows, c, cols);
      }
    }
    return Map.of(
        "rows",
        rows,
        "cols",
        cols,
        "values",
        Base64.getEncoder().encodeToString(HeatMap.of(rows, cols, means).toBytes()));
  }

  /** Mean of the cells that fall into one of fewer cells. */
  private static float mean(HeatMap map, int row, int rows, int col, int cols) {
    int top = row * map.rows() / rows;
    int bottom = Math.max(top + 1, (row + 1) * map.rows() / rows);
    int left = col * map.cols() / cols;
    int right = Math.max(left + 1, (col + 1) * map.cols() / cols);
    double sum = 0;
    for (int r = top; r < bottom; r++) {
      for (int c = left; c < right; c++) {
        sum += map.value(r, c);
      }
    }
    return (float) (sum / ((bottom - top) * (right - left)));
  }
}
