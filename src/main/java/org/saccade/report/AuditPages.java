package org.saccade.report;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.saccade.localization.Box;
import org.saccade.report.AuditFacts.Excess;
import org.saccade.report.AuditFacts.Exhibit;
import org.saccade.report.AuditFacts.Finding;
import org.saccade.report.AuditFacts.Group;

/** The audit's pages: the findings by rank, and one page for each. */
final class AuditPages {
  private final AuditFacts audit;
  private final Map<Integer, AuditFacts.Picture> pictures = new LinkedHashMap<>();

  /**
   * @param pictures those that could be written
   */
  AuditPages(AuditFacts audit, List<AuditFacts.Picture> pictures) {
    this.audit = audit;
    pictures.forEach(picture -> this.pictures.put(picture.number(), picture));
  }

  static String path(int rank) {
    return "audit/%04d.html".formatted(rank);
  }

  /**
   * Writes the pages.
   *
   * @param page makes a page from the values of its template
   */
  void write(SiteFiles files, PageMaker page) throws IOException {
    List<Finding> findings = audit.findings();
    Map<String, Object> overview = new LinkedHashMap<>();
    overview.put("tested", audit.tested());
    overview.put("flagged", audit.flagged());
    overview.put("findings", findings.stream().map(this::line).toList());
    overview.put("groups", audit.groups().stream().map(AuditPages::group).toList());
    files.write("audit.html", page.page("audit", overview));
    for (int i = 0; i < findings.size(); i++) {
      Map<String, Object> values = finding(findings.get(i));
      values.put("root", "../");
      values.put("previous", i > 0 ? path(findings.get(i - 1).rank()) : "");
      values.put("next", i + 1 < findings.size() ? path(findings.get(i + 1).rank()) : "");
      files.write(path(findings.get(i).rank()), page.page("finding", values));
    }
  }

  /** Makes a page from a template and its values. */
  @FunctionalInterface
  interface PageMaker {
    byte[] page(String template, Map<String, Object> values);
  }

