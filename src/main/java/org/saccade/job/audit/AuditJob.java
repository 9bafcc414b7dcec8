package org.saccade.job.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.saccade.UserException;
import org.saccade.audit.Baseline;
import org.saccade.audit.Finding;
import org.saccade.audit.GroupReport;
import org.saccade.audit.Member;
import org.saccade.audit.Ranking;
import org.saccade.dataset.FaultLog;
import org.saccade.dataset.GroundTruth;
import org.saccade.dataset.ImageColumn;
import org.saccade.dataset.Storage;
import org.saccade.job.Manifest;
import org.saccade.job.ResultFolder;
import org.saccade.job.model.Gpus;
import org.saccade.job.model.LoadedModel;
import org.saccade.job.model.ModelSpec;
import org.saccade.job.tables.ExplanationRows;
import scala.Tuple2;

/**
 * The Spark job {@code audit}: explanations, their images and their network in, suspicions with
 * their tests out.
 *
 * <p>A first pass reads the table and keeps a bounded sample of every group; then each group is one
 * piece of work for an executor, which reads the sampled images again. The driver judges all
 * findings together.
 */
public final class AuditJob {
  /** Explanations of each group that other groups are compared with. */
  private static final int REFERENCE = 512;

  private static final int FEWEST_REFERENCE = 4;
  private static final int MOST_TASKS = 1000;
  private static final String DEFAULT_BATCH = "16";

  private final AuditOptions options;

  public AuditJob(AuditOptions options) {
    this.options = options;
  }

