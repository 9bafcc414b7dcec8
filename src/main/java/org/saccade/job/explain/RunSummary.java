package org.saccade.job.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.Path;
import org.saccade.job.Manifest;

/**
 * The end of a run as people and programs read it.
 *
 * @param statistics of the whole table
 * @param explained images explained by this run
 * @param wallSeconds wall time by phase
 * @param size of the table's files
 * @param output the output folder
 */
record RunSummary(
    RunStatistics statistics,
    long explained,
    Map<String, Double> wallSeconds,
    ContentSummary size,
    Path output) {

  private double imagesPerSecond() {
    return explained / Math.max(1e-3, wallSeconds.get("explain"));
  }

  private Map<String, Double> shares() {
    double all = statistics.phaseMillis().values().stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> shares = new LinkedHashMap<>();
    statistics.phaseMillis().forEach((phase, ms) -> shares.put(phase, all == 0 ? 0 : ms / all));
    return shares;
  }

  String toJson() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("images", statistics.images());
    values.put("rows", statistics.rows());
    values.put("statuses", statistics.statuses());
    values.put("errors", statistics.errors());
    values.put("explained_now", explained);
    values.put("images_per_second", imagesPerSecond());
    values.put("wall_seconds", wallSeconds);
    values.put("share_of_time", shares());
    values.put("files", size.getFileCount());
    values.put("bytes", size.getLength());
    values.put("output", output.toString());
    try {
      return Manifest.JSON.writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a summary is plain data", e);
    }
  }

  String forPeople() {
    String wall =
        wallSeconds.entrySet().stream()
            .map(lap -> text("%s %.1f s", lap.getKey(), lap.getValue()))
            .collect(Collectors.joining(", "));
    String phases =
        shares().entrySet().stream()
            .map(share -> text("%s %.0f %%", share.getKey(), 100 * share.getValue()))
            .collect(Collectors.joining(", "));
    String errors = statistics.errors().isEmpty() ? "" : " " + statistics.errors();
    String shown =
        output.toUri().getScheme().equals("file") ? output.toUri().getPath() : output.toString();
    return """
        images      %d (%s)%s
        rows        %d
        speed       %.1f images/s, %d images in %.1f s
        time spent  %s
        wall time   %s
        output      %s/explanations (%d files, %.1f MB)
        next        jobs/evaluate --explanations %s --ground-truth FILE --output DIR
        """
        .formatted(
            statistics.images(),
            counts(statistics.statuses()),
            errors,
            statistics.rows(),
            imagesPerSecond(),
            explained,
            wallSeconds.get("explain"),
            phases,
            wall,
            shown,
            size.getFileCount(),
            size.getLength() / 1e6,
            shown);
  }

  private static String counts(Map<String, Long> statuses) {
    return statuses.entrySet().stream()
        .map(status -> status.getKey() + " " + status.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