  private Map<String, Object> line(Finding finding) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("rank", finding.rank());
    line.put("page", path(finding.rank()));
    line.put("title", title(finding));
    line.put("group", group(finding));
    line.put("flagged", finding.flagged());
    line.put("outcome", outcome(finding.outcome()));
    line.put("images", finding.images());
    line.put("share", percent(finding.share()));
    line.put("effect", signed(finding.masking().effect()));
    line.put("interval", interval(finding.masking().low(), finding.masking().high()));
    line.put("plot", plot(finding.masking()));
    line.put("paste", finding.pasting().map(p -> percent(p.rate())).orElse(""));
    line.put("verdict", finding.verdict().map(ShownText::visible).orElse(""));
    line.put(
        "picture",
        finding.exhibits().stream()
            .map(this::exhibit)
            .filter(exhibit -> exhibit.containsKey("picture"))
            .findFirst()
            .orElse(Map.of()));
    return line;
  }

  private Map<String, Object> finding(Finding finding) {
    Map<String, Object> values = line(finding);
    AuditFacts.Masking masking = finding.masking();
    values.put("name", ShownText.visible(finding.id()));
    values.put("note", ShownText.visible(finding.note()));
    put(values, "expected", finding.expectedShare());
    values.put("area", percent(finding.area()));
    values.put("before", String.format(Locale.ROOT, "%.0f", 100 * masking.before()));
    values.put("masked", percent(masking.before() - masking.drop()));
    values.put("control", percent(masking.before() - masking.controlDrop()));
    values.put("flips", percent(masking.flips()));
    values.put("controlFlips", percent(masking.controlFlips()));
    values.put("q", p(masking.q()));
    finding
        .pasting()
        .ifPresent(
            pasting ->
                values.put(
                    "pasting",
                    Map.of(
                        "images",
                        pasting.images(),
                        "rate",
                        percent(pasting.rate()),
                        "control",
                        percent(pasting.controlRate()),
                        "interval",
                        interval(pasting.low(), pasting.high()))));
    finding.cluster().ifPresent(cluster -> values.put("cluster", cluster(cluster)));
    values.put("members", exhibits(finding, role -> !role.equals("mask") && !role.equals("paste")));
    values.put("masks", exhibits(finding, role -> role.equals("mask")));
    values.put("pastes", exhibits(finding, role -> role.equals("paste")));
    return values;
  }

  private static Map<String, Object> cluster(AuditFacts.Cluster cluster) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("size", cluster.size());
    values.put("share", percent(cluster.share()));
    values.put("silhouette", String.format(Locale.ROOT, "%.2f", cluster.silhouette()));
    cluster
        .purity()
        .ifPresent(purity -> values.put("purity", String.format(Locale.ROOT, "%.2f", purity)));
    return values;
  }

  private List<Map<String, Object>> exhibits(Finding finding, Function<String, Boolean> wanted) {
    return finding.exhibits().stream()
        .filter(exhibit -> wanted.apply(exhibit.role()))
        .map(this::exhibit)
        .toList();
  }

  /** The region is in thousandths of the picture's sides. */
  private Map<String, Object> exhibit(Exhibit exhibit) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("role", exhibit.role());
    values.put("name", ShownText.visible(exhibit.imageId()));
    exhibit.sourceId().ifPresent(source -> values.put("source", ShownText.visible(source)));
    put(values, "before", exhibit.before());
    put(values, "after", exhibit.after());
    put(values, "control", exhibit.control());
    Optional<AuditFacts.Picture> picture =
        exhibit.picture().isPresent()
            ? Optional.ofNullable(pictures.get(exhibit.picture().getAsInt()))
            : Optional.empty();
    picture.ifPresent(
        found -> {
          values.put("picture", AuditFacts.picturePath(found.number()));
          Box region = exhibit.region();
          long left = Card.thousandths(region.x0(), found.width());
          long top = Card.thousandths(region.y0(), found.height());
          values.put("x", left);
          values.put("y", top);
          values.put("width", Card.thousandths(region.x1() + 1, found.width()) - left);
          values.put("height", Card.thousandths(region.y1() + 1, found.height()) - top);
        });
    return values;
  }

  private static void put(Map<String, Object> values, String name, OptionalDouble share) {
    share.ifPresent(value -> values.put(name, percent(value)));
  }

  private static Map<String, Object> group(Group group) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", groupName(group.group(), group.name()));
    values.put("images", group.images());
    values.put("distinct", group.distinct());
    group.outside().ifPresent(excess -> values.put("outside", excess(excess)));
    group.corner().ifPresent(excess -> values.put("corner", excess(excess)));
    group.border().ifPresent(excess -> values.put("border", excess(excess)));
    values.put("findings", group.findings());
    values.put("flagged", group.flagged());
    return values;
  }

  private static Map<String, Object> excess(Excess excess) {
    return Map.of(
        "mean",
        percent(excess.mean()),
        "excess",
        signed(excess.excess()),
        "interval",
        interval(excess.low(), excess.high()),
        "suspicious",
        excess.q() <= 0.05 && excess.excess() > 0);
  }

  /** Places of an interval on an axis from -1 to 1, drawn 200 wide. */
  private static Map<String, Object> plot(AuditFacts.Masking masking) {
    return Map.of(
        "low", axis(masking.low()), "high", axis(masking.high()), "at", axis(masking.effect()));
  }

  private static long axis(double value) {
    return Math.round(100 + 100 * Math.max(-1, Math.min(1, value)));
  }

  private static String title(Finding finding) {
    String place = finding.place().isEmpty() ? "" : ", " + finding.place();
    return ShownText.visible(
        switch (finding.kind()) {
          case "corner" -> "Mark in the corner" + place;
          case "border" -> "Frame along the border";
          case "background" -> "Background";
          case "cluster" -> "Shared place of attention" + place;
          case "patch" -> "Patches that look alike" + place;
          default -> finding.kind() + place;
        });
  }

  private static String group(Finding finding) {
    return groupName(finding.group(), finding.groupName());
  }

  private static String groupName(String group, Optional<String> name) {
    return ShownText.visible(name.map(n -> "%s (%s)".formatted(n, group)).orElse(group));
  }

  private static String outcome(String outcome) {
    return switch (outcome) {
      case "flagged" -> "the network leans on it";
      case "not_significant" -> "no more effect than masking elsewhere";
      case "small_effect" -> "an effect, but below 0.1";
      case "may_be_object" -> "may be the object itself: there are no boxes to tell";
      default -> ShownText.visible(outcome);
    };
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private static String signed(double value) {
    return (value < 0 ? "−" : "+") + String.format(Locale.ROOT, "%.2f", Math.abs(value));
  }

  private static String interval(double low, double high) {
    return signed(low) + " to " + signed(high);
  }

  private static String p(double p) {
    return p < 0.001 ? "below 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }
}
