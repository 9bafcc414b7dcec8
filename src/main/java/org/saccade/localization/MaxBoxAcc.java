package org.saccade.localization;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Outcomes of one map at every threshold, as {@code BoxEvaluator} of clovaai/wsolevaluation has
 * them ({@code evaluation.py}, multi_contour_eval false and true).
 *
 * <p>The map is enlarged to 224 x 224, min-max normalized and cut to grey levels; at threshold
 * {@code t} a pixel counts when it is strictly above {@code int(t * 255)}. A contour's box is
 * {@code [x, y, min(x + w, 223), min(y + h, 223)]}, one pixel longer than the contour, the box of
 * an empty level set {@code [0, 0, 0, 0]}; true boxes are scaled to 224 x 224 and cut to whole
 * numbers; overlap counts inclusive pixels. All of these are that code's conventions.
 *
 * @param largest outcomes of the largest contour's box
 * @param all outcomes of the best of the boxes of all contours
 */
record MaxBoxAcc(Outcomes largest, Outcomes all) implements Serializable {
  private static final int SIZE = ScoreMap.SIZE;
  private static final Box NOTHING = new Box(0, 0, 0, 0);

  /** The threshold of a setting: 0, 0.01, ..., 0.99. */
  static double threshold(int setting) {
    return setting * 0.01;
  }

  static MaxBoxAcc of(ScoreMap map, int width, int height, List<Box> truth) {
    byte[] grey = map.grey();
    int peak =
        IntStream.range(0, grey.length).map(i -> Byte.toUnsignedInt(grey[i])).max().orElse(0);
    List<Box> resized = resized(truth, width, height);
    Outcomes largest = new Outcomes();
    Outcomes all = new Outcomes();
    for (int setting = 0; setting < Outcomes.SETTINGS; setting++) {
      Contours contours = Contours.above(grey, SIZE, SIZE, (int) (threshold(setting) * peak));
      if (contours.isEmpty()) {
        double iou = Overlap.INCLUSIVE.best(NOTHING, resized);
        largest.record(setting, iou);
        all.record(setting, iou);
        continue;
      }
      largest.record(setting, Overlap.INCLUSIVE.best(box(contours.largest()), resized));
      double best = 0;
      for (int[] extent : contours.all()) {
        best = Math.max(best, Overlap.INCLUSIVE.best(box(extent), resized));
      }
      all.record(setting, best);
    }
    return new MaxBoxAcc(largest, all);
  }

  /** True boxes in the frame of score maps ({@code resize_bbox}). */
  static List<Box> resized(List<Box> truth, int width, int height) {
    return truth.stream()
        .map(
            box ->
                new Box(
                    (int) (box.x0() * SIZE / width),
                    (int) (box.y0() * SIZE / height),
                    (int) (box.x1() * SIZE / width),
                    (int) (box.y1() * SIZE / height)))
        .toList();
  }

  private static Box box(int[] extent) {
    return new Box(
        extent[0], extent[1], Math.min(extent[2] + 1, SIZE - 1), Math.min(extent[3] + 1, SIZE - 1));
  }
}
