package org.saccade.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.saccade.localization.Figure;
import org.saccade.localization.Metric;

/** The first page: the figures, each with what puts it in its place. */
final class SummaryPage {
  private final Site site;

  SummaryPage(Site site) {
    this.site = site;
  }

  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("images", ShownText.place(site.run().images()));
    values.put("profile", site.run().profile());
    values.put("headlines", headlines().stream().map(Headline::values).toList());
    values.put("evaluated", site.evaluation().isPresent());
    values.put("figures", rows(Figure.Grouping.OVERALL, figure -> true));
    values.put("sizes", rows(Figure.Grouping.SIZE, figure -> figure.metric() == mainMetric()));
    values.put("sizeMetric", mainMetric().title());
    values.put("groundTruth", site.evaluation().map(EvaluationFacts::groundTruth).orElse(""));
    values.put(
        "explained",
        site.evaluation().map(EvaluationFacts::explainsLabels).orElse(false)
            ? "the true class"
            : "the predicted class");
    values.put("charts", charts());
    return values;
  }

  private Metric mainMetric() {
    boolean labels = site.evaluation().map(EvaluationFacts::explainsLabels).orElse(false);
    return labels ? Metric.GT_KNOWN_ERROR : Metric.TOP1_LOCALIZATION_ERROR;
  }

  private List<Headline> headlines() {
    List<Headline> headlines = new ArrayList<>();
    Tally tally = site.tally();
    long failed = tally.rows() - tally.explained();
    headlines.add(
        new Headline(
            "Explanations",
            count(tally.explained()),
            "",
            failed == 0
                ? "every image was explained"
                : "of %s rows; %s failed".formatted(count(tally.rows()), count(failed))));
    if (tally.labelled() > 0) {
      headlines.add(
          new Headline(
              "Accuracy",
              decimal(100.0 * tally.right() / tally.labelled()),
              "%",
              "%s of %s labelled images right"
                  .formatted(count(tally.right()), count(tally.labelled()))));
    }
    site.evaluation().ifPresent(evaluation -> headlines.addAll(localization(evaluation)));
    site.run()
        .imagesPerSecond()
        .ifPresent(
            speed ->
                headlines.add(
                    new Headline("Speed", decimal(speed), "images/s", "forward pass and walk")));
    return headlines;
  }

  private List<Headline> localization(EvaluationFacts evaluation) {
    List<Headline> headlines = new ArrayList<>();
    evaluation
        .overall(Metric.BOX_ACCURACY_50)
        .ifPresent(figure -> headlines.add(headline("Objects found (IoU ≥ 0.5)", figure)));
    evaluation
        .overall(Metric.FIXATION_SHARE)
        .ifPresent(
            figure ->
                headlines.add(
                    new Headline(
                        "Fixation weight on the object",
                        decimal(figure.value()),
                        "%",
                        "95 %% interval %s".formatted(interval(figure)))));
    return headlines;
  }

  private static Headline headline(String title, Figure figure) {
    String context =
        figure
            .baseline()
            .map(baseline -> "a centred box finds %s %%".formatted(decimal(baseline.value())))
            .orElse("95 % interval " + interval(figure));
    return new Headline(title, decimal(figure.value()), "%", context);
  }

  private List<Map<String, Object>> rows(Figure.Grouping grouping, Predicate<Figure> wanted) {
    return site.evaluation().map(e -> e.figures(grouping)).orElse(List.of()).stream()
        .filter(wanted)
        .map(SummaryPage::row)
        .toList();
  }

  private static Map<String, Object> row(Figure figure) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("title", figure.metric().title());
    row.put("group", figure.group());
    row.put("unit", figure.metric().unit() == Metric.Unit.PERCENT ? "%" : "");
    row.put("better", figure.metric().better() == Metric.Better.LOWER ? "lower" : "higher");
    row.put("cases", count(figure.cases()));
    row.put("value", number(figure, figure.value()));
    row.put(
        "interval",
        number(figure, figure.interval().low()) + " – " + number(figure, figure.interval().high()));
    Optional<Figure.Baseline> baseline = figure.baseline();
    row.put("centred", baseline.map(b -> number(figure, b.value())).orElse(""));
    row.put("margin", baseline.map(b -> signed(figure, b.margin())).orElse(""));
    row.put(
        "marginInterval",
        baseline
            .map(
                b ->
                    signed(figure, b.marginInterval().low())
                        + " – "
                        + signed(figure, b.marginInterval().high()))
            .orElse(""));
    row.put(
        "verdict",
        baseline
            .map(
                b ->
                    b.marginInterval().low() > 0
                        ? "better"
                        : b.marginInterval().high() < 0 ? "worse" : "open")
            .orElse("none"));
    return row;
  }

  private List<Map<String, Object>> charts() {
    List<Map<String, Object>> charts = new ArrayList<>();
    for (Tally.Distribution distribution : site.tally().distributions()) {
      Histogram values = distribution.histogram();
      charts.add(
          Map.of(
              "id",
              distribution.id(),
              "title",
              distribution.title(),
              "meaning",
              distribution.meaning(),
              "words",
              "Half of the %s values lie between %s and %s."
                  .formatted(
                      count(values.total()),
                      distribution.label(values.quantile(0.25)),
                      distribution.label(values.quantile(0.75)))));
    }
    return charts;
  }

  private static String interval(Figure figure) {
    return "%s – %s"
        .formatted(
            number(figure, figure.interval().low()), number(figure, figure.interval().high()));
  }

  private static String number(Figure figure, double value) {
    return figure.metric().unit() == Metric.Unit.PERCENT
        ? decimal(value)
        : String.format(Locale.ROOT, "%.3f", value);
  }

  private static String signed(Figure figure, double value) {
    return (value < 0 ? "−" : "+") + number(figure, Math.abs(value));
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** Thousands are set apart by thin spaces. */
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value).replace(',', '\u2009');
  }

  /**
   * A figure in large type.
   *
   * @param title what it is
   * @param value the number
   * @param unit of the number, possibly empty
   * @param context one short sentence
   */
  private record Headline(String title, String value, String unit, String context) {
    Map<String, String> values() {
      return Map.of("title", title, "value", value, "unit", unit, "context", context);
    }
  }
}