  /**
   * Audits what the options say.
   *
   * @throws UserException if the input, the model or the output folder is at fault; nothing has
   *     been written then
   */
  public AuditReport run() {
    Instant started = Instant.now();
    SparkSession spark = SparkSession.builder().appName("saccade audit").getOrCreate();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<String> names = new ArrayList<>(AuditTables.NAMES);
    names.addAll(List.of(VerdictFile.NAME, CocoFindings.NAME));
    ResultFolder folder = new ResultFolder(options.output(), "an audit", names, hadoop);
    folder.requireFree(options.overwrite());

    Dataset<Row> rows = ExplanationRows.read(options.explanations(), spark, hadoop);
    Manifest manifest = manifest(hadoop);
    ModelSpec model = model(manifest, spark);
    Map<String, org.saccade.audit.Verdict> verdicts =
        options.verdicts().map(file -> VerdictFile.read(file, hadoop)).orElse(Map.of());
    FaultLog faults = new FaultLog();
    Optional<GroundTruth> truth = options.groundTruth().map(reader -> reader.read(hadoop, faults));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    AuditedRows audited =
        new AuditedRows(
            truth.map(context::broadcast).orElse(null),
            options
                .groupBy()
                .map(column -> context.broadcast(groups(manifest, column, hadoop)))
                .orElse(null));

    JavaPairRDD<String, Member> members =
        rows.toJavaRDD()
            .flatMapToPair(row -> audited.member(row).stream().iterator())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Baseline baseline =
          members.aggregate(
              new Baseline(), (sum, m) -> sum.add(m._1(), m._2()), (a, b) -> a.add(b));
      requireSomething(rows, baseline);
      List<GroupReport> reports =
          audit(members, baseline, model, manifest, context).stream()
              .sorted((a, b) -> a.group().compareTo(b.group()))
              .toList();
      List<Finding> findings = Ranking.of(reports, verdicts);
      AuditReport report =
          new AuditReport(
              options,
              UUID.randomUUID().toString(),
              manifest.runId(),
              reports,
              findings,
              absent(verdicts, findings),
              truth.map(GroundTruth::format),
              classNames(rows),
              Duration.between(started, Instant.now()));
      folder.prepare(options.overwrite());
      write(report, folder, spark);
      folder.write(CocoFindings.NAME, CocoFindings.json(findings, reports));
      folder.write(VerdictFile.NAME, VerdictFile.text(findings, report.absent()));
      folder.finish(report.summaryJson(), report.manifestJson());
      return report;
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(options.output(), e.getMessage()),
          e);
    } finally {
      members.unpersist();
    }
  }

  private List<GroupReport> audit(
      JavaPairRDD<String, Member> members,
      Baseline baseline,
      ModelSpec model,
      Manifest manifest,
      JavaSparkContext context) {
    int groups = baseline.images().size();
    int most = options.members();
    long seed = options.seed();
    JavaPairRDD<String, MemberSample> samples =
        members
            .aggregateByKey(
                new MemberSample(most, seed),
                Math.min(MOST_TASKS, groups),
                (sample, member) -> sample.add(member),
                (a, b) -> a.add(b))
            .persist(StorageLevel.MEMORY_AND_DISK());
    int each = Math.max(FEWEST_REFERENCE, REFERENCE / groups);
    Broadcast<Map<String, List<Member>>> reference =
        context.broadcast(
            new HashMap<>(
                samples
                    .mapValues(
                        sample ->
                            (List<Member>)
                                new ArrayList<>(sample.members().stream().limit(each).toList()))
                    .collectAsMap()));
    AuditTask task =
        new AuditTask(
            model,
            Integer.parseInt(manifest.configuration().getOrDefault("batch-size", DEFAULT_BATCH)),
            Boolean.parseBoolean(manifest.configuration().get("exif-orientation")),
            context.broadcast(baseline),
            reference,
            seed,
            context.hadoopConfiguration());
    try {
      return Gpus.onStage(
              samples
                  .filter(group -> !group._1().equals(AuditedRows.NO_GROUP))
                  .map(group -> new Tuple2<>(group._1(), group._2())),
              options.device())
          .mapPartitions(task)
          .collect();
    } finally {
      samples.unpersist();
    }
  }

  private void requireSomething(Dataset<Row> rows, Baseline baseline) {
    boolean none =
        baseline.images().keySet().stream().allMatch(group -> group.equals(AuditedRows.NO_GROUP));
    if (none) {
      throw new UserException(
          "none of the %d rows in %s can be audited: %s"
              .formatted(
                  rows.count(),
                  options.explanations(),
                  options
                      .groupBy()
                      .map(column -> "no explained image has a value in the column " + column)
                      .orElse("none explains the predicted or the true class")));
    }
  }

  private Manifest manifest(Configuration hadoop) {
    org.apache.hadoop.fs.Path file =
        new org.apache.hadoop.fs.Path(options.explanations(), "manifest.json");
    try {
      FileSystem files = Storage.of(file, hadoop);
      try (FSDataInputStream in = files.open(file)) {
        Manifest found = Manifest.ofJson(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        if (Manifest.KIND.equals(found.kind())) {
          return found;
        }
      }
    } catch (IOException e) {
      throw new UserException(
          "%s cannot be read, but says which model was explained: give an output folder of explain"
              .formatted(file),
          e);
    }
    throw new UserException("%s is no manifest of a run of explain".formatted(file));
  }

  /**
   * The network as it was when it was explained.
   *
   * @throws UserException if the file is gone or another one
   */
  private ModelSpec model(Manifest manifest, SparkSession spark) {
    Path file = Path.of(manifest.modelFile());
    String found = LoadedModel.sha256(file);
    if (!found.equals(manifest.modelSha256())) {
      throw new UserException(
          "the model %s is not the one that was explained: its SHA-256 was %s, is %s"
              .formatted(file, manifest.modelSha256(), found));
    }
    Map<String, String> description = new LinkedHashMap<>(manifest.preprocessing());
    String name = description.remove("name");
    ModelSpec model =
        new ModelSpec(
            manifest.modelFile(),
            false,
            found,
            name,
            description,
            manifest.configuration().get("profile"),
            manifest.configuration().get("crops").toUpperCase(Locale.ROOT),
            options.device().toString());
    return model.shipped(spark);
  }

  private ImageColumn groups(Manifest manifest, String column, Configuration hadoop) {
    String labels = manifest.configuration().getOrDefault("labels", "none");
    if (labels.equals("none")) {
      throw new UserException(
          ("--group-by %s needs the labels file that the explanations were made with, but they were"
                  + " made without: run explain with --labels")
              .formatted(column));
    }
    return ImageColumn.read(labels, column, hadoop);
  }

  /** Decisions about findings that this run does not have. */
  private static Map<String, org.saccade.audit.Verdict> absent(
      Map<String, org.saccade.audit.Verdict> verdicts, List<Finding> findings) {
    Map<String, org.saccade.audit.Verdict> absent = new LinkedHashMap<>(verdicts);
    findings.forEach(finding -> absent.remove(finding.suspicion().id()));
    return absent;
  }

  /** Names of the classes, as far as the explanations have them. */
  private static Map<String, String> classNames(Dataset<Row> rows) {
    Map<String, String> names = new HashMap<>();
    rows.select("predicted_class", "predicted_label")
        .where("predicted_class is not null and predicted_label is not null")
        .distinct()
        .collectAsList()
        .forEach(row -> names.put(row.<Number>getAs(0).toString(), row.getString(1)));
    return names;
  }

  private static void write(AuditReport report, ResultFolder folder, SparkSession spark) {
    String runId = report.runId();
    write("groups", AuditTables.groups(runId), report.groupRows(), folder, spark);
    write("clusters", AuditTables.clusters(runId), report.clusterRows(), folder, spark);
    write("evidence", AuditTables.evidence(runId), report.evidenceRows(), folder, spark);
    write("findings", AuditTables.findings(runId), report.findingRows(), folder, spark);
    write(
        "counterfactuals",
        AuditTables.counterfactuals(runId),
        report.counterfactualRows(),
        folder,
        spark);
  }

  private static void write(
      String name, StructType schema, List<Row> rows, ResultFolder folder, SparkSession spark) {
    spark
        .createDataFrame(rows, schema)
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(folder.table(name));
  }
}
