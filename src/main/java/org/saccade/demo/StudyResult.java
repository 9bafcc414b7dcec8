package org.saccade.demo;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.saccade.audit.Finding;
import org.saccade.demo.scene.Motif;
import org.saccade.demo.scene.Planting;
import org.saccade.demo.training.Recognition;

/**
 * What the audit said of one network, and what is true of it.
 *
 * @param studied the network
 * @param accuracy share of new pictures, with the cue, that are recognized
 * @param lost probability of the suspect class that its pictures lose without the cue, on average;
 *     0 where there is no cue
 * @param found the first flagged finding of the suspect class, if any
 * @param accused classes without a cue that a finding is flagged in
 */
record StudyResult(
    StudyCase studied, double accuracy, double lost, Optional<Finding> found, List<Motif> accused) {

  /**
   * @param with on the pictures with the cue
   * @param without on the same pictures without it
   * @param findings of the audit, best first
   */
  static StudyResult of(
      StudyCase studied, Recognition with, Recognition without, List<Finding> findings) {
    Optional<Motif> suspect = studied.planting().map(Planting::suspect);
    List<Finding> flagged = findings.stream().filter(Finding::flagged).toList();
    return new StudyResult(
        studied,
        with.accuracy(),
        suspect.map(motif -> with.probability(motif) - without.probability(motif)).orElse(0.0),
        flagged.stream().filter(finding -> suspect.equals(Optional.of(motif(finding)))).findFirst(),
        flagged.stream()
            .map(StudyResult::motif)
            .filter(motif -> !suspect.equals(Optional.of(motif)))
            .distinct()
            .toList());
  }

  /** The groups of an audit by class are named after the class indices. */
  private static Motif motif(Finding finding) {
    return Motif.of(Integer.parseInt(finding.group()));
  }

  /** Number of classes that no cue was planted in. */
  private int cleanClasses() {
    return Motif.values().length - (studied.planting().isPresent() ? 1 : 0);
  }

  /** A row of the table. */
  String line() {
    return "| %d | %s | %s | %.1f %% | %s | %s | %s |"
        .formatted(
            studied.seed(),
            studied.cue(),
            studied.planting().map(plan -> plan.suspect().label()).orElse(""),
            100 * accuracy,
            studied.planting().isPresent() ? decimal(lost) : "",
            studied.planting().isPresent()
                ? found.map(StudyResult::described).orElse("**not flagged**")
                : "",
            accused.isEmpty()
                ? ""
                : accused.stream().map(Motif::label).collect(Collectors.joining(", ")));
  }

  private static String described(Finding finding) {
    return "%s, %s [%s, %s]"
        .formatted(
            finding.suspicion().place(),
            decimal(finding.suspicion().effect().mean()),
            decimal(finding.suspicion().effect().low()),
            decimal(finding.suspicion().effect().high()));
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** All results in Markdown, with the two figures that the study is about. */
  static String table(List<StudyResult> results) {
    long planted = results.stream().filter(r -> r.studied().planting().isPresent()).count();
    long found = results.stream().filter(result -> result.found().isPresent()).count();
    int accused = results.stream().mapToInt(result -> result.accused().size()).sum();
    int clean = results.stream().mapToInt(StudyResult::cleanClasses).sum();
    return """
        | seed | cue | class | accuracy | lost without cue | flagged: place, effect [95 %%] | false alarms |
        |---|---|---|---|---|---|---|
        %s

        Planted cues flagged: %d of %d. False alarms: %d in %d classes without a cue.
        """
        .formatted(
            results.stream().map(StudyResult::line).collect(Collectors.joining("\n")),
            found,
            planted,
            accused,
            clean);
  }
}
