package org.saccade.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Figure;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;
import org.saccade.localization.Interval;
import org.saccade.localization.Metric;

/** Sites for tests, made of little pictures with the worst of names. */
final class Sites {
  /**
   * Each would set {@code window.hacked}, or break a page, if it were taken for anything but text.
   */
  static final List<String> HOSTILE =
      List.of(
          "<script>window.hacked=1</script>.png",
          "\"><img src=x onerror=window.hacked=1>.png",
          "'onmouseover='window.hacked=1",
          "</script><script>window.hacked=1</script>",
          "javascript:window.hacked=1",
          "]]>--></bdi></td><svg onload=window.hacked=1>",
          "${7*7} <#assign x=7> {{7*7}} \\u003cb\\u003e &lt;b&gt;",
          "line\nbreak\r\tand\u0000nul.png",
          "separators\u2028and\u2029.png",
          "\u202Egnp.exe",
          "\u0635\u0648\u0631\u0629.png",
          "\uD800 half a pair",
          "x".repeat(300) + ".png");

  static final int ROWS = 60;
  private static final int SIDE = 40;

  private Sites() {}

  /** A site of {@link #ROWS} rows with walks, failures, an evaluation and an audit. */
  static void write(Path folder) throws IOException {
    SiteFiles files =
        (path, content) -> {
          Path file = folder.resolve(path);
          Files.createDirectories(file.getParent());
          Files.write(file, content);
        };
    List<ReportRow> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(row(i));
    }
    Tally tally = new Tally();
    rows.forEach(tally::add);
    List<Gallery.Entry> gallery = new ArrayList<>();
    for (int from = 0; from < ROWS; from += Gallery.CHUNK) {
      List<Card> cards = new ArrayList<>();
      for (int i = from; i < Math.min(ROWS, from + Gallery.CHUNK); i++) {
        cards.add(
            new Card(
                i,
                rows.get(i),
                Optional.of(HeatMap.of(1, 2, new float[] {0, 1})),
                i == 2 ? Optional.empty() : Optional.of(picture(i)),
                i == 0 ? OptionalInt.of(1) : OptionalInt.empty()));
      }
      gallery.addAll(Gallery.writeChunk(files, from / Gallery.CHUNK, cards));
    }
    Walk walk = new Walk(1, rows.get(0), Optional.of(picture(0)), steps());
    Walk other = new Walk(2, rows.get(1), Optional.empty(), steps());
    new Site(
            tally,
            run(),
            Optional.of(evaluation()),
            gallery,
            List.of(walk.write(files), other.write(files)),
            Optional.of(audit(files)))
        .write(files);
  }

  static String name(int i) {
    return i < HOSTILE.size() ? HOSTILE.get(i) : "image-%02d.png".formatted(i);
  }

  /** Every sixth fails; the others are of class {@code i % 4}, every third taken for class 9. */
  static ReportRow row(int i) {
    int label = i % 4;
    if (i % 6 == 5) {
      return new ReportRow(
          name(i),
          "error",
          Optional.of(new ReportRow.Fault("CORRUPT<b>", name(i) + " is corrupt")),
          OptionalInt.of(label),
          OptionalInt.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
    int predicted = i % 3 == 0 ? 9 : label;
    double probability = (i + 1.0) / (ROWS + 1);
    return new ReportRow(
        name(i),
        "ok",
        Optional.empty(),
        OptionalInt.of(label),
        OptionalInt.of(predicted),
        List.of(
            new ReportRow.RankedClass(predicted, Optional.of(className(predicted)), probability),
            new ReportRow.RankedClass(7, Optional.empty(), 1 - probability)),
        Optional.of(
            Fixations.of(
                SIDE,
                SIDE,
                new float[] {10, 20 + i % 10, 5},
                new float[] {10, 20, 30},
                new float[] {1, 2, 0.5f})),
        Optional.of(new Box(5, 5, 24, 24)),
        Optional.of(
            new ReportRow.Judgement(
                List.of(new Box(6, 6, 30, 30)), (double) i / ROWS, OptionalDouble.of(0.5))));
  }

  static String className(int index) {
    return HOSTILE.get(index % HOSTILE.size());
  }

  private static List<Walk.Step> steps() {
    return List.of(
        new Walk.Step(Walk.Layer.named("logits<b>"), Optional.empty(), 1, 0, 0),
        step("conv2", 4, 1, 10),
        step("branch", 4, 0.6, 12),
        step("conv1", 8, 1, 14),
        step("relu1", 8, 1, 14),
        step("input", SIDE, 1, 16));
  }

  private static Walk.Step step(String name, int cells, double weight, float x) {
    String kind = name.equals("input") ? "input" : "convolution 3x3";
    return new Walk.Step(
        new Walk.Layer(name, kind, List.of(3, cells, cells), "to the strongest channel", 7),
        Optional.of(
            Fixations.of(
                SIDE, SIDE, new float[] {x, 30}, new float[] {x, 8}, new float[] {0.5f, 0.5f})),
        weight,
        1.0 / cells,
        1.0 / cells);
  }

  private static RunFacts run() {
    return new RunFacts(
        "hdfs://user:geheim@host/models/<b>net</b>.onnx",
        "s3a://key:geheim@bucket/images?X-Amz-Signature=geheim",
        "default",
        OptionalDouble.of(12.5),
        Map.of("model SHA-256", "00ff", "images", "https://me:geheim@host/x?token=geheim"),
        Map.of("secret-key", "geheim", "target", "<script>window.hacked=1</script>"),
        Map.of("resize", "shortest-side"),
        Map.of("saccade", "1"),
        Map.of("explain", 1.5));
  }

  private static EvaluationFacts evaluation() {
    return new EvaluationFacts(
        50,
        false,
        "<b>CSV</b>",
        List.of(
            figure(Figure.Grouping.OVERALL, "all", Metric.BOX_ACCURACY_50),
            figure(Figure.Grouping.OVERALL, "all", Metric.FIXATION_SHARE),
            figure(Figure.Grouping.SIZE, "< 10 %", Metric.TOP1_LOCALIZATION_ERROR)),
        List.of("<script>window.hacked=1</script>"));
  }

  private static Figure figure(Figure.Grouping grouping, String group, Metric metric) {
    return new Figure(
        grouping,
        group,
        metric,
        50,
        72.25,
        new Interval(67.6, 76.8),
        Optional.empty(),
        Optional.of(new Figure.Baseline("0.74", 62.75, 9.5, new Interval(5.9, 13.4))));
  }

  private static Site.Audit audit(SiteFiles files) throws IOException {
    files.write(AuditFacts.picturePath(1), Thumbnail.jpeg(picture(1), Thumbnail.SIDE));
    List<AuditFacts.Finding> findings = new ArrayList<>();
    for (int rank = 1; rank <= 2; rank++) {
      findings.add(
          new AuditFacts.Finding(
              rank,
              "3/corner-<b>-" + rank,
              "3",
              Optional.of(className(3)),
              "corner",
              HOSTILE.get(0),
              rank == 1,
              rank == 1 ? "flagged" : "not_significant",
              40,
              0.31,
              rank == 1 ? OptionalDouble.of(0.08) : OptionalDouble.empty(),
              0.04,
              new AuditFacts.Masking(0.9, 0.6, 0.05, 0.55, 0.48, 0.62, 1e-6, 0.7, 0.02),
              Optional.of(new AuditFacts.Pasting(30, 0.8, 0.1, 0.6, 0.8)),
              Optional.of("spurious"),
              HOSTILE.get(1),
              Optional.of(new AuditFacts.Cluster(20, 0.5, 0.4, OptionalDouble.of(0.97))),
              List.of(
                  exhibit("medoid", Optional.empty(), 1),
                  exhibit("mask", Optional.empty(), 1),
                  exhibit("paste", Optional.of(HOSTILE.get(3)), 2))));
    }
    AuditFacts.Group group =
        new AuditFacts.Group(
            "3",
            Optional.of(className(3)),
            50,
            48,
            Optional.of(new AuditFacts.Excess(0.4, 0.2, 0.1, 0.3, 0.001)),
            Optional.empty(),
            Optional.of(new AuditFacts.Excess(0.1, -0.1, -0.2, 0.0, 0.9)),
            2,
            1);
    return new Site.Audit(
        new AuditFacts(findings, 2, List.of(group)),
        List.of(new AuditFacts.Picture(1, SIDE, SIDE)));
  }

  private static AuditFacts.Exhibit exhibit(String role, Optional<String> source, int picture) {
    return new AuditFacts.Exhibit(
        role,
        HOSTILE.get(1),
        source,
        Box.whole(SIDE, SIDE),
        OptionalDouble.of(0.9),
        role.equals("medoid") ? OptionalDouble.empty() : OptionalDouble.of(0.3),
        role.equals("medoid") ? OptionalDouble.empty() : OptionalDouble.of(0.85),
        OptionalInt.of(picture));
  }

  private static PixelImage picture(int seed) {
    byte[] rgb = new byte[SIDE * SIDE * 3];
    new Random(seed).nextBytes(rgb);
    return new PixelImage(SIDE, SIDE, rgb);
  }
}
