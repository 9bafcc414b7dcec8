package org.saccade.job;

import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.saccade.UserException;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ImageSet;
import org.saccade.engine.DeviceChoice;

/**
 * The Spark job {@code explain}: images and a model in, a table of fixations out.
 *
 * <p>Everything the user gave is checked before Spark starts and before anything is written.
 */
public final class ExplainJob {
  /** Batches that a task should at least have, so that its start does not weigh. */
  private static final int BATCHES_PER_TASK = 4;

  /** Tasks per slot, so that slots finish together. */
  private static final int TASKS_PER_SLOT = 4;

  /** Images per task where that makes more tasks, so that a lost one costs little. */
  private static final int MOST_IMAGES_PER_TASK = 5000;

  private final Terminal terminal;

  public ExplainJob(Terminal terminal) {
    this.terminal = terminal;
  }

  /** How a run ended. */
  public enum Outcome {
    /** All is well. */
    DONE,
    /** The table is complete, but too many images have a status other than ok. */
    TOO_MANY_FAILED
  }

  /**
   * Explains what the options say.
   *
   * @throws UserException if the input, the model, the device or the output folder is at fault;
   *     nothing has been written then
   */
  public Outcome run(ExplainOptions options) {
    Stopwatch stopwatch = new Stopwatch();
    Configuration hadoop = hadoop();
    ExplainPlan plan = ExplainPlan.of(options, hadoop);
    plan.notes().forEach(note -> terminal.err().println("note: " + note));
    Optional<Manifest> earlier =
        options.rerun() == ExplainOptions.Rerun.OVERWRITE
            ? Optional.empty()
            : plan.folder().earlier();
    boolean sameImages =
        earlier.isPresent() && earlier.get().imagesDigest().equals(plan.images().digest());
    earlier.ifPresent(run -> requireSame(plan, run));
    if (earlier.isPresent() && earlier.get().finished() && sameImages) {
      return nothingToDo(options, plan, earlier.get());
    }
    stopwatch.lap("prepare");

    SparkSession spark = session();
    ImageSet todo = plan.images();
    if (earlier.isPresent() && plan.folder().hasTable()) {
      todo = notYetExplained(spark, plan);
      if (earlier.get().finished() && todo.images().isEmpty()) {
        return nothingToDo(options, plan, earlier.get());
      }
      if (earlier.get().finished() && options.rerun() != ExplainOptions.Rerun.APPEND) {
        throw new UserException(
            "%s is finished, but %d images were added since: explain them with --append"
                .formatted(plan.folder().root(), todo.images().size()));
      }
    }
    ModelSpec shipped = ship(plan.model(), spark);
    if (spark.sparkContext().isLocal()) {
      // Here tasks run in this JVM: a missing device is better found before anything is written.
      String device = LoadedModel.of(shipped).device();
      plan.folder().prepare();
      terminal.err().println("running on " + device);
    } else {
      plan.folder().prepare();
    }
    Configuration sparkHadoop = spark.sparkContext().hadoopConfiguration();
    options.overlays().ifPresent(folder -> OverlayWriter.requireWritable(folder, sparkHadoop));
    stopwatch.lap("start");
    return explain(options, plan.with(shipped), todo, spark, stopwatch);
  }

  /**
   * Says what a run would do: what it reads, how long it takes and how much it writes, judging by
   * its first images. Nothing is written and Spark is not started.
   *
   * @throws UserException as {@link #run} would
   */
  public void dryRun(ExplainOptions options) {
    Configuration hadoop = hadoop();
    ExplainPlan plan = ExplainPlan.of(options, hadoop);
    plan.notes().forEach(note -> terminal.err().println("note: " + note));
    if (options.rerun() != ExplainOptions.Rerun.OVERWRITE) {
      plan.folder().earlier().ifPresent(run -> requireSame(plan, run));
    }
    terminal.out().print(Estimate.of(plan, hadoop).forPeople());
  }

  private Outcome explain(
      ExplainOptions options,
      ExplainPlan plan,
      ImageSet todo,
      SparkSession spark,
      Stopwatch stopwatch) {
    RunFolder folder = plan.folder();
    if (options.rerun() == ExplainOptions.Rerun.OVERWRITE) {
      folder.clear();
    }
    folder.clearLeftovers();
    folder.markSuccess(false);
    RunRecord record = new RunRecord(plan, UUID.randomUUID().toString(), Instant.now());
    folder.writeManifest(record.running());
    try {
      write(plan, todo, record.runId(), spark);
      stopwatch.lap("explain");
      drawOverlays(options, plan, spark);
      stopwatch.lap("draw");
      RunStatistics statistics = RunStatistics.of(spark, folder.table());
      stopwatch.lap("count");
      double failedShare = statistics.failedShare();
      boolean tooMany = failedShare > options.maxFailedShare();
      RunSummary summary =
          new RunSummary(
              statistics, todo.images().size(), stopwatch.laps(), folder.size(), folder.root());
      folder.writeSummary(summary.toJson());
      folder.writeManifest(record.finished(statistics, stopwatch.laps(), tooMany ? 4 : 0));
      folder.markSuccess(!tooMany);
      terminal.out().print(summary.forPeople());
      if (tooMany) {
        terminal
            .err()
            .printf(
                "%.1f %% of the images have a status other than ok, more than --max-failed-share"
                    + " %s allows; the table is complete all the same%n",
                100 * failedShare, options.maxFailedShare());
      }
      return tooMany ? Outcome.TOO_MANY_FAILED : Outcome.DONE;
    } catch (RuntimeException | Error e) {
      folder.writeManifest(record.failed(stopwatch.laps(), String.valueOf(e.getMessage())));
      throw e;
    }
  }

