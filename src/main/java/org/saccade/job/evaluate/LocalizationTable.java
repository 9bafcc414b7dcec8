package org.saccade.job.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.saccade.job.tables.Claim;
import org.saccade.job.tables.TableColumns;
import org.saccade.localization.Box;
import org.saccade.localization.Figure;
import org.saccade.localization.Interval;
import org.saccade.localization.Score;
import org.saccade.localization.SizeStratum;
import org.saccade.localization.Subject;

/**
 * The tables of an evaluation: {@code localization}, a row per image and target, and the figures by
 * group. Columns are only ever added.
 */
final class LocalizationTable {
  /** Counts up with every addition. */
  static final int SCHEMA_VERSION = 1;

  private static final double HALF = 0.5;

  private static final StructType TRUTH =
      new StructType()
          .add("label", DataTypes.IntegerType)
          .add("x0", DataTypes.DoubleType)
          .add("y0", DataTypes.DoubleType)
          .add("x1", DataTypes.DoubleType)
          .add("y1", DataTypes.DoubleType)
          .add("iou", DataTypes.DoubleType);

  private LocalizationTable() {}

  /** Columns of {@code localization}. */
  static StructType schema(String runId) {
    return first("image_id", runId)
        .add("target_class", DataTypes.IntegerType)
        .add("evaluation", DataTypes.StringType)
        .add("label", DataTypes.IntegerType)
        .add("predicted_class", DataTypes.IntegerType)
        .add("width", DataTypes.IntegerType)
        .add("height", DataTypes.IntegerType)
        .add("box", TableColumns.BOX)
        .add("ground_truth", DataTypes.createArrayType(TRUTH))
        .add("best_iou", DataTypes.DoubleType)
        .add("localized", DataTypes.BooleanType)
        .add("top1_correct", DataTypes.BooleanType)
        .add("top5_correct", DataTypes.BooleanType)
        .add("top1_localized", DataTypes.BooleanType)
        .add("truth_share", DataTypes.DoubleType)
        .add("size_stratum", DataTypes.StringType)
        .add("pointing_hit", DataTypes.BooleanType)
        .add("mass_inside", DataTypes.DoubleType)
        .add("fixation_share", DataTypes.DoubleType)
        .add("gini", DataTypes.DoubleType)
        .add("entropy", DataTypes.DoubleType);
  }

  /** A row in the order of {@link #schema}. */
  static Row row(Claim claim, Optional<Subject> subject, Optional<Score> score, String evaluation) {
    OptionalInt label =
        subject
            .filter(s -> s.labels().size() == 1)
            .map(s -> OptionalInt.of(s.labels().iterator().next()))
            .orElse(claim.label());
    return RowFactory.create(
        claim.imageId(),
        boxed(claim.target()),
        evaluation,
        boxed(label),
        boxed(claim.predicted()),
        claim.width() > 0 ? claim.width() : null,
        claim.height() > 0 ? claim.height() : null,
        claim.box().map(LocalizationTable::box).orElse(null),
        subject.flatMap(s -> score.map(of -> truth(s, of))).orElse(null),
        score.map(Score::bestIou).orElse(null),
        score.map(s -> s.bestIou() >= HALF).orElse(null),
        score.map(Score::topOneCorrect).orElse(null),
        score.flatMap(Score::topFiveCorrect).orElse(null),
        score
            .filter(s -> s.target() == s.predicted())
            .map(s -> s.topOneCorrect() && s.bestIou() >= HALF)
            .orElse(null),
        score.map(Score::truthShare).orElse(null),
        score.map(Score::stratum).map(SizeStratum::title).orElse(null),
        score.flatMap(Score::pointingHit).orElse(null),
        score.flatMap(Score::massInside).orElse(null),
        score
            .filter(s -> s.fixationShare().isPresent())
            .map(s -> s.fixationShare().getAsDouble())
            .orElse(null),
        score.flatMap(Score::gini).orElse(null),
        score.flatMap(Score::entropy).orElse(null));
  }

  /**
   * Columns of the tables of figures.
   *
   * @param groupColumn what the rows are grouped by
   */
  static StructType figureSchema(String groupColumn, String runId) {
    return first(groupColumn, runId)
        .add("metric", DataTypes.StringType)
        .add("unit", DataTypes.StringType)
        .add("better", DataTypes.StringType)
        .add("cases", DataTypes.LongType)
        .add("value", DataTypes.DoubleType)
        .add("low", DataTypes.DoubleType)
        .add("high", DataTypes.DoubleType)
        .add("setting", DataTypes.StringType)
        .add("centred_box", DataTypes.DoubleType)
        .add("centred_box_side", DataTypes.StringType)
        .add("margin", DataTypes.DoubleType)
        .add("margin_low", DataTypes.DoubleType)
        .add("margin_high", DataTypes.DoubleType);
  }

  /** A row in the order of {@link #figureSchema}. */
  static Row row(Figure figure) {
    Optional<Figure.Baseline> baseline = figure.baseline();
    Optional<Interval> margin = baseline.map(Figure.Baseline::marginInterval);
    return RowFactory.create(
        figure.group(),
        figure.metric().id(),
        name(figure.metric().unit()),
        name(figure.metric().better()),
        figure.cases(),
        figure.value(),
        figure.interval().low(),
        figure.interval().high(),
        figure.setting().orElse(null),
        baseline.map(Figure.Baseline::value).orElse(null),
        baseline.map(Figure.Baseline::side).orElse(null),
        baseline.map(Figure.Baseline::margin).orElse(null),
        margin.map(Interval::low).orElse(null),
        margin.map(Interval::high).orElse(null));
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** The first column carries the run's id, because Spark writes a field's metadata to the file. */
  private static StructType first(String name, String runId) {
    return TableColumns.first(name, runId, SCHEMA_VERSION);
  }

  private static Row box(Box box) {
    return RowFactory.create(box.x0(), box.y0(), box.x1(), box.y1());
  }

  private static Row[] truth(Subject subject, Score score) {
    List<Subject.Truth> opposing = subject.opposingTruth();
    Row[] rows = new Row[opposing.size()];
    for (int i = 0; i < rows.length; i++) {
      Box box = opposing.get(i).box();
      rows[i] =
          RowFactory.create(
              opposing.get(i).label(), box.x0(), box.y0(), box.x1(), box.y1(), score.ious().get(i));
    }
    return rows;
  }

  private static Integer boxed(OptionalInt value) {
    return value.isPresent() ? Integer.valueOf(value.getAsInt()) : null;
  }
}
