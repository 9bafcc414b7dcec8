package org.saccade.job.explain;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.engine.DeviceChoice;
import org.saccade.image.Crops;
import org.saccade.image.DecodeOptions;
import org.saccade.job.MetricsPlugin;
import org.saccade.job.images.Chunk;
import org.saccade.job.images.Inventory;
import org.saccade.job.model.Gpus;
import org.saccade.job.model.LoadedModel;
import org.saccade.job.model.ModelSpec;

/**
 * Explains the images of a chunk and writes its file: decoding ahead of the network, batches of a
 * fixed size, walks and rows made and written behind it in the order of the images.
 */
public final class ExplainTask implements VoidFunction<Chunk> {
  private static final long serialVersionUID = 1L;

  private final Settings settings;
  private final Destination destination;
  private final SerializableConfiguration hadoop;
  private final LongAccumulator done;

  /**
   * What decides the rows.
   *
   * @param exifOrientation whether pictures are turned upright as their EXIF data ask
   * @param trace images whose points are recorded at every depth
   * @param imageTimeout time for reading and decoding one image
   * @param classLabels names of the classes by index, possibly empty
   */
  public record Settings(
      ModelSpec model,
      boolean exifOrientation,
      TargetChoice target,
      int batchSize,
      boolean maps,
      TraceChoice trace,
      Duration imageTimeout,
      List<String> classLabels)
      implements Serializable {

    /** Whole images that fit a batch; the crops of an image are never torn apart. */
    public int imagesPerBatch() {
      return Math.max(1, batchSize / Crops.valueOf(model.crops()).count());
    }

    /** Whether rows have a column for the points at every depth. */
    boolean traces() {
      return !(trace instanceof TraceChoice.None);
    }
  }

  /**
   * Where the rows go.
   *
   * @param runId the run's id, for the files' footers
   * @param table folder of the finished files
   * @param temporary existing folder for files that are being written
   */
  public record Destination(String runId, String table, String temporary) implements Serializable {}

  /**
   * @param done counts images for the progress line
   */
  ExplainTask(
      Settings settings, Destination destination, Configuration hadoop, LongAccumulator done) {
    this.settings = settings;
    this.destination = destination;
    this.hadoop = new SerializableConfiguration(hadoop);
    this.done = done;
  }

  /** Explains chunks, each in a task that writes a file. */
  public static void run(
      ExplainTask.Settings settings,
      ExplainTask.Destination destination,
      List<Chunk> chunks,
      LongAccumulator done,
      SparkSession spark) {
    if (chunks.isEmpty()) {
      return;
    }
    JavaRDD<Chunk> tasks =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(chunks, chunks.size());
    Gpus.onStage(tasks, DeviceChoice.parse(settings.model().device()))
        .foreach(
            new ExplainTask(
                settings, destination, spark.sparkContext().hadoopConfiguration(), done));
  }

  @Override
  public void call(Chunk chunk) throws IOException {
    Path target = new Path(destination.table(), chunk.fileName());
    if (RunFolder.fileSystem(target, hadoop.value()).exists(target)) {
      // Another attempt at this task was faster.
      done.add(chunk.images());
      return;
    }
    List<ImageReference> images = Inventory.images(chunk, hadoop.value());
    LoadedModel model = LoadedModel.of(settings.model());
    BatchExplainer explainer =
        new BatchExplainer(model, settings.target(), settings.maps(), traced(chunk, images));
    // Decoding begins first, so that the first batch is there when the file is open.
    try (NetworkThread network = networkThread(model);
        DecodeAhead batches =
            decodeAhead(settings, model, hadoop.value(), images.iterator(), network);
        ChunkFile file =
            new ChunkFile(
                new Path(destination.temporary()),
                target,
                ExplanationTable.schema(destination.runId(), settings.maps(), settings.traces()),
                ExplanationTable.footer(destination.runId()),
                hadoop.value());
        WalkBehind behind = new WalkBehind(network)) {
      while (batches.hasNext()) {
        if (TaskContext.get().isInterrupted()) {
          throw new TaskKilledException("no longer wanted");
        }
        BatchExplainer.Forwarded forwarded = explainer.forward(batches.next());
        behind.run(new Rows(explainer, forwarded, file));
        done.add(forwarded.images().size());
      }
      behind.finish();
      file.commit();
    }
  }

  /** Makes and writes the rows of a batch that the network is done with. */
  private final class Rows implements WalkBehind.Step {
    private final BatchExplainer explainer;
    private final BatchExplainer.Forwarded forwarded;
    private final ChunkFile file;

    Rows(BatchExplainer explainer, BatchExplainer.Forwarded forwarded, ChunkFile file) {
      this.explainer = explainer;
      this.forwarded = forwarded;
      this.file = file;
    }

    @Override
    public void run() throws IOException {
      long start = System.nanoTime();
      List<Explanation> explanations = explainer.rows(forwarded);
      MetricsPlugin.batchDone(
          forwarded.images().size(),
          failures(explanations),
          forwarded.time().plusNanos(System.nanoTime() - start));
      for (Explanation explanation : explanations) {
        file.write(
            ExplanationTable.row(
                explanation,
                settings.model().profile(),
                settings.classLabels(),
                settings.maps(),
                settings.traces()));
      }
    }

    @Override
    public void close() {
      forwarded.close();
    }
  }

  private static List<String> failures(List<Explanation> explanations) {
    return explanations.stream()
        .map(Explanation::status)
        .filter(status -> !status.equals(Explanation.Status.OK))
        .map(status -> status.code().orElse(status.name()))
        .toList();
  }

  private Set<String> traced(Chunk chunk, List<ImageReference> images) {
    Set<String> traced = new HashSet<>();
    // Images that were added are not among the first of the set that the run began with.
    long place = chunk.generation() == 0 ? chunk.first() : Long.MAX_VALUE - images.size();
    for (ImageReference image : images) {
      if (settings.trace().includes(image.imageId(), place++)) {
        traced.add(image.imageId());
      }
    }
    return traced;
  }

  /** The thread that calls this, as the one that runs the model. */
  static NetworkThread networkThread(LoadedModel model) {
    // A network on a GPU leaves its thread's processor to others, however many slots there are.
    return new NetworkThread(
        model.engine().device().isGpu()
            ? Integer.MAX_VALUE
            : Runtime.getRuntime().availableProcessors());
  }

  /** The front half of the pipeline, as the task runs it. */
  static DecodeAhead decodeAhead(
      Settings settings,
      LoadedModel model,
      Configuration hadoop,
      Iterator<ImageReference> images,
      NetworkThread network) {
    return new DecodeAhead(
        images,
        new TimedLoader(
            () ->
                new ImageLoader(
                    new ImageReader(hadoop),
                    new DecodeOptions(DecodeOptions.DEFAULT_MAX_PIXELS, settings.exifOrientation()),
                    model.preprocessor()),
            model.preprocessor().size(),
            settings.imageTimeout()),
        model.preprocessor(),
        settings.imagesPerBatch(),
        network);
  }
}
