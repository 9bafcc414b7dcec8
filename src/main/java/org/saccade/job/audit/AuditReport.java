package org.saccade.job.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.saccade.audit.FalseDiscoveryRate;
import org.saccade.audit.Finding;
import org.saccade.audit.GroupReport;
import org.saccade.audit.Measure;
import org.saccade.audit.Ranking;
import org.saccade.audit.Statistic;
import org.saccade.audit.Suspicion;
import org.saccade.audit.Verdict;
import org.saccade.job.Manifest;

/**
 * What an audit found, for people, for programs and as rows of its tables.
 *
 * @param options what was asked for
 * @param runId of this audit
 * @param explanationsRunId of the run that was audited
 * @param reports of every group
 * @param findings of all groups, best first
 * @param absent decisions about findings that this run does not have
 * @param groundTruth what the boxes were read as; empty without
 * @param classNames names of the classes, as far as they are known
 * @param wall wall time
 */
public record AuditReport(
    AuditOptions options,
    String runId,
    String explanationsRunId,
    List<GroupReport> reports,
    List<Finding> findings,
    Map<String, Verdict> absent,
    Optional<String> groundTruth,
    Map<String, String> classNames,
    Duration wall) {
  private static final int SHOWN = 10;

  /** A group, its adjusted p-values and its findings. */
  private record Ranked(GroupReport report, Map<Measure, Double> adjusted, List<Finding> findings) {
    /** The measure that tells most: outside the object where that is known. */
    private Measure main() {
      return has(Measure.OUTSIDE) ? Measure.OUTSIDE : Measure.CORNER;
    }

    private boolean has(Measure measure) {
      return report.statistics().get(measure).images() > 0;
    }

    private long flagged() {
      return findings.stream().filter(Finding::flagged).count();
    }

    private double q() {
      return has(main()) ? adjusted.get(main()) : 1;
    }

    private double excess() {
      return has(main()) ? report.statistics().get(main()).excess() : Double.NEGATIVE_INFINITY;
    }
  }

  /** The groups, most suspicious first: flagged findings, then significant and large excesses. */
  private List<Ranked> ranked() {
    Map<Measure, double[]> adjusted = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      adjusted.put(
          measure,
          FalseDiscoveryRate.adjust(
              reports.stream().mapToDouble(r -> r.statistics().get(measure).p()).toArray()));
    }
    Map<String, List<Finding>> byGroup = new HashMap<>();
    findings.forEach(f -> byGroup.computeIfAbsent(f.group(), g -> new ArrayList<>()).add(f));
    List<Ranked> ranked = new ArrayList<>();
    for (int i = 0; i < reports.size(); i++) {
      Map<Measure, Double> own = new EnumMap<>(Measure.class);
      for (Measure measure : Measure.values()) {
        own.put(measure, adjusted.get(measure)[i]);
      }
      GroupReport report = reports.get(i);
      ranked.add(new Ranked(report, own, byGroup.getOrDefault(report.group(), List.of())));
    }
    ranked.sort(
        Comparator.comparingLong((Ranked r) -> -r.flagged())
            .thenComparing(r -> r.q() > Ranking.FALSE_DISCOVERIES)
            .thenComparingDouble(r -> -r.excess())
            .thenComparing(r -> r.report().group()));
    return ranked;
  }

  List<Row> groupRows() {
    List<Row> rows = new ArrayList<>();
    for (Ranked ranked : ranked()) {
      rows.add(
          AuditTables.row(
              ranked.report(),
              name(ranked.report().group()),
              rows.size() + 1,
              ranked.adjusted(),
              ranked.findings()));
    }
    return rows;
  }

  List<Row> clusterRows() {
    return reports.stream()
        .flatMap(r -> r.clusters().stream().map(c -> AuditTables.row(r.group(), c)))
        .toList();
  }

  List<Row> evidenceRows() {
    return reports.stream()
        .flatMap(
            r ->
                r.clusters().stream()
                    .flatMap(c -> c.evidence().stream().map(e -> AuditTables.row(r.group(), c, e))))
        .toList();
  }

  List<Row> findingRows() {
    return findings.stream().map(AuditTables::row).toList();
  }

  List<Row> counterfactualRows() {
    return findings.stream()
        .map(Finding::suspicion)
        .flatMap(s -> s.trials().stream().map(trial -> AuditTables.row(s.id(), trial)))
        .toList();
  }

  /** Findings that count. */
  public List<Finding> flagged() {
    return findings.stream().filter(Finding::flagged).toList();
  }

  /** Names belong to classes; values of a column speak for themselves. */
  private Optional<String> name(String group) {
    return options.groupBy().isPresent()
        ? Optional.empty()
        : Optional.ofNullable(classNames.get(group));
  }

  /** The summary that is printed. */
  public String forPeople() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%d groups (%s), %d images, %d distinct of the %d analysed; %s",
        reports.size(),
        options.groupBy().map(column -> "by " + column).orElse("classes"),
        reports.stream().mapToLong(GroupReport::images).sum(),
        reports.stream().mapToInt(GroupReport::distinct).sum(),
        reports.stream().mapToInt(GroupReport::analysed).sum(),
        groundTruth
            .map("boxes: %s"::formatted)
            .orElse("no boxes: only fixed places off the middle can be flagged"));
    line(text, "%d candidate cues tested, %d flagged", findings.size(), flagged().size());
    if (!findings.isEmpty()) {
      text.append('\n');
      line(
          text,
          "%-36s %-16s %6s %6s %8s %7s %-16s %8s %6s %7s",
          "finding",
          "outcome",
          "images",
          "drop",
          "controls",
          "effect",
          "95 % interval",
          "q",
          "pasted",
          "verdict");
      findings.stream().limit(SHOWN).forEach(finding -> row(text, finding));
    }
    text.append('\n');
    notes().forEach(note -> line(text, "note: %s", note));
    line(text, "written to %s in %.1f s", options.output(), wall.toMillis() / 1000.0);
    return text.toString();
  }

  private static void row(StringBuilder text, Finding finding) {
    Suspicion suspicion = finding.suspicion();
    line(
        text,
        "%-36s %-16s %6d %6.2f %8.2f %7.2f %-16s %8.2g %6s %7s",
        suspicion.id(),
        finding.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        suspicion.effect().n(),
        suspicion.drop(),
        suspicion.controlDrop(),
        suspicion.effect().mean(),
        String.format(
            Locale.ROOT, "[%.2f, %.2f]", suspicion.effect().low(), suspicion.effect().high()),
        finding.q(),
        suspicion.paste().n() == 0
            ? "-"
            : String.format(Locale.ROOT, "%.0f %%", 100 * suspicion.pasteRate()),
        finding.verdict().map(v -> v.decision().id()).orElse("-"));
  }

  /** What the user should know about the input. */
  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    int unreadable = reports.stream().mapToInt(GroupReport::unreadable).sum();
    if (unreadable > 0) {
      notes.add("%d images could not be read again and were passed over".formatted(unreadable));
    }
    long small = reports.stream().filter(r -> r.suspicions().isEmpty()).count();
    if (small > 0) {
      notes.add("%d groups have no candidate cue on enough images to be tested".formatted(small));
    }
    if (!absent.isEmpty()) {
      notes.add(
          "%d verdicts are about findings that this run does not have: %s"
              .formatted(absent.size(), String.join(", ", absent.keySet())));
    }
    return notes;
  }

  /** The same for programs: {@code summary.json}. */
  String summaryJson() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("kind", "saccade-audit");
    summary.put("run_id", runId);
    summary.put("groups", reports.size());
    summary.put("images", reports.stream().mapToLong(GroupReport::images).sum());
    summary.put("analysed", reports.stream().mapToInt(GroupReport::analysed).sum());
    summary.put("distinct", reports.stream().mapToInt(GroupReport::distinct).sum());
    summary.put("boxes", groundTruth.orElse("none"));
    summary.put("tested", findings.size());
    summary.put("flagged", flagged().size());
    summary.put("false_discovery_rate", Ranking.FALSE_DISCOVERIES);
    summary.put("least_effect", Ranking.LEAST_EFFECT);
    summary.put("findings", findings.stream().map(AuditReport::fields).toList());
    summary.put("suspicious_groups", suspiciousGroups());
    summary.put("absent_verdicts", List.copyOf(absent.keySet()));
    summary.put("notes", notes());
    summary.put("wall_seconds", wall.toMillis() / 1000.0);
    return json(summary);
  }

  private static Map<String, Object> fields(Finding finding) {
    Suspicion suspicion = finding.suspicion();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("finding_id", suspicion.id());
    fields.put("group", finding.group());
    fields.put("kind", suspicion.kind().id());
    fields.put("place", suspicion.place());
    fields.put("flagged", finding.flagged());
    fields.put("outcome", finding.outcome().name().toLowerCase(Locale.ROOT));
    fields.put("images", suspicion.effect().n());
    fields.put("drop", suspicion.drop());
    fields.put("control_drop", suspicion.controlDrop());
    fields.put("effect", suspicion.effect().mean());
    fields.put("low", suspicion.effect().low());
    fields.put("high", suspicion.effect().high());
    fields.put("q", finding.q());
    finding.verdict().ifPresent(verdict -> fields.put("verdict", verdict.decision().id()));
    return fields;
  }

  private List<Map<String, Object>> suspiciousGroups() {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Ranked ranked : ranked()) {
      for (Measure measure : Measure.values()) {
        Statistic statistic = ranked.report().statistics().get(measure);
        if (statistic.images() > 0
            && statistic.excess() > 0
            && ranked.adjusted().get(measure) <= Ranking.FALSE_DISCOVERIES) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("group", ranked.report().group());
          name(ranked.report().group()).ifPresent(name -> fields.put("name", name));
          fields.put("measure", measure.id());
          fields.put("mean", statistic.mean());
          fields.put("expected", statistic.expected());
          fields.put("low", statistic.low());
          fields.put("high", statistic.high());
          fields.put("q", ranked.adjusted().get(measure));
          groups.add(fields);
        }
      }
    }
    return groups;
  }

  /** What this audit was: {@code manifest.json}. */
  String manifestJson() {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("explanations", options.explanations());
    options.groundTruth().ifPresent(t -> configuration.put("ground-truth", t.location()));
    options.groupBy().ifPresent(column -> configuration.put("group-by", column));
    options.verdicts().ifPresent(file -> configuration.put("verdicts", file));
    configuration.put("members", Integer.toString(options.members()));
    configuration.put("seed", Long.toString(options.seed()));
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("kind", "saccade-audit");
    manifest.put("schema_version", AuditTables.SCHEMA_VERSION);
    manifest.put("run_id", runId);
    manifest.put("explanations_run_id", explanationsRunId);
    manifest.put("state", "finished");
    manifest.put("exit_code", 0);
    manifest.put("configuration", configuration);
    manifest.put("wall_seconds", Map.of("total", wall.toMillis() / 1000.0));
    return json(manifest);
  }

  private static String json(Object value) {
    try {
      return Manifest.JSON.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is plain data", e);
    }
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
