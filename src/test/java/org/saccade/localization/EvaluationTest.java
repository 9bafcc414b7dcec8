package org.saccade.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every metric beside a slow and obvious version of itself, on random images. */
class EvaluationTest {
  private static final int IMAGES = 24;
  private static final List<Subject> SUBJECTS = new ArrayList<>();
  private static Evaluation evaluation;

  @BeforeAll
  static void evaluate() {
    Random random = new Random(42);
    for (int i = 0; i < IMAGES; i++) {
      SUBJECTS.add(subject(random, i));
    }
    List<Score> scores = new ArrayList<>();
    SUBJECTS.forEach(s -> scores.add(new Scorer(Overlap.INCLUSIVE).score(s)));
    Collections.shuffle(scores, random);
    evaluation = Evaluation.of(scores, 200, 7);
  }

  @Test
  void classificationErrorsCountPredictionsThatAreNoTrueClass() {
    assertMean(Metric.TOP1_ERROR, s -> s.labels().contains(s.predicted()) ? 0 : 100);
    assertMean(Metric.TOP5_ERROR, s -> Collections.disjoint(s.topFive(), s.labels()) ? 100 : 0);
  }

  @Test
  void localizationErrorsAskForHalfAnOverlapWithAnyBoxOfTheClass() {
    assertMean(Metric.GT_KNOWN_ERROR, s -> slowBestIou(s) >= 0.5 ? 0 : 100);
    assertMean(
        Metric.TOP1_LOCALIZATION_ERROR,
        s -> s.predicted() == s.target() && slowBestIou(s) >= 0.5 ? 0 : 100);
    assertMean(Metric.BOX_ACCURACY_30, s -> slowBestIou(s) >= 0.3 ? 100 : 0);
    assertMean(Metric.BOX_ACCURACY_50, s -> slowBestIou(s) >= 0.5 ? 100 : 0);
    assertMean(Metric.BOX_ACCURACY_70, s -> slowBestIou(s) >= 0.7 ? 100 : 0);
  }

  @Test
  void energyGameIsTheShareOfTheEnlargedMapOnTrueBoxes() {
    assertMean(
        Metric.ENERGY_POINTING_GAME,
        s -> {
          ScoreMap map = ScoreMap.of(s.map().orElseThrow());
          double on = 0;
          double all = 0;
          for (int r = 0; r < ScoreMap.SIZE; r++) {
            for (int c = 0; c < ScoreMap.SIZE; c++) {
              double x = (c + 0.5) * s.width() / ScoreMap.SIZE - 0.5;
              double y = (r + 0.5) * s.height() / ScoreMap.SIZE - 0.5;
              double amount = Math.max(0, map.value(r, c));
              all += amount;
              on += s.truth().stream().anyMatch(t -> t.box().contains(x, y)) ? amount : 0;
            }
          }
          return 100 * on / all;
        });
  }

  @Test
  void fixationShareIsTheWeightOnTrueBoxes() {
    assertMean(
        Metric.FIXATION_SHARE,
        s -> {
          Fixations points = s.fixations().orElseThrow();
          double on = 0;
          double all = 0;
          for (int i = 0; i < points.size(); i++) {
            all += points.weight(i);
            for (Subject.Truth truth : s.truth()) {
              if (truth.box().contains(points.x(i), points.y(i))) {
                on += points.weight(i);
                break;
              }
            }
          }
          return 100 * on / all;
        });
  }

  @Test
  void pointingGameIsTheMeanOverClassesOfHitsWithinFifteenPixels() {
    Map<Integer, List<Double>> hits = new TreeMap<>();
    for (Subject s : SUBJECTS) {
      ScoreMap map = ScoreMap.of(s.map().orElseThrow());
      int bestRow = 0;
      int bestCol = 0;
      for (int r = 0; r < ScoreMap.SIZE; r++) {
        for (int c = 0; c < ScoreMap.SIZE; c++) {
          if (map.value(r, c) > map.value(bestRow, bestCol)) {
            bestRow = r;
            bestCol = c;
          }
        }
      }
      double x = (bestCol + 0.5) * s.width() / ScoreMap.SIZE - 0.5;
      double y = (bestRow + 0.5) * s.height() / ScoreMap.SIZE - 0.5;
      boolean hit = false;
      for (Subject.Truth truth : s.truth()) {
        Box box = truth.box();
        double nearestX = Math.min(Math.max(x, box.x0()), box.x1());
        double nearestY = Math.min(Math.max(y, box.y0()), box.y1());
        hit |= Math.hypot(x - nearestX, y - nearestY) <= 15;
      }
      hits.computeIfAbsent(s.target(), label -> new ArrayList<>()).add(hit ? 100.0 : 0.0);
    }
    double classMean =
        hits.values().stream()
            .mapToDouble(of -> of.stream().mapToDouble(v -> v).average().orElseThrow())
            .average()
            .orElseThrow();
    assertThat(value(Metric.POINTING_GAME)).isCloseTo(classMean, within(1e-4));
  }

