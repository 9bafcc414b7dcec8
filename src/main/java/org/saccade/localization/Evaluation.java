package org.saccade.localization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The figures of a data set: every {@link Metric} overall, by class and by size stratum, each with
 * its bootstrap interval and with what a centred box achieves.
 *
 * <p>A case is an image and one of its true classes. The order of the scores does not matter.
 */
public final class Evaluation {
  private static final double PERCENT = 100;

  private final List<Case> cases;
  private final boolean explainsLabels;
  private final List<Figure> figures;

  /** An image and one of its true classes, with the explanations of that and of the prediction. */
  private record Case(
      String imageId,
      int label,
      Optional<Score> ofLabel,
      Optional<Score> ofPrediction,
      Score any) {}

  /** A metric's value for every case, NaN where it has none, and the baseline's. */
  private static final class Column {
    private final Metric metric;
    private final float[] value;
    private final float[] baseline;
    private final Optional<String> setting;
    private final String side;

    Column(Metric metric, float[] value, float[] baseline, Optional<String> setting, String side) {
      this.metric = metric;
      this.value = value;
      this.baseline = baseline;
      this.setting = setting;
      this.side = side;
    }
  }

  private Evaluation(List<Case> cases, boolean explainsLabels, List<Figure> figures) {
    this.cases = cases;
    this.explainsLabels = explainsLabels;
    this.figures = figures;
  }

  /**
   * Sums up scores.
   *
   * @param scores at most one per image and target
   * @param resamples bootstrap resamples
   * @param seed of the resamples
   * @throws IllegalArgumentException if there is no score, or two of one image and target
   */
  public static Evaluation of(List<Score> scores, int resamples, long seed) {
    List<Case> cases = cases(scores);
    if (cases.isEmpty()) {
      throw new IllegalArgumentException("an evaluation needs at least one scored explanation");
    }
    boolean explainsLabels = cases.stream().allMatch(c -> c.ofLabel().isPresent());
    List<Column> columns = new Columns(cases, explainsLabels).all();
    Bootstrap bootstrap = new Bootstrap(resamples, seed);

    List<String> sizeNames = Arrays.stream(SizeStratum.values()).map(SizeStratum::title).toList();
    int[] labels = cases.stream().mapToInt(Case::label).distinct().sorted().toArray();
    int[] byClass = cases.stream().mapToInt(c -> Arrays.binarySearch(labels, c.label())).toArray();
    int[] bySize =
        cases.stream().mapToInt(c -> sizeNames.indexOf(c.any().stratum().title())).toArray();
    List<String> classNames = Arrays.stream(labels).mapToObj(Integer::toString).toList();

    List<Figure> figures = new ArrayList<>();
    for (Column column : columns) {
      Groups classes =
          new Groups(
              Figure.Grouping.CLASS,
              classNames,
              byClass,
              bootstrap.of(
                  column.value,
                  column.baseline,
                  byClass,
                  labels.length,
                  column.metric == Metric.POINTING_GAME));
      Groups sizes =
          new Groups(
              Figure.Grouping.SIZE,
              sizeNames,
              bySize,
              bootstrap.of(column.value, column.baseline, bySize, sizeNames.size(), false));
      figures.add(classes.overall(column));
      figures.addAll(classes.each(column));
      figures.addAll(sizes.each(column));
    }
    figures.sort(Comparator.comparing(Figure::grouping));
    return new Evaluation(cases, explainsLabels, List.copyOf(figures));
  }

  /** Number of cases. */
  public int cases() {
    return cases.size();
  }

  /** Number of images. */
  public int images() {
    return (int) cases.stream().map(Case::imageId).distinct().count();
  }

  /** Whether every case has an explanation of its true class, so that GT-known figures exist. */
  public boolean explainsLabels() {
    return explainsLabels;
  }

  /** All figures: overall first, then by class, then by size; metrics in their order. */
  public List<Figure> figures() {
    return figures;
  }

  /** The overall figure of a metric; empty where nothing could be measured. */
  public Optional<Figure> overall(Metric metric) {
    return figures.stream()
        .filter(f -> f.grouping() == Figure.Grouping.OVERALL && f.metric() == metric)
        .findFirst();
  }

