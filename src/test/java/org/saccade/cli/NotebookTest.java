package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.LocalSpark;

/** The notebooks run top to bottom on the table of a small run and show what is in it. */
class NotebookTest {
  private static final Path FIRST_LOOK = Path.of("notebooks/first-look.ipynb");
  private static final Path MODELS = Path.of("src/test/resources/org/saccade/job");
  private static final String TABLE = "saccade.explanations";
  private static final int PICTURES = 12;

  @TempDir static Path folder;
  private static List<Row> explained;
  private static Map<String, String> shown;

  @BeforeAll
  static void runTheNotebookOnASmallRun() throws IOException {
    LocalSpark.session();
    Path images = Pictures.folder(folder.resolve("images"), PICTURES);
    Files.write(images.resolve("empty.jpg"), new byte[0]);
    Files.writeString(images.resolve("notes.jpg"), "this is no picture");
    Files.writeString(images.resolve("more notes.png"), "this is none either");
    StringBuilder labels = new StringBuilder("image_id,label\n");
    for (int i = 0; i < PICTURES - 1; i++) {
      labels.append("%02d.png,%d\n".formatted(i, i % 3));
    }
    Path output = folder.resolve("output");

    Run run =
        Run.of(
            "explain",
            "--model",
            MODELS.resolve("tiny.onnx").toString(),
            "--images",
            images.toString(),
            "--labels",
            Files.writeString(folder.resolve("labels.csv"), labels).toString(),
            "--target",
            "topk:2",
            "--max-failed-share",
            "1",
            "--device",
            "cpu",
            "--output",
            output.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();

    String table = output.resolve("explanations").toString();
    explained = LocalSpark.session().read().parquet(table).where("status = 'ok'").collectAsList();
    System.setProperty(TABLE, table);
    shown = Notebook.read(FIRST_LOOK).run();
  }

  @AfterAll
  static void leaveNothingBehind() {
    System.clearProperty(TABLE);
    for (String view : List.of("explanations", "predictions", "measures")) {
      LocalSpark.session().catalog().dropTempView(view);
    }
  }

  @Test
  void imagesAndRowsAreCountedByStatus() {
    assertThat(cells("statuses"))
        .containsExactly(
            List.of("status", "images", "rows"),
            List.of("ok", "12", "24"),
            List.of("error", "3", "3"));
  }

  @Test
  void anImageWithSeveralTargetsCountsOnceAmongTheCorrectOnes() {
    List<Row> labelled =
        explained.stream()
            .filter(row -> row.getAs("label") != null)
            .filter(row -> row.getAs("target_class").equals(row.getAs("predicted_class")))
            .toList();
    long correct =
        labelled.stream()
            .filter(row -> row.getAs("label").equals(row.getAs("predicted_class")))
            .count();
    assertThat(labelled).hasSize(PICTURES - 1);
    assertThat(correct).isBetween(1L, PICTURES - 2L);

    List<String> figures = cells("accuracy").get(1);

    assertThat(figures.subList(0, 2)).containsExactly("11", Long.toString(correct));
    assertThat(Double.parseDouble(figures.get(2)))
        .isEqualTo(Math.round(1000.0 * correct / 11) / 1000.0);
  }

  @Test
  void theTenLeastConfidentComeInOrder() {
    List<String> leastConfident =
        explained.stream()
            .filter(row -> row.getAs("target_class").equals(row.getAs("predicted_class")))
            .sorted(Comparator.comparing(row -> row.<Float>getAs("probability")))
            .limit(10)
            .map(row -> row.<String>getAs("image_id"))
            .toList();

    assertThat(cells("doubtful").stream().skip(1).map(row -> row.get(0)))
        .containsExactlyElementsOf(leastConfident);
  }

  @Test
  void fixationsAreCountedOverAllTargets() {
    List<Integer> points =
        explained.stream()
            .map(row -> row.getList(row.fieldIndex("fixations")).size())
            .sorted()
            .toList();

    List<String> row =
        cells("measures").stream().filter(it -> it.get(0).equals("points")).findFirst().get();

    assertThat(row.get(1)).isEqualTo("24");
    assertThat(Double.parseDouble(row.get(2))).isEqualTo(points.get(0).doubleValue());
    assertThat(Double.parseDouble(row.get(4))).isEqualTo((points.get(11) + points.get(12)) / 2.0);
    assertThat(Double.parseDouble(row.get(6))).isEqualTo(points.get(23).doubleValue());
    assertThat(cells("points").stream().skip(1).mapToInt(bin -> Integer.parseInt(bin.get(1))).sum())
        .isEqualTo(24);
  }

  @Test
  void everyBoxIsInOneStratum() {
    long boxes = explained.stream().filter(row -> row.getAs("box") != null).count();

    List<String> strata = shown.get("boxes").lines().toList();

    assertThat(strata).hasSize(5).first().asString().contains("< 10 % of the image: ");
    assertThat(
            strata.stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(": ") + 2)))
                .sum())
        .isEqualTo(boxes);
  }

  @Test
  void failuresAreCountedByReasonWithAnExample() {
    assertThat(cells("failures").stream().skip(1).map(row -> row.subList(0, 4)))
        .containsExactly(
            List.of("error", "UNSUPPORTED_FORMAT", "2", "more notes.png"),
            List.of("error", "EMPTY_FILE", "1", "empty.jpg"));
  }

  @Test
  void theLeastConfidentExplanationIsAPicture() {
    String image = cells("doubtful").get(1).get(0);
    Row row = explained.stream().filter(it -> it.getAs("image_id").equals(image)).findFirst().get();

    assertThat(shown.get("picture"))
        .startsWith(image + ", explained for class ")
        .contains(
            "BufferedImage",
            "width = " + (3 * row.<Integer>getAs("width") + 16),
            "height = " + row.<Integer>getAs("height"));
  }

  @Test
  void theFileIsAJavaNotebookWithoutStaleOutput() throws IOException {
    Notebook notebook = Notebook.read(FIRST_LOOK);

    assertThat(notebook.json().path("nbformat").asInt()).isEqualTo(4);
    assertThat(notebook.json().at("/metadata/kernelspec/language").asText()).isEqualTo("java");
    assertThat(notebook.cells())
        .extracting(cell -> cell.path("id").asText())
        .doesNotHaveDuplicates();
    assertThat(notebook.cells())
        .filteredOn(cell -> cell.path("cell_type").asText().equals("code"))
        .allMatch(cell -> cell.path("outputs").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int one = \"one\";",
        "int none = 1 / (1 - 1);",
        "void later() { missing(); }",
        "int unfinished() {"
      })
  void aFaultyCellFailsTheRun(String source) throws IOException {
    Object cell = Map.of("cell_type", "code", "id", "faulty", "source", List.of(source));
    Path file = folder.resolve("faulty.ipynb");
    new ObjectMapper().writeValue(file.toFile(), Map.of("cells", List.of(cell)));
    Notebook notebook = Notebook.read(file);

    assertThatThrownBy(notebook::run)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("cell faulty");
  }

  /** The rows of a table that Spark showed, the names of the columns first. */
  private static List<List<String>> cells(String cell) {
    return shown
        .get(cell)
        .lines()
        .filter(line -> line.startsWith("|"))
        .map(
            line ->
                Stream.of(line.substring(1, line.length() - 1).split("\\|", -1))
                    .map(String::strip)
                    .toList())
        .toList();
  }
}
