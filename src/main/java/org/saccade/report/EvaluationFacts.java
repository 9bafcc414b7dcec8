package org.saccade.report;

import java.util.List;
import java.util.Optional;
import org.saccade.localization.Figure;
import org.saccade.localization.Metric;

/**
 * What an evaluation found.
 *
 * @param cases number of cases
 * @param explainsLabels whether the boxes are those of the true class, else of the predicted one
 * @param groundTruth what it was held against
 * @param figures overall and by size
 * @param notes on what was not evaluated or not right
 */
public record EvaluationFacts(
    long cases,
    boolean explainsLabels,
    String groundTruth,
    List<Figure> figures,
    List<String> notes) {

  public EvaluationFacts {
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  List<Figure> figures(Figure.Grouping grouping) {
    return figures.stream().filter(figure -> figure.grouping() == grouping).toList();
  }

  /** The figure over all cases, if it was measured. */
  Optional<Figure> overall(Metric metric) {
    return figures(Figure.Grouping.OVERALL).stream()
        .filter(figure -> figure.metric() == metric)
        .findFirst();
  }
}
