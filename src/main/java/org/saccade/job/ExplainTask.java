package org.saccade.job;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.image.Crops;
import org.saccade.image.DecodeOptions;

/**
 * Explains the images of one partition: decoding ahead of the network, batches of a fixed size,
 * rows in the order of the images.
 */
final class ExplainTask implements FlatMapFunction<Iterator<ImageReference>, Row> {
  private static final long serialVersionUID = 1L;

  private final Settings settings;
  private final SerializableConfiguration hadoop;
  private final LongAccumulator done;

  /**
   * What decides the rows.
   *
   * @param exifOrientation whether pictures are turned upright as their EXIF data ask
   * @param classLabels names of the classes by index, possibly empty
   * @param traced ids of the images whose points are recorded at every depth
   */
  record Settings(
      ModelSpec model,
      boolean exifOrientation,
      TargetChoice target,
      int batchSize,
      boolean maps,
      boolean trace,
      Set<String> traced,
      List<String> classLabels)
      implements Serializable {

    /** Whole images that fit a batch; the crops of an image are never torn apart. */
    int imagesPerBatch() {
      return Math.max(1, batchSize / Crops.valueOf(model.crops()).count());
    }
  }

  /**
   * @param done counts images for the progress line
   */
  ExplainTask(Settings settings, Configuration hadoop, LongAccumulator done) {
    this.settings = settings;
    this.hadoop = new SerializableConfiguration(hadoop);
    this.done = done;
  }

  @Override
  public Iterator<Row> call(Iterator<ImageReference> images) {
    LoadedModel model = LoadedModel.of(settings.model());
    DecodeAhead batches = decodeAhead(settings, model, hadoop.value(), images);
    TaskCompletionListener closing = context -> batches.close();
    TaskContext.get().addTaskCompletionListener(closing);
    BatchExplainer explainer =
        new BatchExplainer(model, settings.target(), settings.maps(), settings.traced());
    return new Iterator<>() {
      private final Queue<Row> rows = new ArrayDeque<>();

      @Override
      public boolean hasNext() {
        while (rows.isEmpty() && batches.hasNext()) {
          DecodedBatch batch = batches.next();
          long start = System.nanoTime();
          List<Explanation> explanations = explainer.explain(batch);
          MetricsPlugin.batchDone(
              batch.images().size(), explanations, Duration.ofNanos(System.nanoTime() - start));
          for (Explanation explanation : explanations) {
            rows.add(
                ExplanationTable.row(
                    explanation,
                    settings.model().profile(),
                    settings.classLabels(),
                    settings.maps(),
                    settings.trace()));
          }
          done.add(batch.images().size());
        }
        return !rows.isEmpty();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return rows.remove();
      }
    };
  }

  /** The front half of the pipeline, as the task runs it. */
  static DecodeAhead decodeAhead(
      Settings settings, LoadedModel model, Configuration hadoop, Iterator<ImageReference> images) {
    return new DecodeAhead(
        images,
        new ImageLoader(
            new ImageReader(hadoop),
            new DecodeOptions(DecodeOptions.DEFAULT_MAX_PIXELS, settings.exifOrientation()),
            model.preprocessor()),
        model.preprocessor(),
        settings.imagesPerBatch());
  }
}
