package org.saccade.job.explain;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.saccade.UserException;
import org.saccade.job.Manifest;
import org.saccade.job.Terminal;
import org.saccade.job.explain.ExplainJob.Outcome;
import org.saccade.job.images.Chunk;
import org.saccade.job.images.ChunkSize;
import org.saccade.job.images.ImageTable;
import org.saccade.job.images.Inventory;
import org.saccade.job.images.InventoryColumns;
import org.saccade.job.model.LoadedModel;
import org.saccade.job.model.ModelSpec;

/**
 * One process's work on an output folder, from the lock to the summary.
 *
 * <p>The images are listed first and cut into chunks; a chunk is done when its file is in the
 * table. Killed at any moment and started again, a run does the chunks that are missing. What
 * counts is said by the manifest, see {@link RunFolder}.
 */
final class ExplainRun {
  private static final String DRAFT = "images";
  private static final String FIRST_OF_DRAFT = "first-images";
  private static final String ADDED = "added-images";

  private final ExplainOptions options;
  private final ExplainPlan plan;
  private final RunFolder folder;
  private final RunLock lock;
  private final Terminal terminal;
  private final Stopwatch stopwatch;

  /** Tells this process's temporary files from those of others. */
  private final String process = UUID.randomUUID().toString();

  ExplainRun(
      ExplainOptions options,
      ExplainPlan plan,
      RunLock lock,
      Terminal terminal,
      Stopwatch stopwatch) {
    this.options = options;
    this.plan = plan;
    this.folder = plan.folder();
    this.lock = lock;
    this.terminal = terminal;
    this.stopwatch = stopwatch;
  }

  /** A list of images that is not part of the run yet. */
  private record Draft(Path folder, Inventory.Tally tally) {}

  Outcome run(SparkSession spark) {
    // Only now, under the lock, the folder stays as it is.
    Optional<Manifest> earlier =
        options.rerun() == ExplainOptions.Rerun.OVERWRITE ? Optional.empty() : folder.earlier();
    earlier.ifPresent(plan::requireSame);
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    ModelSpec shipped = plan.model().shipped(spark);
    boolean local = spark.sparkContext().isLocal();
    if (local) {
      // Here tasks run in this JVM: a missing device is better found before anything is written.
      LoadedModel.of(shipped);
    }
    stopwatch.lap("prepare");

    folder.clearTemporary();
    folder.makeTemporary(process);
    try {
      RunRecord record =
          new RunRecord(
              plan,
              earlier.map(Manifest::runId).orElseGet(() -> UUID.randomUUID().toString()),
              Instant.now(),
              earlier.map(Manifest::inventories).orElse(List.of()));
      boolean finished = earlier.isPresent() && earlier.get().finished();
      Optional<Draft> draft = draft(record, finished, spark);
      stopwatch.lap("list");
      if (finished && draft.isEmpty() && missing(record, hadoop).isEmpty()) {
        return nothingToDo(earlier.get(), spark);
      }
      if (local) {
        terminal.err().println("running on " + LoadedModel.of(shipped).device());
      }
      options.overlays().ifPresent(overlays -> OverlayWriter.requireWritable(overlays, hadoop));
      record = begin(record, draft, spark);
      return explain(record, plan.with(shipped).settings(), spark);
    } finally {
      folder.clearTemporary();
    }
  }

  /** The images that are new to the run; a run that is under way is not looked at again. */
  private Optional<Draft> draft(RunRecord record, boolean finished, SparkSession spark) {
    boolean append = options.rerun() == ExplainOptions.Rerun.APPEND;
    if (!record.inventories().isEmpty() && !finished && !append) {
      return Optional.empty();
    }
    try (ImageTable images = SelectedImages.of(plan, options, spark, terminal)) {
      Draft all = write(images.images(), DRAFT, spark);
      if (options.selection().limit().isPresent()) {
        all = firstOf(all, options.selection().limit().getAsInt(), spark);
      }
      SelectedImages.requireUsable(all.tally(), plan, options, terminal);
      if (record.inventories().isEmpty()) {
        return Optional.of(all);
      }
      return added(record, all, append, spark);
    }
  }

