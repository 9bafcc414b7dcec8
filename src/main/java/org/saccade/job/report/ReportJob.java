package org.saccade.job.report;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.saccade.UserException;
import org.saccade.job.Manifest;
import org.saccade.job.ResultFolder;
import org.saccade.report.AuditFacts;
import org.saccade.report.EvaluationFacts;
import org.saccade.report.Gallery;
import org.saccade.report.ReportRow;
import org.saccade.report.Site;
import org.saccade.report.Tally;
import org.saccade.report.Walk;
import scala.Tuple2;

/**
 * The Spark job {@code report}: tables in, a static site out. Executors count, read pictures again
 * and write them small; the driver holds sums, and as many lines as the gallery has pictures.
 */
public final class ReportJob {
  private final ReportOptions options;

  public ReportJob(ReportOptions options) {
    this.options = options;
  }

  /**
   * Writes the site.
   *
   * @return what was written, for people
   * @throws UserException if the input or the output folder is at fault; nothing has been written
   *     then
   */
  public String run() {
    Instant started = Instant.now();
    SparkSession spark = SparkSession.builder().appName("saccade report").getOrCreate();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    ReportRows rows =
        ReportRows.read(options.explanations(), options.localization(), spark, hadoop);
    RunFiles run = new RunFiles(options.explanations(), hadoop);
    Optional<EvaluationFacts> evaluation =
        options.localization().map(folder -> EvaluationFiles.read(folder, hadoop));
    Optional<AuditFiles> audit =
        options.audit().map(auditFolder -> new AuditFiles(auditFolder, spark, hadoop));
    ReportFolder folder = new ReportFolder(options.output(), hadoop);
    ResultFolder whole = ReportFolder.whole(options.output(), hadoop);
    whole.requireFree(options.overwrite());

    try {
      whole.prepare(options.overwrite());
      Tally tally =
          rows.facts()
              .toJavaRDD()
              .map(ReportRows::of)
              .aggregate(new Tally(), ReportJob::add, ReportJob::merge);
      Map<String, Integer> numbers = WalkTask.numbers(rows);
      List<Walk.Entry> walks =
          numbers.isEmpty()
              ? List.of()
              : rows.pictures()
                  .where(rows.isTraced())
                  .toJavaRDD()
                  .mapPartitions(
                      new WalkTask(folder, hadoop, run.exifOrientation(), numbers, run.layers()))
                  .collect();
      List<Gallery.Entry> gallery =
          GallerySample.of(spark, rows, options.gallery())
              .repartition(col("chunk"))
              .sortWithinPartitions("ordinal")
              .toJavaRDD()
              .mapPartitions(new GalleryTask(folder, hadoop, run.exifOrientation(), numbers))
              .collect();
      new Site(
              tally,
              run.facts(),
              evaluation,
              gallery,
              walks,
              audit.map(files -> audit(files, spark, folder, run.exifOrientation())))
          .write(folder);
      Duration wall = Duration.between(started, Instant.now());
      whole.finish(summary(tally, gallery, walks, wall), manifest(run));
      return forPeople(tally, gallery, walks, folder, wall);
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(options.output(), e.getMessage()),
          e);
    }
  }

  private static Site.Audit audit(
      AuditFiles files, SparkSession spark, ReportFolder folder, boolean exifOrientation) {
    AuditFacts facts = files.read();
    List<Tuple2<String, Integer>> wanted = new ArrayList<>();
    files.pictures().forEach((uri, number) -> wanted.add(new Tuple2<>(uri, number)));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<AuditFacts.Picture> pictures =
        context
            .parallelize(wanted)
            .mapPartitions(
                new AuditPictureTask(folder, context.hadoopConfiguration(), exifOrientation))
            .collect();
    return new Site.Audit(facts, pictures);
  }

  private static Tally add(Tally tally, ReportRow row) {
    tally.add(row);
    return tally;
  }

  private static Tally merge(Tally tally, Tally other) {
    tally.merge(other);
    return tally;
  }

  private String forPeople(
      Tally tally,
      List<Gallery.Entry> gallery,
      List<Walk.Entry> walks,
      ReportFolder folder,
      Duration wall) {
    return """
        rows        %d
        gallery     %d pictures
        walks       %d
        wall time   %.1f s
        open        %s
        """
        .formatted(
            tally.rows(), gallery.size(), walks.size(), wall.toMillis() / 1000.0, folder.index());
  }

  private static String summary(
      Tally tally, List<Gallery.Entry> gallery, List<Walk.Entry> walks, Duration wall) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("kind", "saccade-report");
    summary.put("rows", tally.rows());
    summary.put("gallery", gallery.size());
    summary.put("walks", walks.size());
    summary.put("wall_seconds", wall.toMillis() / 1000.0);
    return json(summary);
  }

  private String manifest(RunFiles run) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("kind", "saccade-report");
    manifest.put("state", "finished");
    manifest.put("exit_code", 0);
    run.manifest().ifPresent(of -> manifest.put("explained_by_run", of.runId()));
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("explanations", options.explanations());
    options.localization().ifPresent(from -> configuration.put("localization", from));
    options.audit().ifPresent(from -> configuration.put("audit", from));
    configuration.put("gallery", Integer.toString(options.gallery()));
    manifest.put("configuration", configuration);
    return json(manifest);
  }

  private static String json(Map<String, Object> values) {
    try {
      return Manifest.JSON.writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report's files are plain data", e);
    }
  }
}
