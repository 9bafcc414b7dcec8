package org.saccade.job.explain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.saccade.dataset.ImageReference;
import org.saccade.image.Crops;
import org.saccade.job.Terminal;
import org.saccade.job.images.ImageTable;
import org.saccade.job.images.Inventory;
import org.saccade.job.model.LoadedModel;

/**
 * What a run would take, judging by its first images.
 *
 * @param plan the run
 * @param images number of images
 * @param bytes their size, as far as it is known
 * @param measured images that were explained to find out
 * @param secondsPerImage on one thread, decoding included
 * @param bytesPerImage of the table, before compression
 * @param device what it ran on
 */
record Estimate(
    ExplainPlan plan,
    long images,
    long bytes,
    int measured,
    double secondsPerImage,
    double bytesPerImage,
    String device) {

  /** A row's scalar columns and the file's overhead. */
  private static final int BYTES_PER_ROW = 700;

  private static final int BYTES_PER_POINT = 12;
  private static final int BYTES_PER_TRACE_POINT = 16;

  /**
   * Explains the first images twice, the first time to warm up.
   *
   * @throws org.saccade.UserException if the images or their labels are at fault
   */
  static Estimate of(
      ExplainPlan plan,
      ImageTable table,
      ExplainOptions options,
      Configuration hadoop,
      Terminal terminal) {
    Inventory.Tally all = Inventory.Tally.of(table.images());
    SelectedImages.requireUsable(all, plan, options, terminal);
    long images = Math.min(all.images(), options.selection().limit().orElse(Integer.MAX_VALUE));
    List<ImageReference> first =
        table.first((int) Math.min(images, plan.settings().imagesPerBatch()));
    LoadedModel model = LoadedModel.of(plan.model());
    explain(plan, model, first, hadoop);
    long start = System.nanoTime();
    List<Explanation> rows = explain(plan, model, first, hadoop);
    double seconds = (System.nanoTime() - start) / 1e9;
    long bytes = rows.stream().mapToLong(Estimate::bytes).sum();
    return new Estimate(
        plan,
        images,
        all.bytes() * images / all.images(),
        first.size(),
        seconds / first.size(),
        (double) bytes / first.size(),
        model.device());
  }

  private static List<Explanation> explain(
      ExplainPlan plan, LoadedModel model, List<ImageReference> images, Configuration hadoop) {
    ExplainTask.Settings settings = plan.settings();
    Set<String> traced = new HashSet<>();
    for (int place = 0; place < images.size(); place++) {
      if (settings.trace().includes(images.get(place).imageId(), place)) {
        traced.add(images.get(place).imageId());
      }
    }
    BatchExplainer explainer =
        new BatchExplainer(model, settings.target(), settings.maps(), traced);
    List<Explanation> rows = new ArrayList<>();
    try (NetworkThread network = ExplainTask.networkThread(model);
        DecodeAhead batches =
            ExplainTask.decodeAhead(settings, model, hadoop, images.iterator(), network)) {
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
        bytes > 0 ? String.format(Locale.ROOT, " (%.1f MB)", bytes / 1e6) : "",
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
