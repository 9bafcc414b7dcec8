package org.saccade.job.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.job.Manifest;
import org.saccade.job.evaluate.EvaluationFolder;
import org.saccade.localization.Figure;
import org.saccade.localization.Interval;
import org.saccade.localization.Metric;
import org.saccade.report.EvaluationFacts;

/** Reads what {@code evaluate} wrote into {@code summary.json}. */
final class EvaluationFiles {
  private EvaluationFiles() {}

  /**
   * @throws UserException if the folder holds no evaluation
   */
  static EvaluationFacts read(String folder, Configuration hadoop) {
    Path file = new Path(folder, "summary.json");
    try (InputStream in = Storage.of(file, hadoop).open(file)) {
      JsonNode summary = Manifest.JSON.readTree(in);
      if (!summary.path("kind").asText().equals("saccade-localization")) {
        throw new UserException(
            "%s is no summary of an evaluation: give the output folder of a run of evaluate"
                .formatted(file));
      }
      List<Figure> figures = new ArrayList<>();
      summary
          .path("overall")
          .forEach(f -> figure(f, Figure.Grouping.OVERALL, "all").ifPresent(figures::add));
      summary
          .path("by_size")
          .forEach(
              f ->
                  figure(
                          f,
                          Figure.Grouping.SIZE,
                          f.path(EvaluationFolder.column(Figure.Grouping.SIZE)).asText())
                      .ifPresent(figures::add));
      List<String> notes = new ArrayList<>();
      summary.path("notes").forEach(note -> notes.add(note.asText()));
      return new EvaluationFacts(
          summary.path("cases").asLong(),
          summary.path("explained_class").asText().equals("label"),
          summary.path("ground_truth_format").asText(),
          figures,
          notes);
    } catch (IOException e) {
      throw new UserException(
          "%s holds no evaluation: give the output folder of a run of evaluate".formatted(folder),
          e);
    }
  }

  /** Metrics that a later version added are left out. */
  private static Optional<Figure> figure(JsonNode json, Figure.Grouping grouping, String group) {
    return metric(json.path("metric").asText())
        .map(
            metric ->
                new Figure(
                    grouping,
                    group,
                    metric,
                    json.path("cases").asLong(),
                    json.path("value").asDouble(),
                    interval(json, "low", "high"),
                    text(json, "setting"),
                    baseline(json)));
  }

  private static Optional<Metric> metric(String id) {
    for (Metric metric : Metric.values()) {
      if (metric.name().toLowerCase(Locale.ROOT).equals(id)) {
        return Optional.of(metric);
      }
    }
    return Optional.empty();
  }

  private static Optional<Figure.Baseline> baseline(JsonNode json) {
    return text(json, "centred_box_side")
        .map(
            side ->
                new Figure.Baseline(
                    side,
                    json.path("centred_box").asDouble(),
                    json.path("margin").asDouble(),
                    interval(json, "margin_low", "margin_high")));
  }

  private static Interval interval(JsonNode json, String low, String high) {
    return new Interval(json.path(low).asDouble(), json.path(high).asDouble());
  }

  private static Optional<String> text(JsonNode json, String field) {
    return json.hasNonNull(field) ? Optional.of(json.get(field).asText()) : Optional.empty();
  }
}
