package org.saccade.job.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.job.tables.ExplanationRows;
import org.saccade.localization.Box;
import org.saccade.report.ReportRow;
import org.saccade.report.ReportRow.Fault;
import org.saccade.report.ReportRow.Judgement;
import org.saccade.report.ReportRow.RankedClass;

/** Explanations with what the evaluation says about them, as the report wants them. */
final class ReportRows {
  /** What the report reads of an explanation besides map and trace, which are large. */
  private static final List<String> FACTS =
      List.of(
          "image_id",
          "width",
          "height",
          "status",
          "error_code",
          "error_message",
          "label",
          "predicted_class",
          "top_k",
          "target_class",
          "fixations",
          "box");

  private static final List<String> PICTURE = List.of("uri", "profile", "geometry", "map", "trace");

  private final Dataset<Row> rows;

  private ReportRows(Dataset<Row> rows) {
    this.rows = rows;
  }

  /**
   * The rows of a run, joined with an evaluation of them.
   *
   * @throws UserException if there is no such table
   */
  static ReportRows read(
      String explanations,
      Optional<String> localization,
      SparkSession spark,
      Configuration hadoop) {
    Dataset<Row> rows = ExplanationRows.read(explanations, spark, hadoop);
    if (localization.isEmpty()) {
      return new ReportRows(rows);
    }
    Dataset<Row> judged =
        localization(localization.get(), spark, hadoop)
            .select(
                col("image_id").as("judged_image"),
                col("target_class").as("judged_class"),
                col("best_iou"),
                col("ground_truth"),
                col("fixation_share"))
            .where(col("best_iou").isNotNull());
    Column same =
        col("image_id")
            .equalTo(col("judged_image"))
            .and(col("target_class").equalTo(col("judged_class")));
    return new ReportRows(rows.join(judged, same, "left").drop("judged_image", "judged_class"));
  }

  private static Dataset<Row> localization(
      String folder, SparkSession spark, Configuration hadoop) {
    try {
      Path table = new Path(folder, "localization");
      FileSystem files = Storage.of(table, hadoop);
      if (!files.exists(table)) {
        throw new UserException(
            "%s holds no table of localization: give the output folder of a run of evaluate"
                .formatted(folder));
      }
      return spark.read().parquet(table.toString());
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "cannot read the evaluation %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** All rows without what only pictures need. */
  Dataset<Row> facts() {
    return select(List.of());
  }

  /** All rows with what pictures need. */
  Dataset<Row> pictures() {
    return select(PICTURE);
  }

  boolean traced() {
    return has("trace");
  }

  private Dataset<Row> select(List<String> more) {
    List<String> wanted = new ArrayList<>(FACTS);
    wanted.addAll(more);
    wanted.addAll(List.of("best_iou", "ground_truth", "fixation_share"));
    return rows.select(
        wanted.stream().filter(this::has).map(functions::col).toArray(Column[]::new));
  }

  private boolean has(String column) {
    return Arrays.asList(rows.columns()).contains(column);
  }

  /** Whether a row holds a trace, for tables with and without that column. */
  Column isTraced() {
    return traced() ? col("trace").isNotNull() : lit(false);
  }

  /** What the report shows of a row. */
  static ReportRow of(Row row) {
    return new ReportRow(
        row.getAs("image_id"),
        row.getAs("status"),
        fault(row),
        ExplanationRows.number(row, "label"),
        ExplanationRows.number(row, "target_class"),
        topClasses(row),
        ExplanationRows.fixations(row),
        ExplanationRows.struct(row, "box").map(ExplanationRows::box),
        judgement(row));
  }

  private static Optional<Fault> fault(Row row) {
    return text(row, "error_code")
        .map(code -> new Fault(code, text(row, "error_message").orElse("")));
  }

  private static List<RankedClass> topClasses(Row row) {
    return ExplanationRows.list(row, "top_k").orElse(List.of()).stream()
        .map(
            score ->
                new RankedClass(
                    score.<Number>getAs("class").intValue(),
                    text(score, "label"),
                    score.<Number>getAs("probability").doubleValue()))
        .toList();
  }

  private static Optional<Judgement> judgement(Row row) {
    if (!ExplanationRows.present(row, "best_iou")) {
      return Optional.empty();
    }
    List<Box> truth =
        ExplanationRows.list(row, "ground_truth").orElse(List.of()).stream()
            .map(ExplanationRows::box)
            .toList();
    OptionalDouble weightInside =
        ExplanationRows.present(row, "fixation_share")
            ? OptionalDouble.of(row.<Number>getAs("fixation_share").doubleValue())
            : OptionalDouble.empty();
    return Optional.of(
        new Judgement(truth, row.<Number>getAs("best_iou").doubleValue(), weightInside));
  }

  private static Optional<String> text(Row row, String column) {
    return ExplanationRows.present(row, column)
        ? Optional.of(row.<String>getAs(column))
        : Optional.empty();
  }
}