  private static List<Case> cases(List<Score> scores) {
    Map<String, Map<Integer, Score>> byImage = new TreeMap<>();
    for (Score score : scores) {
      Score before =
          byImage
              .computeIfAbsent(score.imageId(), id -> new HashMap<>())
              .putIfAbsent(score.target(), score);
      if (before != null) {
        throw new IllegalArgumentException(
            "%s has two explanations of class %d".formatted(score.imageId(), score.target()));
      }
    }
    List<Case> cases = new ArrayList<>();
    byImage.forEach(
        (imageId, byTarget) -> {
          Score any = byTarget.values().iterator().next();
          Optional<Score> ofPrediction = Optional.ofNullable(byTarget.get(any.predicted()));
          any.labels().stream()
              .sorted()
              .forEach(
                  label -> {
                    Optional<Score> ofLabel = Optional.ofNullable(byTarget.get(label));
                    cases.add(new Case(imageId, label, ofLabel, ofPrediction, ofLabel.orElse(any)));
                  });
        });
    return cases;
  }

  /** Figures of the groups of one grouping. */
  private static final class Groups {
    private final Figure.Grouping grouping;
    private final List<String> names;
    private final int[] group;
    private final Bootstrap.Intervals intervals;

    Groups(
        Figure.Grouping grouping, List<String> names, int[] group, Bootstrap.Intervals intervals) {
      this.grouping = grouping;
      this.names = names;
      this.group = group;
      this.intervals = intervals;
    }

    List<Figure> each(Column column) {
      double[] weight = new double[names.size()];
      double[] sum = new double[names.size()];
      double[] baseline = new double[names.size()];
      sums(column, weight, sum, baseline);
      List<Figure> figures = new ArrayList<>();
      for (int g = 0; g < names.size(); g++) {
        if (weight[g] > 0) {
          figures.add(
              figure(
                  grouping,
                  names.get(g),
                  column,
                  (long) weight[g],
                  sum[g] / weight[g],
                  baseline[g] / weight[g],
                  intervals.value().get(g),
                  intervals.margin().get(g)));
        }
      }
      return figures;
    }

    Figure overall(Column column) {
      double[] weight = new double[names.size()];
      double[] sum = new double[names.size()];
      double[] baseline = new double[names.size()];
      sums(column, weight, sum, baseline);
      boolean classMean = column.metric == Metric.POINTING_GAME;
      double all = 0;
      double value = 0;
      double reference = 0;
      for (int g = 0; g < names.size(); g++) {
        if (weight[g] > 0) {
          double share = classMean ? weight[g] : 1;
          all += weight[g] / share;
          value += sum[g] / share;
          reference += baseline[g] / share;
        }
      }
      return figure(
          Figure.Grouping.OVERALL,
          "all",
          column,
          (long) Arrays.stream(weight).sum(),
          value / all,
          reference / all,
          intervals.overall(),
          intervals.overallMargin());
    }

    private void sums(Column column, double[] weight, double[] sum, double[] baseline) {
      for (int i = 0; i < group.length; i++) {
        if (!Float.isNaN(column.value[i])) {
          weight[group[i]]++;
          sum[group[i]] += column.value[i];
          baseline[group[i]] += column.baseline[i];
        }
      }
    }

    private static Figure figure(
        Figure.Grouping grouping,
        String name,
        Column column,
        long cases,
        double value,
        double baseline,
        Interval interval,
        Interval margin) {
      boolean lower = column.metric.better() == Metric.Better.LOWER;
      double scale = column.metric.unit() == Metric.Unit.PERCENT ? PERCENT : 1;
      Optional<Figure.Baseline> centred =
          Double.isNaN(baseline)
              ? Optional.empty()
              : Optional.of(
                  new Figure.Baseline(
                      column.side,
                      scale * baseline,
                      scale * (lower ? baseline - value : value - baseline),
                      lower
                          ? new Interval(scale * (0 - margin.high()), scale * (0 - margin.low()))
                          : new Interval(scale * margin.low(), scale * margin.high())));
      return new Figure(
          grouping,
          name,
          column.metric,
          cases,
          scale * value,
          new Interval(scale * interval.low(), scale * interval.high()),
          column.setting,
          centred);
    }
  }

  /** Chooses thresholds and sides over all cases and lays the values out, a column per metric. */
  private record Columns(List<Case> cases, boolean explainsLabels) {