  private void write(ExplainPlan plan, ImageSet todo, String runId, SparkSession spark) {
    LongAccumulator done = spark.sparkContext().longAccumulator("images");
    Progress progress = new Progress(terminal, done.id(), todo.images().size());
    spark.sparkContext().addSparkListener(progress);
    try {
      write(plan.settings(), todo, runId, plan.folder().table().toString(), done, spark);
    } finally {
      progress.finish();
      spark.sparkContext().removeSparkListener(progress);
    }
  }

  /** Explains images and adds their rows to a table. */
  static void write(
      ExplainTask.Settings settings,
      ImageSet todo,
      String runId,
      String table,
      LongAccumulator done,
      SparkSession spark) {
    JavaRDD<Row> rows =
        Gpus.onStage(chunks(todo, settings, spark), DeviceChoice.parse(settings.model().device()))
            .flatMap(Chunk::iterator)
            .mapPartitions(
                new ExplainTask(settings, spark.sparkContext().hadoopConfiguration(), done));
    spark
        .createDataFrame(rows, ExplanationTable.schema(runId, settings.maps(), settings.trace()))
        .write()
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .mode(SaveMode.Append)
        .parquet(table);
  }

  /** Images of one batch: partitions are cut between batches, so that only one has to be padded. */
  private record Chunk(List<ImageReference> images) implements Serializable {
    Iterator<ImageReference> iterator() {
      return images.iterator();
    }
  }

  private static JavaRDD<Chunk> chunks(
      ImageSet todo, ExplainTask.Settings settings, SparkSession spark) {
    List<ImageReference> images = todo.images();
    int size = settings.imagesPerBatch();
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < images.size(); from += size) {
      chunks.add(
          new Chunk(new ArrayList<>(images.subList(from, Math.min(from + size, images.size())))));
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int slots = TASKS_PER_SLOT * context.defaultParallelism();
    int tasks =
        Math.max(
            Math.min(slots, (chunks.size() + BATCHES_PER_TASK - 1) / BATCHES_PER_TASK),
            (images.size() + MOST_IMAGES_PER_TASK - 1) / MOST_IMAGES_PER_TASK);
    return context.parallelize(chunks, Math.max(1, tasks));
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .appName("saccade explain")
        // Tasks of a query would not find the model file, which belongs to no session.
        .config("spark.sql.artifact.isolation.enabled", false)
        .config("spark.plugins", plugins(new SparkConf()))
        .getOrCreate();
  }

  /** The plug-ins that are set already, and ours. */
  private static String plugins(SparkConf conf) {
    String ours = MetricsPlugin.class.getName();
    String given = conf.get("spark.plugins", "").strip();
    return given.isEmpty() ? ours : given + "," + ours;
  }

  private static void drawOverlays(ExplainOptions options, ExplainPlan plan, SparkSession spark) {
    options
        .overlays()
        .ifPresent(
            overlays ->
                OverlayWriter.draw(
                    spark,
                    plan.folder().table(),
                    overlays,
                    options.profile(),
                    options.exifOrientation()));
  }

  /** Brings the model file to the executors, where they are not in this JVM. */
  private static ModelSpec ship(ModelSpec model, SparkSession spark) {
    if (spark.sparkContext().isLocal()) {
      return model;
    }
    spark.sparkContext().addFile(model.file());
    return model.shippedAs(Path.of(model.file()).getFileName().toString());
  }

  private static ImageSet notYetExplained(SparkSession spark, ExplainPlan plan) {
    Set<String> explained =
        new HashSet<>(
            spark
                .read()
                .parquet(plan.folder().table().toString())
                .select("image_id")
                .distinct()
                .as(Encoders.STRING())
                .collectAsList());
    return plan.images()
        .with(
            plan.images().images().stream()
                .filter(image -> !explained.contains(image.imageId()))
                .toList());
  }

  private static void requireSame(ExplainPlan plan, Manifest earlier) {
    if (!earlier.fingerprint().equals(plan.fingerprint())) {
      throw new UserException(
          "%s holds another run (%s): write to another folder, or replace it with --overwrite"
              .formatted(plan.folder().root(), String.join(", ", plan.differences(earlier))));
    }
  }

  /** The share that may fail is not part of the fingerprint, so it is looked at again. */
  private Outcome nothingToDo(ExplainOptions options, ExplainPlan plan, Manifest earlier) {
    double failedShare = RunStatistics.failedShare(earlier.statuses());
    boolean tooMany = failedShare > options.maxFailedShare();
    if (tooMany != (earlier.exitCode() != 0)) {
      plan.folder().writeManifest(earlier.withExitCode(tooMany ? 4 : 0));
    }
    plan.folder().markSuccess(!tooMany);
    terminal
        .out()
        .printf(
            "nothing to do: %s holds all %d images already%n",
            plan.folder().table(), plan.images().images().size());
    if (options.overlays().isPresent()) {
      drawOverlays(options, plan, session());
    }
    return tooMany ? Outcome.TOO_MANY_FAILED : Outcome.DONE;
  }

  /** Settings of Hadoop as Spark will have them, without starting Spark. */
  private static Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /** Wall time by phase. */
  private static final class Stopwatch {
    private final Map<String, Double> laps = new LinkedHashMap<>();
    private Instant last = Instant.now();

    void lap(String phase) {
      Instant now = Instant.now();
      laps.put(phase, Duration.between(last, now).toMillis() / 1e3);
      last = now;
    }

    Map<String, Double> laps() {
      return new LinkedHashMap<>(laps);
    }
  }
}
