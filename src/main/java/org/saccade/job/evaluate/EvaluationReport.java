package org.saccade.job.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.saccade.dataset.FaultLog;
import org.saccade.dataset.GroundTruthFault;
import org.saccade.localization.Evaluation;
import org.saccade.localization.Figure;
import org.saccade.localization.Interval;
import org.saccade.localization.Metric;

/**
 * What an evaluation found, for people and for programs.
 *
 * @param options what was asked for
 * @param runId of this evaluation
 * @param format what the ground truth was read as
 * @param evaluation the figures
 * @param counts of rows and images
 * @param wall wall time
 */
public record EvaluationReport(
    EvaluateOptions options,
    String runId,
    String format,
    Evaluation evaluation,
    Counts counts,
    Duration wall) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * What was there and what could be used.
   *
   * @param rows rows by what became of them
   * @param examples an image for each of these
   * @param unexplained annotated images that no row is about
   * @param unexplainedExample one of them, empty without any
   * @param faults what was wrong with the ground truth
   */
  public record Counts(
      Map<String, Long> rows,
      Map<String, String> examples,
      long unexplained,
      String unexplainedExample,
      Map<GroundTruthFault, FaultLog.Entry> faults) {

    static Counts of(List<Verdict> findings, List<String> unexplained, FaultLog faults) {
      Map<String, Long> rows = new TreeMap<>();
      Map<String, String> examples = new TreeMap<>();
      for (Verdict finding : findings) {
        rows.merge(finding.outcome().id(), 1L, Long::sum);
        examples.merge(
            finding.outcome().id(), finding.imageId(), (a, b) -> a.compareTo(b) <= 0 ? a : b);
      }
      return new Counts(
          rows,
          examples,
          unexplained.size(),
          unexplained.isEmpty() ? "" : unexplained.get(0),
          new TreeMap<>(faults.entries()));
    }

    /** Sentences about everything that was not evaluated or not right. */
    List<String> sentences() {
      List<String> sentences = new ArrayList<>();
      rows.forEach(
          (outcome, count) -> {
            if (!outcome.equals(Verdict.Outcome.EVALUATED.id())) {
              sentences.add(
                  "%d rows %s, for example %s"
                      .formatted(count, sentence(outcome), examples.get(outcome)));
            }
          });
      if (unexplained > 0) {
        sentences.add(
            "%d annotated images are not among the explanations, for example %s"
                .formatted(unexplained, unexplainedExample));
      }
      faults.forEach(
          (fault, entry) ->
              sentences.add("ground truth: " + fault.describe(entry.count(), entry.example())));
      return sentences;
    }

    private static String sentence(String outcome) {
      return switch (outcome) {
        case "not_explained" -> "have no explanation (status other than ok)";
        case "no_ground_truth" -> "are of images that the ground truth does not know";
        case "no_box_of_class" -> "are of images without a true box of their class";
        case "wrong_image_size" -> "are of images of another size than the ground truth says";
        default -> outcome;
      };
    }
  }

  /** The figures as a table, with intervals and the centred box beside them. */
  public String forPeople() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%d cases on %d images; ground truth: %s, boxes in %s, %s overlap",
        evaluation.cases(),
        evaluation.images(),
        format,
        options.groundTruth().frame(),
        options.overlap().name().toLowerCase(Locale.ROOT));
    if (!evaluation.explainsLabels()) {
      line(
          text,
          "boxes and maps are those of the predicted class; for GT-known figures explain the true"
              + " class (explain --target label)");
    }
    text.append('\n');
    rows(text, of(Figure.Grouping.OVERALL), figure -> figure.metric().title());
    Metric main =
        evaluation.explainsLabels() ? Metric.GT_KNOWN_ERROR : Metric.TOP1_LOCALIZATION_ERROR;
    text.append('\n');
    line(text, "%s by size of the object:", main.title());
    rows(
        text,
        of(Figure.Grouping.SIZE).stream().filter(f -> f.metric() == main).toList(),
        Figure::group);
    List<String> sentences = counts.sentences();
    if (!sentences.isEmpty()) {
      text.append('\n');
      sentences.forEach(sentence -> line(text, "note: %s", sentence));
    }
    text.append('\n');
    line(
        text,
        "written to %s in %.1f s (%d bootstrap resamples)",
        options.output(),
        wall.toMillis() / 1000.0,
        options.resamples());
    return text.toString();
  }

  private List<Figure> of(Figure.Grouping grouping) {
    return evaluation.figures().stream().filter(f -> f.grouping() == grouping).toList();
  }

  private static void rows(
      StringBuilder text, List<Figure> figures, Function<Figure, String> name) {
    line(
        text,
        "%-40s %7s %9s  %-19s %9s %-16s %8s  %-17s",
        "",
        "cases",
        "value",
        "95 % interval",
        "centred",
        "side",
        "better by",
        "95 % interval");
    for (Figure figure : figures) {
      String context =
          figure
              .baseline()
              .map(
                  b ->
                      String.format(
                          Locale.ROOT,
                          "%9.3f %-16s %+8.3f  %-17s",
                          b.value(),
                          b.side(),
                          b.margin(),
                          interval(b.marginInterval(), "%+.2f")))
              .orElse("");
      line(
          text,
          "%-40s %7d %9.3f  %-19s %s",
          name.apply(figure),
          figure.cases(),
          figure.value(),
          interval(figure.interval(), "%.3f"),
          context);
    }
  }

  private static String interval(Interval interval, String number) {
    return String.format(
        Locale.ROOT, "[" + number + ", " + number + "]", interval.low(), interval.high());
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }

  /** The same for programs: {@code summary.json}. */
  String summaryJson() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("kind", "saccade-localization");
    summary.put("run_id", runId);
    summary.put("cases", evaluation.cases());
    summary.put("images", evaluation.images());
    summary.put("explained_class", evaluation.explainsLabels() ? "label" : "predicted");
    summary.put("ground_truth_format", format);
    summary.put("boxes_frame", options.groundTruth().frame().toString());
    summary.put("overlap", options.overlap().name().toLowerCase(Locale.ROOT));
    summary.put("rows", counts.rows());
    summary.put("unexplained_images", counts.unexplained());
    Map<String, Object> faults = new LinkedHashMap<>();
    counts
        .faults()
        .forEach(
            (fault, entry) ->
                faults.put(fault.id(), Map.of("count", entry.count(), "example", entry.example())));
    summary.put("faults", faults);
    summary.put("notes", counts.sentences());
    summary.put("overall", figures(Figure.Grouping.OVERALL));
    summary.put("by_size", figures(Figure.Grouping.SIZE));
    summary.put("wall_seconds", wall.toMillis() / 1000.0);
    return json(summary);
  }

  /** What this evaluation was: {@code manifest.json}. */
  String manifestJson() {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("kind", "saccade-localization");
    manifest.put("schema_version", LocalizationTable.SCHEMA_VERSION);
    manifest.put("run_id", runId);
    manifest.put("state", "finished");
    manifest.put("exit_code", 0);
    Map<String, String> configuration = new LinkedHashMap<>();
    if (options.subject() instanceof EvaluateOptions.Boxes boxes) {
      configuration.put("boxes", boxes.file());
      boxes.classes().ifPresent(file -> configuration.put("box-classes", file));
    } else if (options.subject() instanceof EvaluateOptions.Explanations explanations) {
      configuration.put("explanations", explanations.folder());
    }
    configuration.put("ground-truth", options.groundTruth().location());
    options.groundTruth().classLabels().ifPresent(f -> configuration.put("class-labels", f));
    options.groundTruth().imageSizes().ifPresent(f -> configuration.put("image-sizes", f));
    options.groundTruth().classes().ifPresent(f -> configuration.put("classes", f));
    configuration.put("boxes-frame", options.groundTruth().frame().toString());
    configuration.put("iou", options.overlap().name().toLowerCase(Locale.ROOT));
    configuration.put("resamples", Integer.toString(options.resamples()));
    configuration.put("seed", Long.toString(options.seed()));
    manifest.put("configuration", configuration);
    manifest.put("rows", counts.rows());
    manifest.put("wall_seconds", Map.of("total", wall.toMillis() / 1000.0));
    return json(manifest);
  }

  private List<Map<String, Object>> figures(Figure.Grouping grouping) {
    List<Map<String, Object>> figures = new ArrayList<>();
    for (Figure figure : of(grouping)) {
      Map<String, Object> fields = new LinkedHashMap<>();
      if (grouping != Figure.Grouping.OVERALL) {
        fields.put(EvaluationFolder.column(grouping), figure.group());
      }
      fields.put("metric", figure.metric().id());
      fields.put("cases", figure.cases());
      fields.put("value", figure.value());
      fields.put("low", figure.interval().low());
      fields.put("high", figure.interval().high());
      figure.setting().ifPresent(setting -> fields.put("setting", setting));
      figure
          .baseline()
          .ifPresent(
              baseline -> {
                fields.put("centred_box", baseline.value());
                fields.put("centred_box_side", baseline.side());
                fields.put("margin", baseline.margin());
                fields.put("margin_low", baseline.marginInterval().low());
                fields.put("margin_high", baseline.marginInterval().high());
              });
      figures.add(fields);
    }
    return figures;
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is plain data", e);
    }
  }
}
