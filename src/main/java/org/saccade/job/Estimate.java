package org.saccade.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.saccade.image.Crops;

/**
 * What a run would take, judging by its first images.
 *
 * @param plan the run
 * @param measured images that were explained to find out
 * @param secondsPerImage on one thread, decoding included
 * @param bytesPerImage of the table, before compression
 * @param device what it ran on
 */
record Estimate(
    ExplainPlan plan, int measured, double secondsPerImage, double bytesPerImage, String device) {

  /** A row's scalar columns and the file's overhead. */
  private static final int BYTES_PER_ROW = 700;

  private static final int BYTES_PER_POINT = 12;
  private static final int BYTES_PER_TRACE_POINT = 16;

  /** Explains the first images twice, the first time to warm up. */
  static Estimate of(ExplainPlan plan, Configuration hadoop) {
    LoadedModel model = LoadedModel.of(plan.model());
    ExplainTask.Settings settings = plan.settings();
    explain(plan, model, hadoop);
    long start = System.nanoTime();
    List<Explanation> rows = explain(plan, model, hadoop);
    double seconds = (System.nanoTime() - start) / 1e9;
    int images = plan.images().limit(settings.imagesPerBatch()).images().size();
    long bytes = rows.stream().mapToLong(Estimate::bytes).sum();
    return new Estimate(plan, images, seconds / images, (double) bytes / images, model.device());
  }

  private static List<Explanation> explain(
      ExplainPlan plan, LoadedModel model, Configuration hadoop) {
    ExplainTask.Settings settings = plan.settings();
    BatchExplainer explainer =
        new BatchExplainer(model, settings.target(), settings.maps(), settings.traced());
    List<Explanation> rows = new ArrayList<>();
    try (DecodeAhead batches =
        ExplainTask.decodeAhead(
            settings,
            model,
            hadoop,
            plan.images().limit(settings.imagesPerBatch()).images().iterator())) {
      while (batches.hasNext()) {
        rows.addAll(explainer.explain(batches.next()));
      }
    }
    return rows;
  }

  private static long bytes(Explanation row) {
    return BYTES_PER_ROW
        + row.evidence()
            .map(
                evidence ->
                    (long) BYTES_PER_POINT * evidence.fixations().size()
                        + evidence.map().map(map -> (long) map.rows() * map.cols()).orElse(0L)
                        + (long) BYTES_PER_TRACE_POINT * evidence.trace().size())
            .orElse(0L);
  }

  String forPeople() {
    long images = plan.images().images().size();
    ExplainTask.Settings settings = plan.settings();
    long batches = (images + settings.imagesPerBatch() - 1) / settings.imagesPerBatch();
    int crops = Crops.valueOf(plan.model().crops()).count();
    return String.format(
        Locale.ROOT,
        """
        images      %d in %s%s
        batches     %d of %d image(s), %d crop(s) each, on %s
        rows        about %d
        time        about %s on one thread, judging by %d image(s); divide by the task slots
        disk        about %.1f MB at %s
        nothing was written
        """,
        images,
        plan.images().location(),
        plan.images().bytes() > 0
            ? String.format(Locale.ROOT, " (%.1f MB)", plan.images().bytes() / 1e6)
            : "",
        batches,
        settings.imagesPerBatch(),
        crops,
        device,
        images * settings.target().rows(),
        duration(images * secondsPerImage),
        measured,
        images * bytesPerImage / 1e6,
        plan.folder().root());
  }

  private static String duration(double seconds) {
    if (seconds < 90) {
      return String.format(Locale.ROOT, "%.0f s", Math.ceil(seconds));
    }
    double minutes = seconds / 60;
    return minutes < 90
        ? String.format(Locale.ROOT, "%.0f min", minutes)
        : String.format(Locale.ROOT, "%.1f h", minutes / 60);
  }
}
