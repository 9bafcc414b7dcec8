package org.saccade.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A report as a static site: one folder that opens from disk. Pages are HTML from templates; what
 * they load later are scripts of data, since pages from disk may not fetch files.
 *
 * @param tally what all rows say together
 * @param run what ran
 * @param evaluation what the true boxes say
 * @param gallery the pictures that were written, see {@link Gallery#writeChunk}
 * @param walks the walks that were written, see {@link Walk#write}
 * @param audit what the audit found, if there was one
 */
public record Site(
    Tally tally,
    RunFacts run,
    Optional<EvaluationFacts> evaluation,
    List<Gallery.Entry> gallery,
    List<Walk.Entry> walks,
    Optional<Audit> audit) {

  /**
   * An audit and the pictures that were written for it.
   *
   * @param facts what it found
   * @param pictures those that could be read
   */
  public record Audit(AuditFacts facts, List<AuditFacts.Picture> pictures) {
    public Audit {
      pictures = List.copyOf(pictures);
    }
  }

  private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/";
  private static final List<String> OWN_ASSETS =
      List.of(
          "saccade.css",
          "icon.svg",
          "theme.js",
          "site.js",
          "overlay.js",
          "charts.js",
          "classes.js",
          "gallery.js",
          "walk.js");

  public Site {
    gallery = List.copyOf(gallery);
    walks = walks.stream().sorted(Comparator.comparingInt(Walk.Entry::number)).toList();
  }

  /** Writes all pages, their data and what they are made with. */
  public void write(SiteFiles files) throws IOException {
    writeAssets(files);
    files.write("data/names.js", DataScript.of("names", names()));
    files.write("data/charts.js", DataScript.of("charts", charts()));
    files.write("data/classes.js", DataScript.of("classes", classes()));
    files.write("data/gallery.js", DataScript.of("gallery", Gallery.index(gallery, tally.rows())));
    SummaryPage summary = new SummaryPage(this);
    files.write("index.html", page("index", summary.values()));
    files.write("classes.html", page("classes", Map.of()));
    files.write("gallery.html", page("gallery", Map.of()));
    if (!walks.isEmpty()) {
      writeWalks(files);
    }
    if (audit.isPresent()) {
      new AuditPages(audit.get().facts(), audit.get().pictures()).write(files, this::page);
    }
    files.write("failures.html", page("failures", failures()));
    files.write("run.html", page("run", runFacts()));
  }

  private byte[] page(String template, Map<String, Object> values) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putIfAbsent("root", "");
    all.put("walks", walks.size());
    all.put("audited", audit.isPresent());
    all.put("model", fileName(run.model()));
    all.put("failed", tally.rows() - tally.explained());
    return Templates.page(template, all);
  }

  private void writeWalks(SiteFiles files) throws IOException {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Walk.Entry walk : walks) {
      list.add(
          Map.of(
              "page",
              Walk.path(walk.number()),
              "picture",
              walk.picture() ? Walk.picturePath(walk.number()) : "",
              "name",
              walk.name(),
              "says",
              says(walk),
              "outcome",
              walk.outcome().id()));
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("root", "../");
      values.put("name", walk.name());
      values.put("says", says(walk));
      values.put("data", Walk.dataName(walk.number()));
      values.put("previous", walk.number() > 1 ? Walk.path(walk.number() - 1) : "");
      values.put("next", walk.number() < walks.size() ? Walk.path(walk.number() + 1) : "");
      files.write(Walk.path(walk.number()), page("walk", values));
    }
    files.write("walks.html", page("walks", Map.of("list", list)));
  }

  private String says(Walk.Entry walk) {
    return walk.predicted() < 0
        ? "no prediction"
        : String.format(
            Locale.ROOT, "%s, %.0f %%", className(walk.predicted()), 100 * walk.probability());
  }

  private String className(int index) {
    return tally
        .className(index)
        .map(name -> "%s (%d)".formatted(ShownText.visible(name), index))
        .orElse("class " + index);
  }

  private static void writeAssets(SiteFiles files) throws IOException {
    for (String asset : OWN_ASSETS) {
      files.write("assets/" + asset, resource("org/saccade/report/assets/" + asset));
    }
    files.write("assets/uplot/uPlot.iife.min.js", resource(UPLOT + "dist/uPlot.iife.min.js"));
    files.write("assets/uplot/uPlot.min.css", resource(UPLOT + "dist/uPlot.min.css"));
    files.write("assets/uplot/LICENSE", resource(UPLOT + "LICENSE"));
  }

  private static byte[] resource(String name) {
    try (InputStream in = Site.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("%s is missing from the class path".formatted(name));
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<Integer, String> names() {
    Map<Integer, String> names = new LinkedHashMap<>();
    tally.classNames().forEach((index, name) -> names.put(index, ShownText.visible(name)));
    return names;
  }

  private List<Map<String, Object>> charts() {
    return tally.distributions().stream()
        .map(
            distribution -> {
              Map<String, Object> chart = new LinkedHashMap<>();
              chart.put("id", distribution.id());
              chart.put("title", distribution.title());
              chart.put("histogram", distribution.histogram().toData());
              return chart;
            })
        .toList();
  }

  private List<Map<String, Object>> classes() {
    List<Map<String, Object>> rows = new ArrayList<>();
    tally
        .classes()
        .forEach(
            (index, sums) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("class", index);
              row.putAll(sums.toData());
              rows.add(row);
            });
    return rows;
  }

  private Map<String, Object> failures() {
    List<Map<String, Object>> kinds = new ArrayList<>();
    tally
        .failures()
        .forEach(
            (kind, failures) ->
                kinds.add(
                    Map.of(
                        "status",
                        ShownText.visible(kind.status()),
                        "code",
                        ShownText.visible(kind.code()),
                        "count",
                        failures.count(),
                        "examples",
                        failures.examples().stream()
                            .map(
                                example ->
                                    Map.of(
                                        "name",
                                        ShownText.visible(example.imageId()),
                                        "message",
                                        ShownText.visible(example.message())))
                            .toList())));
    return Map.of("kinds", kinds, "rows", tally.rows());
  }

  private Map<String, Object> runFacts() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("identity", shown(run.identity()));
    values.put("configuration", shown(run.configuration()));
    values.put("preprocessing", shown(run.preprocessing()));
    values.put("versions", shown(run.versions()));
    values.put("wall", run.wallSeconds());
    values.put("notes", evaluation.map(EvaluationFacts::notes).orElse(List.of()));
    return values;
  }

  private static Map<String, String> shown(Map<String, String> settings) {
    Map<String, String> shown = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> shown.put(ShownText.visible(name), ShownText.setting(name, value)));
    return shown;
  }

  /** The last segment of a path. */
  static String fileName(String path) {
    String place = ShownText.place(path);
    return place.substring(place.lastIndexOf('/') + 1);
  }
}
