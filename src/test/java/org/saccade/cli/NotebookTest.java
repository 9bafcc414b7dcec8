package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.LocalSpark;
import org.saccade.demo.DemoFolder;
import org.saccade.demo.DemoVariant;

/**
 * The notebooks run top to bottom on a Java kernel, over the tables of a small demo in which some
 * files are broken, and show what is in these tables.
 */
class NotebookTest {
  private static final Path FOLDER = Path.of("notebooks");
  private static final List<String> NAMES =
      List.of("first-look", "accuracy-vs-localization", "worst-classes", "cue-triage");
  private static final int PER_CLASS = 10;
  private static final int PICTURES = 6 * PER_CLASS;
  private static final int MOST_BYTES = 600_000;

  @TempDir static Path folder;
  private static final Map<String, Map<String, ArrayNode>> SHOWN = new LinkedHashMap<>();
  private static JavaKernel kernel;
  private static List<Row> explained;
  private static List<Row> judged;
  private static List<Row> findings;
  private static Path verdicts;

  @BeforeAll
  static void runTheNotebooks() throws IOException, InterruptedException {
    LocalSpark.session();
    DemoFolder demo = new DemoFolder(folder.resolve("demo"));
    Files.createDirectories(demo.root());
    demo.write(DemoVariant.PLANTED, PER_CLASS);
    Path images = demo.scenes().images();
    Files.write(images.resolve("empty.jpg"), new byte[0]);
    Files.writeString(images.resolve("notes.jpg"), "this is no picture");
    Files.writeString(images.resolve("more notes.png"), "this is none either");
    String truth = demo.scenes().boxes().toString();
    Demos.explain(demo, "--target", "label", "--max-failed-share", "1");
    done(
        "evaluate",
        "--explanations",
        demo.explanations().toString(),
        "--ground-truth",
        truth,
        "--resamples",
        "100",
        "--output",
        demo.scores().toString());
    done(
        "audit",
        "--explanations",
        demo.explanations().toString(),
        "--ground-truth",
        truth,
        "--output",
        demo.audit().toString());
    Path table = demo.explanations().resolve("explanations");
    explained = rows(table).stream().filter(row -> row.getAs("status").equals("ok")).toList();
    judged = rows(demo.scores().resolve("localization"));
    findings = rows(demo.audit().resolve("findings"));
    verdicts = folder.resolve("verdicts.csv");
    kernel =
        JavaKernel.start(
            JavaKernel.onTheTestsClassPath(),
            FOLDER,
            Map.of(
                "SACCADE_EXPLANATIONS", table.toString(),
                "SACCADE_SCORES", demo.scores().toString(),
                "SACCADE_AUDIT", demo.audit().toString(),
                "SACCADE_VERDICTS", verdicts.toString()));
    for (String name : NAMES) {
      SHOWN.put(name, notebook(name).run(kernel));
    }
  }