  @Test
  void giniIsHalfTheRelativeMeanDifference() {
    Random random = new Random(9);
    float[] amounts = new float[300];
    double mass = 0;
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] = random.nextFloat() * random.nextFloat();
      mass += amounts[i];
    }
    double differences = 0;
    for (float a : amounts) {
      for (float b : amounts) {
        differences += Math.abs(a - b);
      }
    }
    assertThat(MapScores.gini(amounts))
        .isCloseTo(differences / (2 * amounts.length * mass), within(1e-6));
    float[] single = new float[100];
    single[3] = 5;
    assertThat(MapScores.gini(single)).isCloseTo(0.99, within(1e-9));
  }

  @Test
  void entropyOfEvenMassIsTheLogarithmOfItsPixels() {
    float[] even = new float[64];
    Arrays.fill(even, 0, 16, 0.3f);
    assertThat(MapScores.entropy(even)).isCloseTo(4, within(1e-9));
    assertThat(MapScores.entropy(new float[64])).isZero();
    assertThat(MapScores.gini(new float[64])).isZero();
  }

  @Test
  void maxBoxAccChoosesOneThresholdForTheWholeDataSetAndOverlap() {
    double[][] accuracy = new double[3][100];
    double[][] accuracyAll = new double[3][100];
    double[] overlaps = {0.3, 0.5, 0.7};
    for (Subject s : SUBJECTS) {
      byte[] grey = ScoreMap.of(s.map().orElseThrow()).grey();
      for (int t = 0; t < 100; t++) {
        List<Box> regions = slowRegions(grey, (int) (t * 0.01 * 255));
        double largest = wsolIou(s, List.of(regions.get(0)));
        double all = wsolIou(s, regions);
        for (int level = 0; level < 3; level++) {
          accuracy[level][t] += largest >= overlaps[level] ? 100.0 / IMAGES : 0;
          accuracyAll[level][t] += all >= overlaps[level] ? 100.0 / IMAGES : 0;
        }
      }
    }

    assertThat(value(Metric.MAX_BOX_ACC)).isCloseTo(max(accuracy[1]), within(1e-4));
    assertThat(value(Metric.MAX_BOX_ACC_ALL_CONTOURS)).isCloseTo(max(accuracyAll[1]), within(1e-4));
    assertThat(value(Metric.MAX_BOX_ACC_V2_LARGEST_CONTOUR))
        .isCloseTo((max(accuracy[0]) + max(accuracy[1]) + max(accuracy[2])) / 3, within(1e-4));
    assertThat(value(Metric.MAX_BOX_ACC_V2))
        .isCloseTo(
            (max(accuracyAll[0]) + max(accuracyAll[1]) + max(accuracyAll[2])) / 3, within(1e-4));
  }

  @Test
  void baselineIsTheCentredBoxOfTheBestSideAndTheMarginIsWhatIsBetter() {
    double best = 101;
    int bestSide = 0;
    for (int side = 1; side <= 100; side++) {
      double missed = 0;
      for (Subject s : SUBJECTS) {
        Box centred = Box.centred(s.width(), s.height(), side / 100.0);
        missed += slowBestIou(centred, s) >= 0.5 ? 0 : 100.0 / IMAGES;
      }
      if (missed < best - 1e-9) {
        best = missed;
        bestSide = side;
      }
    }
    Figure figure = evaluation.overall(Metric.GT_KNOWN_ERROR).orElseThrow();
    Figure.Baseline baseline = figure.baseline().orElseThrow();
    assertThat(baseline.value()).isCloseTo(best, within(1e-4));
    assertThat(baseline.side()).isEqualTo(String.format(Locale.ROOT, "%.2f", bestSide / 100.0));
    assertThat(baseline.margin()).isCloseTo(best - figure.value(), within(1e-4));
    assertThat(baseline.marginInterval().low()).isLessThanOrEqualTo(baseline.margin());
    assertThat(baseline.marginInterval().high()).isGreaterThanOrEqualTo(baseline.margin());
  }

  @Test
  void groupsAddUpToTheWhole() {
    for (Figure.Grouping grouping : List.of(Figure.Grouping.CLASS, Figure.Grouping.SIZE)) {
      List<Figure> groups =
          evaluation.figures().stream()
              .filter(f -> f.grouping() == grouping && f.metric() == Metric.GT_KNOWN_ERROR)
              .toList();
      assertThat(groups).hasSizeGreaterThan(1);
      assertThat(groups.stream().mapToLong(Figure::cases).sum()).isEqualTo(IMAGES);
      double weighted = groups.stream().mapToDouble(f -> f.cases() * f.value()).sum() / IMAGES;
      assertThat(weighted).isCloseTo(value(Metric.GT_KNOWN_ERROR), within(1e-4));
    }
  }

  @Test
  void intervalsOfAShareAreAboutTwoStandardErrorsWide() {
    Figure figure = evaluation.overall(Metric.TOP1_ERROR).orElseThrow();
    double p = figure.value() / 100;
    double standardError = 100 * Math.sqrt(p * (1 - p) / IMAGES);
    double width = figure.interval().high() - figure.interval().low();
    assertThat(width).isBetween(2.8 * standardError, 5.2 * standardError);
    assertThat(figure.interval().low()).isLessThan(figure.value());
    assertThat(figure.interval().high()).isGreaterThan(figure.value());
  }

  @Test
  void sameSeedSameIntervalsWhateverTheOrder() {
    Scorer scorer = new Scorer(Overlap.INCLUSIVE);
    List<Score> scores = new ArrayList<>(SUBJECTS.stream().map(scorer::score).toList());
    Evaluation first = Evaluation.of(scores, 50, 1);
    Collections.reverse(scores);
    assertThat(Evaluation.of(scores, 50, 1).figures()).isEqualTo(first.figures());
    assertThat(Evaluation.of(scores, 50, 2).figures()).isNotEqualTo(first.figures());
  }

  @Test
  void withoutExplanationsOfTheTrueClassThereIsNoGtKnownFigure() {
    Subject right = bare("a", 3, 3, 3, new Box(0, 0, 9, 9));
    Subject wrong = bare("b", 3, 5, 5, new Box(0, 0, 9, 9));
    Scorer scorer = new Scorer(Overlap.INCLUSIVE);

    Evaluation predicted = Evaluation.of(List.of(scorer.score(right), scorer.score(wrong)), 20, 1);

    assertThat(predicted.explainsLabels()).isFalse();
    assertThat(predicted.overall(Metric.GT_KNOWN_ERROR)).isEmpty();
    assertThat(predicted.overall(Metric.PREDICTED_BOX_ERROR).orElseThrow().value()).isZero();
    assertThat(predicted.overall(Metric.TOP1_LOCALIZATION_ERROR).orElseThrow().value())
        .isEqualTo(50);
    assertThat(predicted.overall(Metric.MAX_BOX_ACC)).isEmpty();
    assertThat(predicted.overall(Metric.TOP5_ERROR)).isEmpty();
  }

  @Test
  void anExplanationWithoutABoxMisses() {
    Subject none =
        new Subject(
            "a",
            10,
            10,
            Set.of(1),
            List.of(new Subject.Truth(1, new Box(0, 0, 9, 9))),
            1,
            List.of(),
            1,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    Evaluation evaluation = Evaluation.of(List.of(new Scorer(Overlap.INCLUSIVE).score(none)), 5, 1);
    assertThat(evaluation.overall(Metric.GT_KNOWN_ERROR).orElseThrow().value()).isEqualTo(100);
  }

  @Test
  void twoExplanationsOfOneClassAreRefused() {
    Score score = new Scorer(Overlap.INCLUSIVE).score(bare("a.jpg", 1, 1, 1, new Box(0, 0, 9, 9)));
    assertThatThrownBy(() -> Evaluation.of(List.of(score, score), 5, 1))
        .hasMessageContaining("a.jpg");
  }

  @Test
  void sizeStrataBeginAtTheirLowerBound() {
    assertThat(SizeStratum.of(0.0999)).isEqualTo(SizeStratum.BELOW_10);
    assertThat(SizeStratum.of(0.10)).isEqualTo(SizeStratum.FROM_10_TO_25);
    assertThat(SizeStratum.of(0.25)).isEqualTo(SizeStratum.FROM_25_TO_50);
    assertThat(SizeStratum.of(0.75)).isEqualTo(SizeStratum.FROM_75);
    assertThat(SizeStratum.of(1)).isEqualTo(SizeStratum.FROM_75);
  }

  private static Subject bare(String id, int label, int predicted, int target, Box box) {
    return new Subject(
        id,
        10,
        10,
        Set.of(label),
        List.of(new Subject.Truth(label, new Box(0, 0, 9, 9))),
        predicted,
        List.of(),
        target,
        Optional.of(box),
        Optional.empty(),
        Optional.empty());
  }

  private static Subject subject(Random random, int i) {
    int width = 100 + random.nextInt(300);
    int height = 100 + random.nextInt(300);
    int label = random.nextInt(6);
    int predicted = random.nextInt(3) == 0 ? random.nextInt(6) : label;
    List<Subject.Truth> truth = new ArrayList<>();
    for (int k = random.nextInt(2); k >= 0; k--) {
      truth.add(new Subject.Truth(label, randomBox(random, width, height)));
    }
    Box near = truth.get(0).box();
    Box found =
        random.nextInt(4) == 0
            ? randomBox(random, width, height)
            : new Box(near.x0(), near.y0(), near.x1(), Math.max(near.y0(), near.y1() - 30));
    int n = 20;
    float[] x = new float[n];
    float[] y = new float[n];
    float[] weight = new float[n];
    for (int k = 0; k < n; k++) {
      boolean inside = random.nextInt(3) > 0;
      Box from = inside ? near : Box.whole(width, height);
      x[k] = (float) Math.rint(from.x0() + random.nextDouble() * (from.x1() - from.x0()));
      y[k] = (float) Math.rint(from.y0() + random.nextDouble() * (from.y1() - from.y0()));
      weight[k] = random.nextFloat();
    }
    Fixations points = Fixations.of(width, height, x, y, weight);
    return new Subject(
        "image-" + i,
        width,
        height,
        Set.of(label),
        truth,
        predicted,
        List.of(predicted, random.nextInt(6), random.nextInt(6)),
        label,
        Optional.of(found),
        Optional.of(points),
        Optional.of(HeatMap.gaussian(points, 28, 28, width / 15.0, height / 15.0)));
  }

  private static Box randomBox(Random random, int width, int height) {
    int x0 = random.nextInt(width / 2);
    int y0 = random.nextInt(height / 2);
    return new Box(
        x0,
        y0,
        x0 + 10 + random.nextInt(width / 2 - 10),
        y0 + 10 + random.nextInt(height / 2 - 10));
  }

  private static double slowBestIou(Subject s) {
    return slowBestIou(s.box().orElseThrow(), s);
  }

  private static double slowBestIou(Box found, Subject s) {
    double best = 0;
    for (Subject.Truth truth : s.truth()) {
      Box box = truth.box();
      double w = Math.min(found.x1(), box.x1()) - Math.max(found.x0(), box.x0()) + 1;
      double h = Math.min(found.y1(), box.y1()) - Math.max(found.y0(), box.y0()) + 1;
      double both = w > 0 && h > 0 ? w * h : 0;
      double either =
          (found.x1() - found.x0() + 1) * (found.y1() - found.y0() + 1)
              + (box.x1() - box.x0() + 1) * (box.y1() - box.y0() + 1)
              - both;
      best = Math.max(best, both / either);
    }
    return best;
  }

  private static double wsolIou(Subject s, List<Box> boxes) {
    List<Subject.Truth> resized =
        s.truth().stream()
            .map(
                t ->
                    new Subject.Truth(
                        t.label(),
                        new Box(
                            Math.floor(t.box().x0() * 224 / s.width()),
                            Math.floor(t.box().y0() * 224 / s.height()),
                            Math.floor(t.box().x1() * 224 / s.width()),
                            Math.floor(t.box().y1() * 224 / s.height()))))
            .toList();
    Subject small =
        new Subject(
            s.imageId(),
            224,
            224,
            s.labels(),
            resized,
            s.predicted(),
            s.topFive(),
            s.target(),
            s.box(),
            s.fixations(),
            s.map());
    return boxes.stream().mapToDouble(box -> slowBestIou(box, small)).max().orElseThrow();
  }

  /** The evaluator's boxes by flood fill, that of the region of largest polygon first. */
  private static List<Box> slowRegions(byte[] grey, int level) {
    int n = ScoreMap.SIZE;
    boolean[][] on = new boolean[n + 2][n + 2];
    for (int i = 0; i < grey.length; i++) {
      on[i / n + 1][i % n + 1] = Byte.toUnsignedInt(grey[i]) > level;
    }
    int[][] outside = new int[n + 2][n + 2];
    fill(on, false, outside, 0, 0, 1, 4);
    boolean[][] filled = new boolean[n + 2][n + 2];
    for (int r = 0; r < n + 2; r++) {
      for (int c = 0; c < n + 2; c++) {
        filled[r][c] = outside[r][c] == 0;
      }
    }
    List<Box> boxes = new ArrayList<>();
    int largest = 0;
    double most = -1;
    int[][] seen = new int[n + 2][n + 2];
    int id = 0;
    for (int r = 1; r <= n; r++) {
      for (int c = 1; c <= n; c++) {
        if (filled[r][c] && seen[r][c] == 0) {
          int[] box = fill(filled, true, seen, r, c, ++id, 8);
          double area = 0;
          for (int rr = box[0]; rr < box[2]; rr++) {
            for (int cc = box[1]; cc < box[3]; cc++) {
              int set = 0;
              for (int k = 0; k < 4; k++) {
                set += seen[rr + k / 2][cc + k % 2] == id ? 1 : 0;
              }
              area += set == 4 ? 1 : set == 3 ? 0.5 : 0;
            }
          }
          if (area >= most) {
            most = area;
            largest = boxes.size();
          }
          boxes.add(wsolBox(box, 0));
        }
      }
    }
    if (boxes.isEmpty()) {
      return List.of(new Box(0, 0, 0, 0));
    }
    Collections.swap(boxes, 0, largest);
    int[][] regions = new int[n + 2][n + 2];
    int[][] holes = new int[n + 2][n + 2];
    for (int r = 1; r <= n; r++) {
      for (int c = 1; c <= n; c++) {
        if (on[r][c] && regions[r][c] == 0) {
          boxes.add(wsolBox(fill(on, true, regions, r, c, 1, 8), 0));
        } else if (!on[r][c] && outside[r][c] == 0 && holes[r][c] == 0) {
          boxes.add(wsolBox(fill(on, false, holes, r, c, 1, 4), 1));
        }
      }
    }
    return boxes;
  }

  private static Box wsolBox(int[] extent, int around) {
    return new Box(
        extent[1] - 1 - around,
        extent[0] - 1 - around,
        Math.min(223, extent[3] + around),
        Math.min(223, extent[2] + around));
  }

  /** Marks the region of a cell and returns its first row, first column, last row, last column. */
  private static int[] fill(
      boolean[][] cells, boolean value, int[][] mark, int row, int col, int id, int connected) {
    int[] box = {row, col, row, col};
    List<int[]> stack = new ArrayList<>(List.of(new int[] {row, col}));
    mark[row][col] = id;
    while (!stack.isEmpty()) {
      int[] at = stack.remove(stack.size() - 1);
      box[0] = Math.min(box[0], at[0]);
      box[1] = Math.min(box[1], at[1]);
      box[2] = Math.max(box[2], at[0]);
      box[3] = Math.max(box[3], at[1]);
      for (int dr = -1; dr <= 1; dr++) {
        for (int dc = -1; dc <= 1; dc++) {
          int r = at[0] + dr;
          int c = at[1] + dc;
          if ((connected == 8 || dr == 0 || dc == 0)
              && r >= 0
              && c >= 0
              && r < cells.length
              && c < cells.length
              && cells[r][c] == value
              && mark[r][c] == 0) {
            mark[r][c] = id;
            stack.add(new int[] {r, c});
          }
        }
      }
    }
    return box;
  }

  private static void assertMean(Metric metric, ToDoubleFunction<Subject> value) {
    assertThat(value(metric))
        .isCloseTo(SUBJECTS.stream().mapToDouble(value).average().orElseThrow(), within(1e-4));
  }

  private static double value(Metric metric) {
    return evaluation.overall(metric).orElseThrow().value();
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