    List<Column> all() {
      Map<Metric, Column> columns = new LinkedHashMap<>();
      plain(columns, Metric.TOP1_ERROR, c -> c.any().topOneCorrect() ? 0 : 1);
      plain(
          columns,
          Metric.TOP5_ERROR,
          c -> c.any().topFiveCorrect().map(correct -> correct ? 0.0 : 1.0).orElse(Double.NaN));
      errors(columns, Metric.TOP1_LOCALIZATION_ERROR, this::topOneLocalizationError, true);
      if (explainsLabels) {
        errors(columns, Metric.GT_KNOWN_ERROR, c -> missed(c.ofLabel()), false);
      }
      if (cases.stream().allMatch(c -> c.ofPrediction().isPresent())) {
        errors(columns, Metric.PREDICTED_BOX_ERROR, c -> missed(c.ofPrediction()), false);
      }
      accuracy(columns, Metric.BOX_ACCURACY_30, 0);
      accuracy(columns, Metric.BOX_ACCURACY_50, 1);
      accuracy(columns, Metric.BOX_ACCURACY_70, 2);
      if (cases.stream().allMatch(c -> explained(c).flatMap(Score::map).isPresent())) {
        maps(columns);
      }
      if (cases.stream().anyMatch(c -> !Double.isNaN(explainedFixations(c)))) {
        shares(columns, Metric.FIXATION_SHARE, this::explainedFixations);
      }
      return columns.values().stream().filter(Columns::hasValues).toList();
    }

    private static boolean hasValues(Column column) {
      return IntStream.range(0, column.value.length).anyMatch(i -> !Float.isNaN(column.value[i]));
    }

    private void maps(Map<Metric, Column> columns) {
      Function<Case, Outcomes> largest = c -> mapOf(c).maxBoxAcc().largest();
      Function<Case, Outcomes> all = c -> mapOf(c).maxBoxAcc().all();
      maxBoxAcc(columns, Metric.MAX_BOX_ACC, largest, Outcomes.HALF, Outcomes.HALF + 1);
      maxBoxAcc(columns, Metric.MAX_BOX_ACC_ALL_CONTOURS, all, Outcomes.HALF, Outcomes.HALF + 1);
      maxBoxAcc(columns, Metric.MAX_BOX_ACC_V2, all, 0, Outcomes.levels());
      maxBoxAcc(columns, Metric.MAX_BOX_ACC_V2_LARGEST_CONTOUR, largest, 0, Outcomes.levels());
      columns.put(
          Metric.POINTING_GAME,
          new Column(
              Metric.POINTING_GAME,
              values(c -> mapOf(c).points() ? 1 : 0),
              values(c -> scoreOf(c).centred().centrePoints() ? 1 : 0),
              Optional.empty(),
              "centre"));
      shares(columns, Metric.ENERGY_POINTING_GAME, c -> mapOf(c).massInside());
      int side = best(Outcomes.HALF, c -> scoreOf(c).centred().outcomes(), c -> false);
      double area = CentredBoxes.side(side) * CentredBoxes.side(side);
      constantBaseline(columns, Metric.GINI, c -> mapOf(c).gini(), 1 - area, side);
      double pixels = area * ScoreMap.SIZE * ScoreMap.SIZE;
      constantBaseline(
          columns, Metric.ENTROPY, c -> mapOf(c).entropy(), Math.log(pixels) / Math.log(2), side);
    }

    private void plain(Map<Metric, Column> columns, Metric metric, ToDoubleFunction<Case> value) {
      columns.put(metric, new Column(metric, values(value), nothing(), Optional.empty(), "none"));
    }

    /** An error whose baseline puts the centred box in place of the explanation's. */
    private void errors(
        Map<Metric, Column> columns,
        Metric metric,
        ToDoubleFunction<Case> value,
        boolean needsRightClass) {
      ToDoubleFunction<Case> given = c -> needsRightClass && !c.any().topOneCorrect() ? 1 : 0;
      int side =
          best(Outcomes.HALF, c -> c.any().centred().outcomes(), c -> given.applyAsDouble(c) > 0);
      columns.put(
          metric,
          new Column(
              metric,
              values(value),
              values(
                  c ->
                      given.applyAsDouble(c) > 0
                              || !c.any().centred().outcomes().reached(side, Outcomes.HALF)
                          ? 1
                          : 0),
              Optional.empty(),
              sideName(side)));
    }

    private void accuracy(Map<Metric, Column> columns, Metric metric, int level) {
      int side = best(level, c -> c.any().centred().outcomes(), c -> false);
      columns.put(
          metric,
          new Column(
              metric,
              values(
                  c ->
                      explained(c)
                          .map(s -> s.bestIou() >= Outcomes.level(level) ? 1.0 : 0.0)
                          .orElse(Double.NaN)),
              values(c -> c.any().centred().outcomes().reached(side, level) ? 1 : 0),
              Optional.empty(),
              sideName(side)));
    }