  private static void done(String... command) {
    Run run = Run.of(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static List<Row> rows(Path table) {
    return LocalSpark.session().read().parquet(table.toString()).collectAsList();
  }

  @AfterAll
  static void endTheKernel() throws IOException {
    if (kernel != null) {
      kernel.close();
    }
  }

  @Test
  void nothingIsPrintedAsAnError() {
    SHOWN.forEach(
        (notebook, cells) ->
            cells.forEach(
                (cell, outputs) ->
                    assertThat(outputs)
                        .as("%s, cell %s", notebook, cell)
                        .noneMatch(output -> output.path("name").asText().equals("stderr"))));
  }

  @Test
  void firstLookCountsImagesAndRowsByStatus() {
    assertThat(table("first-look", "statuses"))
        .containsExactly(
            List.of("status", "images", "rows"),
            List.of("ok", "" + PICTURES, "" + PICTURES),
            List.of("error", "3", "3"));
  }

  @Test
  void firstLookCountsRightPredictions() {
    long right = count(explained, row -> row.getAs("label").equals(row.getAs("predicted_class")));
    assertThat(right).isBetween(1L, PICTURES - 1L);

    List<String> figures = table("first-look", "accuracy").get(1);

    assertThat(figures.subList(0, 2)).containsExactly("" + PICTURES, "" + right);
    assertThat(Double.parseDouble(figures.get(2)))
        .isCloseTo((double) right / PICTURES, within(6e-4));
  }

  @Test
  void firstLookOrdersTheLeastSure() {
    List<String> leastSure =
        explained.stream()
            .sorted(Comparator.comparing(row -> row.<Float>getAs("probability")))
            .limit(10)
            .map(row -> row.<String>getAs("image_id"))
            .toList();

    assertThat(column("first-look", "doubtful", 0)).containsExactlyElementsOf(leastSure);
    assertThat(svg("first-look", "picture")).contains(leastSure.subList(0, 4));
  }

  @Test
  void firstLookCountsFailuresByReasonWithAnExample() {
    assertThat(table("first-look", "failures").stream().skip(1).map(row -> row.subList(0, 4)))
        .containsExactly(
            List.of("error", "UNSUPPORTED_FORMAT", "2", "more notes.png"),
            List.of("error", "EMPTY_FILE", "1", "empty.jpg"));
  }

  @Test
  void firstLookPutsEveryBoxIntoOneStratum() {
    long boxes = count(explained, row -> row.getAs("box") != null);

    List<String> strata = printed("first-look", "boxes").lines().toList();

    assertThat(strata).hasSize(5).first().asString().contains("< 10 % of the image: ");
    assertThat(
            strata.stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(": ") + 2)))
                .sum())
        .isEqualTo(boxes);
  }

  @Test
  void localizationIsJudgedByTheClassThatWasGiven() {
    assertThat(printed("accuracy-vs-localization", "known")).contains("gt_known_error");
  }

  @Test
  void recognizedAndFoundAreCountedByClass() {
    List<List<String>> gaps = table("accuracy-vs-localization", "gap");

    assertThat(gaps).hasSize(7);
    for (List<String> gap : gaps.subList(1, gaps.size())) {
      List<Row> ofClass = judgedOf(gap.get(0));
      assertThat(gap.get(1)).isEqualTo("" + PER_CLASS);
      assertThat(Double.parseDouble(gap.get(2)))
          .isCloseTo(share(ofClass, "top1_correct"), within(6e-4));
      assertThat(Double.parseDouble(gap.get(3)))
          .isCloseTo(share(ofClass, "localized"), within(6e-4));
    }
    assertThat(gaps.get(1).get(0)).isEqualTo("star");
  }

  @Test
  void confidenceStepsHoldEveryCaseOnce() {
    assertThat(column("accuracy-vs-localization", "bins", 1).stream().mapToInt(Integer::parseInt))
        .satisfies(
            counts -> assertThat(counts.stream().mapToInt(i -> i).sum()).isEqualTo(PICTURES));
    assertThat(printed("accuracy-vs-localization", "correlation"))
        .contains("over " + PICTURES + " cases");
    assertThat(svg("accuracy-vs-localization", "confidence").split("<path", -1))
        .as("a mark per case, two in the legend, and what is before the first")
        .hasSize(PICTURES + 2 + 1);
  }

  @Test
  void whatIsRightAndElsewhereIsShown() {
    List<Row> elsewhere =
        judged.stream()
            .filter(row -> Boolean.TRUE.equals(row.getAs("top1_correct")))
            .filter(row -> row.<Double>getAs("best_iou") < 0.1)
            .toList();
    assertThat(elsewhere).isNotEmpty();

    assertThat(
            table("accuracy-vs-localization", "parted-classes").stream()
                .skip(1)
                .mapToInt(row -> Integer.parseInt(row.get(2)))
                .sum())
        .isEqualTo(elsewhere.size());
    assertThat(svg("accuracy-vs-localization", "parted").split("<image", -1))
        .hasSize(Math.min(8, elsewhere.size()) + 1);
  }

  @Test
  void classesAreRankedByTheirErrors() {
    List<List<String>> ranking = table("worst-classes", "figures");

    for (List<String> line : ranking.subList(1, ranking.size())) {
      long wrong = count(judgedOf(line.get(0)), row -> !row.<Boolean>getAs("top1_correct"));
      assertThat(line.get(2)).isEqualTo("" + wrong);
    }
    assertThat(column("worst-classes", "figures", 2).stream().map(Integer::valueOf))
        .isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void confusionsAreCountedInPairs() {
    long wrong = count(judged, row -> Boolean.FALSE.equals(row.getAs("top1_correct")));
    assertThat(wrong).isPositive();

    assertThat(column("worst-classes", "pairs", 2).stream().mapToLong(Long::parseLong))
        .satisfies(counts -> assertThat(counts.stream().mapToLong(i -> i).sum()).isEqualTo(wrong));
    assertThat(svg("worst-classes", "pictures").split("<image", -1))
        .hasSize((int) Math.min(8, wrong) + 1);
  }

  @Test
  void findingsComeInTheOrderOfTheAudit() {
    List<String> ranked =
        findings.stream()
            .sorted(Comparator.comparing(row -> row.<Integer>getAs("rank")))
            .limit(20)
            .map(row -> row.<String>getAs("finding_id"))
            .toList();

    assertThat(column("cue-triage", "findings", 1)).containsExactlyElementsOf(ranked);
    assertThat(ranked.get(0)).startsWith("1/");
    assertThat(printed("cue-triage", "first")).startsWith(ranked.get(0) + ": flagged");
    assertThat(svg("cue-triage", "first")).contains("<image", "star-");
  }

  @Test
  void verdictsThatTheNotebookWritesAreReadByTheNextAudit() throws IOException {
    List<String> flagged =
        findings.stream()
            .filter(row -> row.getAs("flagged"))
            .sorted(Comparator.comparing(row -> row.<Integer>getAs("rank")))
            .map(row -> row.<String>getAs("finding_id"))
            .toList();
    List<String> lines = Files.readAllLines(verdicts);

    assertThat(lines.get(0)).isEqualTo("finding_id,verdict,note");
    assertThat(lines).hasSize(flagged.size() + 1);
    assertThat(lines.get(1)).startsWith("\"" + flagged.get(0) + "\",spurious,");
    done(
        "audit",
        "--explanations",
        folder.resolve("demo/explained").toString(),
        "--ground-truth",
        folder.resolve("demo/boxes.csv").toString(),
        "--verdicts",
        verdicts.toString(),
        "--members",
        "6",
        "--output",
        folder.resolve("again").toString());
    assertThat(Files.readString(folder.resolve("again/verdicts.csv")))
        .contains(flagged.get(0) + ",spurious,looked at in cue-triage.ipynb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"first-look", "accuracy-vs-localization", "worst-classes", "cue-triage"})
  void theFileShowsWhatARunFromTopToBottomShowed(String name) throws IOException {
    Notebook notebook = notebook(name);
    String text = Files.readString(FOLDER.resolve(name + ".ipynb"));

    assertThat(text.length()).isLessThan(MOST_BYTES);
    assertThat(text).doesNotContain("file:/", "/tmp/", "java.io.PrintStream");
    assertThat(notebook.json().path("nbformat").asInt()).isEqualTo(4);
    assertThat(notebook.json().at("/metadata/kernelspec/language").asText()).isEqualTo("java");
    assertThat(StreamSupport.stream(notebook.json().path("cells").spliterator(), false))
        .extracting(cell -> cell.path("id").asText())
        .doesNotHaveDuplicates();
    int count = 0;
    for (JsonNode cell : notebook.codeCells()) {
      String id = cell.path("id").asText();
      count++;
      assertThat(cell.path("execution_count").asInt()).as(id).isEqualTo(count);
      assertThat(kinds(cell.path("outputs")))
          .as("%s, cell %s: run notebooks/render after changing a notebook", name, id)
          .isEqualTo(kinds(SHOWN.get(name).get(id)));
    }
  }

  private static List<String> kinds(JsonNode outputs) {
    return StreamSupport.stream(outputs.spliterator(), false)
        .map(
            output ->
                output.path("output_type").asText()
                    + (output.path("data").has("image/svg+xml") ? " svg" : "")
                    + (output.path("data").has("text/html") ? " html" : ""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int one = \"one\";",
        "int none = 1 / (1 - 1);",
        "int missing = nowhere();",
        "int unfinished() {"
      })
  void aFaultyCellFailsTheRun(String source) throws IOException {
    Object cell = Map.of("cell_type", "code", "id", "faulty", "source", List.of(source));
    Path file = folder.resolve("faulty.ipynb");
    new ObjectMapper().writeValue(file.toFile(), Map.of("cells", List.of(cell)));
    Notebook notebook = Notebook.read(file);

    assertThatThrownBy(() -> notebook.run(kernel))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("cell faulty");
  }

  @Test
  void aKernelThatDoesNotStartIsReportedWithWhatItPrinted() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    assertThatThrownBy(() -> JavaKernel.start(List.of(java, "-XX:NoSuchOption"), folder, Map.of()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the kernel did not answer in 3 attempts")
        .hasMessageContaining("the kernel ended with 1; it printed:")
        .hasMessageContaining("NoSuchOption");
  }

  private static Notebook notebook(String name) throws IOException {
    return Notebook.read(FOLDER.resolve(name + ".ipynb"));
  }

  private static List<Row> judgedOf(String className) {
    return judged.stream()
        .filter(row -> row.<String>getAs("image_id").startsWith(className + "-"))
        .toList();
  }

  private static long count(List<Row> rows, Predicate<Row> which) {
    return rows.stream().filter(which).count();
  }

  private static double share(List<Row> rows, String column) {
    return (double) count(rows, row -> row.<Boolean>getAs(column)) / rows.size();
  }

  private static String printed(String notebook, String cell) {
    return StreamSupport.stream(SHOWN.get(notebook).get(cell).spliterator(), false)
        .filter(output -> output.path("name").asText().equals("stdout"))
        .map(output -> output.path("text").asText())
        .collect(Collectors.joining());
  }

  private static String svg(String notebook, String cell) {
    return data(notebook, cell, "image/svg+xml");
  }

  private static String data(String notebook, String cell, String mediaType) {
    String text =
        StreamSupport.stream(SHOWN.get(notebook).get(cell).spliterator(), false)
            .map(output -> output.path("data").path(mediaType))
            .map(Notebook::text)
            .collect(Collectors.joining());
    assertThat(text).as("%s of %s in %s", mediaType, cell, notebook).isNotEmpty();
    return text;
  }

  /** A column of a table without its name. */
  private static List<String> column(String notebook, String cell, int column) {
    return table(notebook, cell).stream().skip(1).map(row -> row.get(column)).toList();
  }

  /** The rows of an HTML table, the names of the columns first. */
  private static List<List<String>> table(String notebook, String cell) {
    Pattern row = Pattern.compile("<tr>(.*?)</tr>", Pattern.DOTALL);
    Pattern field = Pattern.compile("<t[hd][^>]*>(.*?)</t[hd]>", Pattern.DOTALL);
    return row.matcher(data(notebook, cell, "text/html"))
        .results()
        .map(line -> field.matcher(line.group(1)))
        .map(fields -> fields.results().map(it -> it.group(1)).toList())
        .toList();
  }
}
