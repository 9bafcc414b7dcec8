package org.saccade.job.evaluate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.saccade.UserException;
import org.saccade.dataset.AnnotatedImage;
import org.saccade.dataset.FaultLog;
import org.saccade.dataset.GroundTruth;
import org.saccade.job.ResultFolder;
import org.saccade.job.tables.AlignedBoxes;
import org.saccade.job.tables.ExplanationRows;
import org.saccade.localization.Evaluation;
import org.saccade.localization.Figure;
import org.saccade.localization.Score;

/**
 * The Spark job {@code evaluate}: explanations and ground truth in, {@code localization} and tables
 * of figures out.
 *
 * <p>Executors score rows; the driver gathers about a kilobyte per row, chooses thresholds and
 * sides over the whole data set and resamples. Nothing is written unless something could be scored.
 */
public final class EvaluateJob {
  private static final int BOXES_PER_TASK = 4000;

  private final EvaluateOptions options;

  public EvaluateJob(EvaluateOptions options) {
    this.options = options;
  }

  /**
   * Evaluates what the options say.
   *
   * @throws UserException if the input or the output folder is at fault; nothing has been written
   *     then
   */
  public EvaluationReport run() {
    Instant started = Instant.now();
    SparkSession spark = SparkSession.builder().appName("saccade evaluate").getOrCreate();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    ResultFolder folder = EvaluationFolder.of(options.output(), hadoop);
    folder.requireFree(options.overwrite());

    FaultLog faults = new FaultLog();
    GroundTruth truth = options.groundTruth().read(hadoop, faults);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<GroundTruth> shared = context.broadcast(truth);
    Judge judge = new Judge(shared, options.overlap());
    JavaRDD<Verdict> verdicts =
        verdicts(spark, context, hadoop, truth, judge).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<Verdict> findings = verdicts.map(Verdict::withoutRow).collect();
      List<Score> scores = scores(findings);
      noteFaults(findings, faults);
      EvaluationReport.Counts counts = counts(findings, truth, faults);
      if (scores.isEmpty()) {
        throw new UserException(
            "none of the %d rows could be evaluated: %s"
                .formatted(findings.size(), String.join("; ", counts.sentences())));
      }
      Evaluation evaluation = Evaluation.of(scores, options.resamples(), options.seed());

      String runId = UUID.randomUUID().toString();
      folder.prepare(options.overwrite());
      write(spark, verdicts.map(Verdict::row), runId, folder);
      EvaluationReport report =
          new EvaluationReport(
              options,
              runId,
              truth.format(),
              evaluation,
              counts,
              Duration.between(started, Instant.now()));
      writeFigures(spark, evaluation, runId, folder);
      folder.finish(report.summaryJson(), report.manifestJson());
      return report;
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(options.output(), e.getMessage()),
          e);
    } finally {
      verdicts.unpersist();
      shared.destroy();
    }
  }

  private JavaRDD<Verdict> verdicts(
      SparkSession spark,
      JavaSparkContext context,
      Configuration hadoop,
      GroundTruth truth,
      Judge judge) {
    if (options.subject() instanceof EvaluateOptions.Boxes boxes) {
      String classLabels =
          options
              .groundTruth()
              .classLabels()
              .orElseThrow(
                  () ->
                      new UserException(
                          "a file of boxes needs --class-labels FILE, whose images its lines follow"));
      List<BoxFile.BoxLine> lines = new BoxFile(boxes, hadoop).read(classLabels, truth);
      return context
          .parallelize(
              lines, Math.max(context.defaultParallelism(), lines.size() / BOXES_PER_TASK + 1))
          .map(line -> judge.judge(line.claim()));
    }
    String folder = ((EvaluateOptions.Explanations) options.subject()).folder();
    return ExplanationRows.read(folder, spark, hadoop)
        .toJavaRDD()
        .map(row -> judge.judge(ExplanationRows.claim(row)));
  }

  private static List<Score> scores(List<Verdict> findings) {
    List<Score> scores = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Verdict finding : findings) {
      if (finding.outcome() == Verdict.Outcome.EVALUATED) {
        Score score = finding.score();
        if (!seen.add(score.target() + " " + score.imageId())) {
          throw new UserException(
              "the explanations hold two rows of %s for class %d: keep one"
                  .formatted(score.imageId(), score.target()));
        }
        scores.add(score);
      }
    }
    return scores;
  }

  /** An image with several targets meets its ground truth several times; it counts once. */
  private static void noteFaults(List<Verdict> findings, FaultLog faults) {
    Set<AlignedBoxes.Note> notes = new LinkedHashSet<>();
    findings.stream()
        .sorted(Comparator.comparing(Verdict::imageId))
        .forEach(finding -> notes.addAll(finding.notes()));
    notes.forEach(note -> faults.add(note.fault(), note.example()));
  }

  private static EvaluationReport.Counts counts(
      List<Verdict> findings, GroundTruth truth, FaultLog faults) {
    Set<String> matched = new HashSet<>();
    findings.forEach(finding -> matched.add(finding.matchedId()));
    List<String> unexplained =
        truth.images().stream()
            .map(AnnotatedImage::imageId)
            .filter(id -> !matched.contains(id))
            .sorted()
            .toList();
    return EvaluationReport.Counts.of(findings, unexplained, faults);
  }

  private static void write(
      SparkSession spark, JavaRDD<Row> rows, String runId, ResultFolder folder) {
    spark
        .createDataFrame(rows, LocalizationTable.schema(runId))
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(folder.table("localization"));
  }

  private static void writeFigures(
      SparkSession spark, Evaluation evaluation, String runId, ResultFolder folder) {
    for (Figure.Grouping grouping : Figure.Grouping.values()) {
      List<Row> rows =
          evaluation.figures().stream()
              .filter(figure -> figure.grouping() == grouping)
              .map(LocalizationTable::row)
              .toList();
      spark
          .createDataFrame(
              rows, LocalizationTable.figureSchema(EvaluationFolder.column(grouping), runId))
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(folder.table(EvaluationFolder.table(grouping)));
    }
  }
}