    private void maxBoxAcc(
        Map<Metric, Column> columns,
        Metric metric,
        Function<Case, Outcomes> outcomes,
        int fromLevel,
        int toLevel) {
      float[] value = new float[cases.size()];
      float[] baseline = new float[cases.size()];
      List<String> thresholds = new ArrayList<>();
      List<String> sides = new ArrayList<>();
      int levels = toLevel - fromLevel;
      for (int level = fromLevel; level < toLevel; level++) {
        int threshold = best(level, outcomes, c -> false);
        int side = best(level, c -> scoreOf(c).centred().scoreMapOutcomes(), c -> false);
        thresholds.add(String.format(Locale.ROOT, "%.2f", MaxBoxAcc.threshold(threshold)));
        sides.add(sideName(side));
        for (int i = 0; i < value.length; i++) {
          Case c = cases.get(i);
          value[i] += outcomes.apply(c).reached(threshold, level) ? 1f / levels : 0;
          baseline[i] +=
              scoreOf(c).centred().scoreMapOutcomes().reached(side, level) ? 1f / levels : 0;
        }
      }
      columns.put(
          metric,
          new Column(
              metric,
              value,
              baseline,
              Optional.of("threshold " + String.join(", ", thresholds)),
              String.join(", ", sides)));
    }

    /** A share of mass inside true boxes, against even mass on the centred box. */
    private void shares(Map<Metric, Column> columns, Metric metric, ToDoubleFunction<Case> value) {
      double most = -1;
      int best = 0;
      for (int setting = 0; setting < Outcomes.SETTINGS; setting++) {
        double sum = 0;
        for (Case c : cases) {
          sum += c.any().centred().shareInside(setting);
        }
        if (sum > most) {
          most = sum;
          best = setting;
        }
      }
      int side = best;
      columns.put(
          metric,
          new Column(
              metric,
              values(value),
              values(c -> c.any().centred().shareInside(side)),
              Optional.empty(),
              sideName(side)));
    }

    private void constantBaseline(
        Map<Metric, Column> columns,
        Metric metric,
        ToDoubleFunction<Case> value,
        double baseline,
        int side) {
      columns.put(
          metric,
          new Column(
              metric, values(value), values(c -> baseline), Optional.empty(), sideName(side)));
    }

    private double topOneLocalizationError(Case c) {
      return c.any().topOneCorrect() ? missed(c.ofPrediction()) : 1;
    }

    private static double missed(Optional<Score> score) {
      return score.map(s -> s.bestIou() >= 0.5 ? 0.0 : 1.0).orElse(Double.NaN);
    }

    /** The explanation that box and map metrics are about. */
    private Optional<Score> explained(Case c) {
      return explainsLabels ? c.ofLabel() : c.ofPrediction();
    }

    private Score scoreOf(Case c) {
      return explained(c).orElse(c.any());
    }

    private MapScores mapOf(Case c) {
      return explained(c).flatMap(Score::map).orElseThrow();
    }

    private double explainedFixations(Case c) {
      return explained(c).map(s -> s.fixationShare().orElse(Double.NaN)).orElse(Double.NaN);
    }

    private float[] values(ToDoubleFunction<Case> value) {
      float[] values = new float[cases.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) value.applyAsDouble(cases.get(i));
      }
      return values;
    }

    private float[] nothing() {
      float[] nothing = new float[cases.size()];
      Arrays.fill(nothing, Float.NaN);
      return nothing;
    }

    /** The setting that most cases reach; the smallest among equals. */
    private int best(int level, Function<Case, Outcomes> outcomes, Predicate<Case> lost) {
      int[] reached = new int[Outcomes.SETTINGS];
      for (Case c : cases) {
        if (!lost.test(c)) {
          Outcomes of = outcomes.apply(c);
          for (int setting = 0; setting < reached.length; setting++) {
            reached[setting] += of.reached(setting, level) ? 1 : 0;
          }
        }
      }
      int best = 0;
      for (int setting = 1; setting < reached.length; setting++) {
        best = reached[setting] > reached[best] ? setting : best;
      }
      return best;
    }

    private static String sideName(int setting) {
      return String.format(Locale.ROOT, "%.2f", CentredBoxes.side(setting));
    }
  }
}