  private Optional<Draft> added(RunRecord record, Draft all, boolean append, SparkSession spark) {
    if (record.digest().equals(all.tally().digest().toString(16))) {
      return Optional.empty();
    }
    List<Path> known = new ArrayList<>();
    for (int generation = 0; generation < record.inventories().size(); generation++) {
      known.add(folder.inventory(generation));
    }
    Dataset<Row> before = Inventory.table(spark, known);
    Dataset<Row> now = Inventory.table(spark, List.of(all.folder()));
    long gone = without(before, now).count();
    if (gone > 0) {
      terminal
          .err()
          .printf(
              "note: images of the run that are no longer at %s: %d; they stay in the table%n",
              plan.images().location(), gone);
    }
    Draft added = write(without(now, before), ADDED, spark);
    if (added.tally().images() == 0) {
      return Optional.empty();
    }
    if (!append) {
      throw new UserException(
          "%s is finished; images added since: %d, explain them with --append"
              .formatted(folder.root(), added.tally().images()));
    }
    requireSameLabels(before, now);
    return Optional.of(added);
  }

  /** Classes that are folders in alphabetical order move on when another folder comes. */
  private static void requireSameLabels(Dataset<Row> before, Dataset<Row> now) {
    Column label = before.col(InventoryColumns.LABEL);
    before
        .join(
            now,
            before
                .col(InventoryColumns.IMAGE_ID)
                .equalTo(now.col(InventoryColumns.IMAGE_ID))
                .and(label.notEqual(now.col(InventoryColumns.LABEL))))
        .select(before.col(InventoryColumns.IMAGE_ID), label, now.col(InventoryColumns.LABEL))
        .limit(1)
        .collectAsList()
        .forEach(
            row -> {
              throw new UserException(
                  ("%s has the label %d in the run and %d with the images added (where folders are"
                          + " classes, a new one moves those after it): name the classes in the"
                          + " model description (labels), or start anew with --overwrite")
                      .formatted(row.getString(0), row.getInt(1), row.getInt(2)));
            });
  }

  private static Dataset<Row> without(Dataset<Row> images, Dataset<Row> others) {
    return images.join(
        others.select(InventoryColumns.IMAGE_ID),
        images.col(InventoryColumns.IMAGE_ID).equalTo(others.col(InventoryColumns.IMAGE_ID)),
        "left_anti");
  }

  private Draft write(Dataset<Row> images, String name, SparkSession spark) {
    Path list = new Path(folder.temporary(process), name);
    Inventory.write(images, list);
    return new Draft(list, Inventory.Tally.of(Inventory.table(spark, List.of(list))));
  }

  private Draft firstOf(Draft all, long limit, SparkSession spark) {
    if (all.tally().images() <= limit) {
      return all;
    }
    Inventory list = Inventory.read(all.folder(), 0, spark.sparkContext().hadoopConfiguration());
    return write(list.first(limit, spark), FIRST_OF_DRAFT, spark);
  }

  /** Makes the draft part of the run. Before that the output folder is as it was. */
  private RunRecord begin(RunRecord record, Optional<Draft> draft, SparkSession spark) {
    lock.requireHeld();
    folder.markSuccess(false);
    folder.writeManifest(record.running());
    folder.clearFrom(record.inventories().size());
    folder.makeTable();
    if (draft.isEmpty()) {
      return record;
    }
    folder.adopt(draft.get().folder(), record.inventories().size());
    Inventory.Tally tally = draft.get().tally();
    RunRecord grown =
        record.with(
            new Manifest.ListedImages(
                tally.images(),
                tally.bytes(),
                tally.digest().toString(16),
                ChunkSize.of(
                    tally.images(),
                    tally.bytes(),
                    plan.settings().imagesPerBatch(),
                    JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism())));
    folder.writeManifest(grown.running());
    return grown;
  }

