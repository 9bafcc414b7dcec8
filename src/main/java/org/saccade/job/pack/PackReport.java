package org.saccade.job.pack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code pack} has done.
 *
 * @param location the images as they resolved
 * @param exitCode of the process
 * @param started ISO-8601 instant
 * @param seconds wall time
 */
record PackReport(
    PackOptions options,
    String location,
    List<PackTask.Shard> shards,
    int exitCode,
    String started,
    double seconds) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  PackReport {
    shards = List.copyOf(shards);
  }

  PackReport withExitCode(int code) {
    return new PackReport(options, location, shards, code, started, seconds);
  }

  long images() {
    return shards.stream().mapToLong(PackTask.Shard::images).sum();
  }

  long unreadable() {
    return shards.stream().mapToLong(PackTask.Shard::unreadable).sum();
  }

  /** Share of the images that could not be read, 0 to 1. */
  double failedShare() {
    long all = images() + unreadable();
    return all == 0 ? 0 : (double) unreadable() / all;
  }

  String manifestJson() {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("kind", "saccade-pack");
    manifest.put("state", "finished");
    manifest.put("exit_code", exitCode);
    manifest.put("started", started);
    manifest.put("images_location", location);
    manifest.put("format", options.format().extension());
    manifest.put("shard_bytes", options.shardBytes());
    manifest.put("labels", options.labels().orElse(options.labelsFromFolders() ? "folders" : ""));
    manifest.putAll(figures());
    manifest.put("shards", shards);
    return json(manifest);
  }

  String summaryJson() {
    return json(figures());
  }

  String forPeople() {
    return String.format(
        Locale.ROOT,
        "packed %d images (%d with a label) into %d shards, %.1f MB, in %.1f s; every one was read"
            + " back and compared%n%s",
        images(),
        shards.stream().mapToLong(PackTask.Shard::labelled).sum(),
        shards.size(),
        bytes() / 1e6,
        seconds,
        unreadable() == 0
            ? ""
            : "%d images could not be read: they are listed in %s/%n"
                .formatted(unreadable(), PackFolder.UNREADABLE));
  }

  private long bytes() {
    return shards.stream().mapToLong(PackTask.Shard::bytes).sum();
  }

  private Map<String, Object> figures() {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("images", images());
    figures.put("labelled", shards.stream().mapToLong(PackTask.Shard::labelled).sum());
    figures.put("unreadable", unreadable());
    figures.put("files", shards.size());
    figures.put("bytes", bytes());
    figures.put("wall_seconds", seconds);
    return figures;
  }

  private static String json(Map<String, Object> values) {
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts are plain data", e);
    }
  }
}
