package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

/** {@code report} from a run of {@code explain} to its folder. */
class ReportCommandTest {
  private static final Path MODEL = Path.of("src/test/resources/org/saccade/job/tiny.onnx");
  private static final int IMAGES = 11;
  private static final String HOSTILE = "<b>'\"&.png";

  @TempDir static Path folder;
  private static Path explanations;

  @BeforeAll
  static void explain() throws IOException {
    LocalSpark.session();
    Path images = Pictures.folder(folder.resolve("images"), IMAGES);
    Files.copy(images.resolve("00.png"), images.resolve(HOSTILE));
    Files.writeString(images.resolve("broken.png"), "no picture");
    explanations = folder.resolve("explained");
    Run run =
        Run.of(
            "explain",
            "--model",
            MODEL.toString(),
            "--images",
            images.toString(),
            "--output",
            explanations.toString(),
            "--device",
            "cpu",
            "--trace",
            "3",
            "--max-failed-share",
            "1");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @Test
  void everyRowIsShownWithItsPictureItsWalkOrItsFailure() throws IOException {
    Path site = folder.resolve("whole");

    Run run = report(site);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("gallery     13 pictures", "walks       3", "index.html");
    assertThat(names(site))
        .containsExactlyInAnyOrder(
            "index.html",
            "gallery.html",
            "classes.html",
            "walks.html",
            "failures.html",
            "run.html",
            "assets",
            "data",
            "images",
            "walks",
            "summary.json",
            "manifest.json",
            "_SUCCESS");
    assertThat(names(site.resolve("images/000"))).hasSize(IMAGES + 1);
    assertThat(names(site.resolve("walks"))).hasSize(2 * 3);
    assertThat(data(site, "gallery").get("name").toString()).contains("broken.png");
    assertThat(Files.readString(site.resolve("data/gallery.js")))
        .as("names are escaped in data")
        .contains("\\u003cb\\u003e'\\\"\\u0026.png")
        .doesNotContain("<b>");
    assertThat(Files.readString(site.resolve("failures.html"))).contains("broken.png");
    JsonNode steps = data(site, "walk-0001").get("steps");
    assertThat(steps.get(steps.size() - 1).get("kind").asText())
        .as("the model's file tells the kinds of layers")
        .isEqualTo("input");
    JsonNode summary = new ObjectMapper().readTree(site.resolve("summary.json").toFile());
    assertThat(summary.get("rows").asInt()).isEqualTo(IMAGES + 2);
  }

  @Test
  void aSmallGalleryHoldsTracedImagesFirstAndIsTheSameEveryTime() throws IOException {
    Path once = folder.resolve("once");
    Path again = folder.resolve("again");
    report(once, "--gallery", "6");
    report(again, "--gallery", "6");

    assertThat(data(once, "gallery").get("name")).hasSize(6);
    assertThat(data(once, "gallery").get("population").asInt()).isEqualTo(IMAGES + 2);
    assertThat(data(once, "gallery-00000").findValues("walk")).hasSize(3);
    assertThat(Files.readString(again.resolve("data/gallery-00000.js")))
        .isEqualTo(Files.readString(once.resolve("data/gallery-00000.js")));
  }

  @Test
  void anEarlierReportIsReplacedOnlyWhenAskedToAndNothingElseEver() throws IOException {
    Path site = folder.resolve("twice");
    report(site, "--gallery", "2");

    assertThat(report(site).err()).contains("holds a report already: add --overwrite");
    assertThat(report(site, "--overwrite").exitCode()).isZero();
    assertThat(names(site.resolve("images/000"))).hasSize(IMAGES + 1);

    Path diary = folder.resolve("mine/diary.txt");
    Files.createDirectories(diary.getParent());
    Files.writeString(diary, "dear diary");
    Run refused = report(diary.getParent(), "--overwrite");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("holds something else (diary.txt)");
    assertThat(diary).exists();
  }

  @Test
  void whatIsNoRunEvaluationOrAuditIsNamed() {
    String output = folder.resolve("never").toString();

    Run noTable = Run.of("report", "--explanations", folder.toString(), "--output", output);
    assertThat(noTable.exitCode()).isEqualTo(2);
    assertThat(noTable.err()).contains("holds no explanations");
    assertThat(report(Path.of(output), "--localization", folder.toString()).err())
        .contains("holds no table of localization");
    assertThat(report(Path.of(output), "--audit", folder.toString()).err())
        .contains("holds no table groups");
    assertThat(Run.of("report", "--output", output).exitCode()).isEqualTo(1);
    assertThat(report(Path.of(output), "--gallery", "0").exitCode()).isEqualTo(1);
    assertThat(Path.of(output)).doesNotExist();
  }

  private static Run report(Path site, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "report", "--explanations", explanations.toString(), "--output", site.toString()));
    args.addAll(List.of(more));
    return Run.of(args.toArray(String[]::new));
  }

  /** What a file of data hands over. */
  private static JsonNode data(Path site, String name) throws IOException {
    String script = Files.readString(site.resolve("data/" + name + ".js"), StandardCharsets.UTF_8);
    String opening = "saccade.receive(\"%s\",".formatted(name);
    assertThat(script).startsWith(opening).endsWith(");\n");
    return new ObjectMapper().readTree(script.substring(opening.length(), script.length() - 3));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          // Hadoop's checksums.
          .filter(name -> !name.endsWith(".crc"))
          .toList();
    }
  }
}