  private Outcome explain(RunRecord record, ExplainTask.Settings settings, SparkSession spark) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    try {
      List<Chunk> missing = missing(record, hadoop);
      long images = missing.stream().mapToLong(Chunk::images).sum();
      write(record, settings, missing, images, spark);
      requireComplete(record, hadoop);
      stopwatch.lap("explain");
      drawOverlays(spark);
      stopwatch.lap("draw");
      RunStatistics statistics = RunStatistics.of(spark, folder.table());
      stopwatch.lap("count");
      return finish(record, statistics, images);
    } catch (Exception | Error e) {
      // Written down and thrown on. Spark's methods throw checked exceptions without declaring
      // them.
      if (lock.held()) {
        folder.writeManifest(record.failed(stopwatch.laps(), String.valueOf(e.getMessage())));
      }
      throw e;
    }
  }

  private Outcome finish(RunRecord record, RunStatistics statistics, long explained) {
    if (statistics.images() != record.images()) {
      throw new IllegalStateException(
          "the table holds %d images, it should be %d"
              .formatted(statistics.images(), record.images()));
    }
    lock.requireHeld();
    double failedShare = statistics.failedShare();
    boolean tooMany = failedShare > options.maxFailedShare();
    RunSummary summary =
        new RunSummary(statistics, explained, stopwatch.laps(), folder.size(), folder.root());
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
  }

  private void write(
      RunRecord record,
      ExplainTask.Settings settings,
      List<Chunk> chunks,
      long images,
      SparkSession spark) {
    LongAccumulator done = spark.sparkContext().longAccumulator("images");
    Progress progress = new Progress(terminal, done.id(), images);
    spark.sparkContext().addSparkListener(progress);
    ExplainTask.Destination destination =
        new ExplainTask.Destination(
            record.runId(), folder.table().toString(), folder.temporary(process).toString());
    try {
      ExplainTask.run(settings, destination, chunks, done, spark);
    } finally {
      progress.finish();
      spark.sparkContext().removeSparkListener(progress);
    }
  }

  /** Chunks of the run whose files are not there. */
  private List<Chunk> missing(RunRecord record, Configuration hadoop) {
    Set<String> written = folder.tableFiles();
    List<Chunk> missing = new ArrayList<>();
    for (int generation = 0; generation < record.inventories().size(); generation++) {
      Manifest.ListedImages listed = record.inventories().get(generation);
      Inventory list = Inventory.read(folder.inventory(generation), generation, hadoop);
      if (list.images() != listed.images()) {
        throw new UserException(
            "%s lists %d images, the manifest %d: replace the run with --overwrite"
                .formatted(folder.inventory(generation), list.images(), listed.images()));
      }
      list.chunks(listed.imagesPerChunk()).stream()
          .filter(chunk -> !written.contains(chunk.fileName()))
          .forEach(missing::add);
    }
    return missing;
  }

  private void requireComplete(RunRecord record, Configuration hadoop) {
    List<Chunk> missing = missing(record, hadoop);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "%d files are not in %s, though their tasks ended well: %s and so on"
              .formatted(missing.size(), folder.table(), missing.get(0).fileName()));
    }
  }

  /** The share that may fail is not part of the fingerprint, so it is looked at again. */
  private Outcome nothingToDo(Manifest earlier, SparkSession spark) {
    double failedShare = RunStatistics.failedShare(earlier.statuses());
    boolean tooMany = failedShare > options.maxFailedShare();
    if (tooMany != (earlier.exitCode() != 0)) {
      folder.writeManifest(earlier.withExitCode(tooMany ? 4 : 0));
    }
    folder.markSuccess(!tooMany);
    terminal
        .out()
        .printf(
            "nothing to do: %s holds all %d images already%n",
            folder.table(), earlier.imagesFound());
    drawOverlays(spark);
    return tooMany ? Outcome.TOO_MANY_FAILED : Outcome.DONE;
  }

  private void drawOverlays(SparkSession spark) {
    options
        .overlays()
        .ifPresent(
            overlays ->
                OverlayWriter.draw(
                    spark, folder.table(), overlays, options.profile(), options.exifOrientation()));
  }
}
