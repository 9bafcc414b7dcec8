package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;
import org.saccade.dataset.FaultLog;
import org.saccade.dataset.GroundTruth;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.demo.DemoFolder;
import org.saccade.demo.DemoVariant;

/** {@code audit} from its arguments to its files, on made pictures and the networks shipped. */
class AuditCommandTest {
  private static final int PER_CLASS = 10;

  @TempDir static Path made;
  @TempDir Path folder;
  private static Path planted;
  private static Path clean;

  @BeforeAll
  static void explain() {
    LocalSpark.session();
    planted = explained(DemoVariant.PLANTED, made.resolve("planted"));
    clean = explained(DemoVariant.CLEAN, made.resolve("clean"));
  }

  private static Path explained(DemoVariant variant, Path folder) {
    DemoFolder demo = new DemoFolder(folder);
    demo.write(variant, PER_CLASS);
    Demos.explain(demo, "--batch-size", "8");
    return folder;
  }

  @Test
  void thePlantedMarkIsTheFirstFinding() throws IOException {
    Run run = audit(planted, "out", "--ground-truth", boxes(planted));

    assertThat(run.exitCode()).as(run.err()).isZero();
    Row first = table("out", "findings").orderBy("rank").first();
    assertThat(first.<String>getAs("finding_id")).isEqualTo("1/corner-bottom-right");
    assertThat(first.<Boolean>getAs("flagged")).isTrue();
    assertThat(first.<Double>getAs("effect")).isGreaterThan(0.3);
    assertThat(first.<Double>getAs("low")).isGreaterThan(0.1);
    assertThat(first.<Double>getAs("q")).isLessThan(0.05);
    assertThat(first.<Double>getAs("paste_rate")).isGreaterThan(0.5);
    assertThat(table("out", "findings").where("flagged and group <> '1'").count()).isZero();
    assertThat(table("out", "groups").orderBy("rank").first().<String>getAs("group"))
        .isEqualTo("1");
    assertThat(table("out", "groups").count()).isEqualTo(6);
    assertThat(table("out", "counterfactuals").where("test = 'mask'").count()).isPositive();
    assertThat(
            table("out", "evidence").select("role").distinct().collectAsList().stream()
                .map(row -> row.getString(0)))
        .contains("medoid", "extreme", "random");
    assertThat(run.out()).contains("1/corner-bottom-right", "flagged");
    assertThat(folder.resolve("out/_SUCCESS")).exists();
    assertThat(summary("out").get("findings").get(0).get("finding_id").asText())
        .isEqualTo("1/corner-bottom-right");
  }

  @Test
  void withoutBoxesTheCornerIsFoundAllTheSame() {
    Run run = audit(planted, "out");

    assertThat(run.exitCode()).as(run.err()).isZero();
    Row first = table("out", "findings").orderBy("rank").first();
    assertThat(first.<String>getAs("finding_id")).isEqualTo("1/corner-bottom-right");
    assertThat(first.<Boolean>getAs("flagged")).isTrue();
    assertThat(table("out", "findings").where("flagged and group <> '1'").count()).isZero();
    assertThat(table("out", "groups").where("outside is not null").count()).isZero();
  }

  @Test
  void withoutAPlantedMarkNothingIsFlagged() {
    assertThat(audit(clean, "boxes", "--ground-truth", boxes(clean)).exitCode()).isZero();
    assertThat(audit(clean, "none").exitCode()).isZero();

    assertThat(table("boxes", "findings").where("flagged").count()).isZero();
    assertThat(table("none", "findings").where("flagged").count()).isZero();
  }

  @Test
  void verdictsAreTakenUpByTheNextRun() throws IOException {
    audit(planted, "first", "--ground-truth", boxes(planted));
    List<String> lines = new ArrayList<>(Files.readAllLines(folder.resolve("first/verdicts.csv")));
    assertThat(lines.get(0)).startsWith("finding_id,verdict,note");
    lines.replaceAll(
        line ->
            line.startsWith("1/corner-bottom-right,,,")
                ? line.replaceFirst(",,,", ",spurious,\"a mark, not a \"\"star\"\"\",")
                : line);
    lines.add("7/patch-centre,core,seen before,,,,,,");
    Files.write(folder.resolve("decided.csv"), lines);

    Run run =
        audit(
            planted,
            "second",
            "--ground-truth",
            boxes(planted),
            "--verdicts",
            folder.resolve("decided.csv").toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    Row first = table("second", "findings").orderBy("rank").first();
    assertThat(first.<String>getAs("verdict")).isEqualTo("spurious");
    assertThat(first.<String>getAs("note")).isEqualTo("a mark, not a \"star\"");
    assertThat(run.out()).contains("7/patch-centre");
    assertThat(summary("second").get("absent_verdicts").get(0).asText())
        .isEqualTo("7/patch-centre");
    assertThat(Files.readString(folder.resolve("second/verdicts.csv")))
        .contains("spurious,\"a mark, not a \"\"star\"\"\"", "7/patch-centre,core,seen before");
    assertThat(withoutVerdicts("second"))
        .as("the same findings in a rerun")
        .isEqualTo(withoutVerdicts("first"));
  }

  @Test
  void findingsAreAnnotationsThatToolsOpen() throws IOException {
    audit(planted, "out", "--ground-truth", boxes(planted));

    Path file = folder.resolve("out/findings.coco.json");
    JsonNode coco = new ObjectMapper().readTree(file.toFile());
    Set<Integer> images = new HashSet<>();
    coco.get("images").forEach(image -> images.add(image.get("id").asInt()));
    Set<Integer> categories = new HashSet<>();
    coco.get("categories").forEach(category -> categories.add(category.get("id").asInt()));
    assertThat(images).hasSize(coco.get("images").size());
    assertThat(coco.get("annotations").size()).isPositive();
    for (JsonNode annotation : coco.get("annotations")) {
      assertThat(images).contains(annotation.get("image_id").asInt());
      assertThat(categories).contains(annotation.get("category_id").asInt());
      assertThat(annotation.get("bbox")).hasSize(4);
      assertThat(annotation.get("area").asDouble())
          .isEqualTo(
              annotation.get("bbox").get(2).asDouble() * annotation.get("bbox").get(3).asDouble());
      assertThat(annotation.get("segmentation").get(0)).hasSize(8);
      assertThat(annotation.get("iscrowd").asInt()).isZero();
    }
    FaultLog faults = new FaultLog();
    GroundTruth read = GroundTruthReader.of(file.toString()).read(new Configuration(), faults);
    assertThat(faults.entries()).isEmpty();
    assertThat(read.images()).hasSize(images.size());
  }

  @Test
  void imagesAreGroupedByAColumnOfTheLabelsFile() throws IOException {
    Path labels = new DemoFolder(planted).scenes().labels();
    List<String> lines = Files.readAllLines(labels);
    List<String> withCamera = new ArrayList<>();
    for (String line : lines) {
      boolean header = withCamera.isEmpty();
      withCamera.add(line + (header ? ",camera" : line.contains("star") ? ",north" : ","));
    }
    try {
      Files.write(labels, withCamera);
      Run run = audit(planted, "out", "--group-by", "camera");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(table("out", "groups").count()).isEqualTo(1);
      assertThat(table("out", "findings").orderBy("rank").first().<String>getAs("finding_id"))
          .isEqualTo("north/corner-bottom-right");

      Run unknown = audit(planted, "other", "--group-by", "lens");
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.err()).contains("lens").contains("camera");
    } finally {
      Files.write(labels, lines);
    }
  }

  @Test
  void faultsOfTheUserAreOneSentence() throws IOException {
    Files.createDirectories(folder.resolve("empty"));
    Run noTable =
        Run.of("audit", "--explanations", folder.resolve("empty").toString(), "--output", "x");
    assertThat(noTable.exitCode()).isEqualTo(2);
    assertThat(noTable.err().lines()).hasSize(1);

    Files.writeString(folder.resolve("bad.csv"), "finding_id,verdict\n1/border-edges,perhaps\n");
    Run bad = audit(planted, "out", "--verdicts", folder.resolve("bad.csv").toString());
    assertThat(bad.exitCode()).isEqualTo(2);
    assertThat(bad.err()).contains("perhaps").contains("core, spurious, unclear");
    assertThat(folder.resolve("out")).doesNotExist();

    Files.createDirectories(folder.resolve("taken"));
    Files.writeString(folder.resolve("taken/thesis.tex"), "years of work");
    assertThat(audit(planted, "taken", "--overwrite").err()).contains("thesis.tex");
    assertThat(Run.of("audit", "--output", "x").exitCode()).isEqualTo(1);
    assertThat(audit(planted, "out", "--members", "0").exitCode()).isEqualTo(1);
  }

  private Run audit(Path demo, String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "audit",
                "--explanations",
                new DemoFolder(demo).explanations().toString(),
                "--output",
                folder.resolve(output).toString()));
    arguments.addAll(List.of(more));
    return Run.of(arguments.toArray(String[]::new));
  }

  private static String boxes(Path demo) {
    return new DemoFolder(demo).scenes().boxes().toString();
  }

  private Dataset<Row> table(String output, String name) {
    return LocalSpark.session().read().parquet(folder.resolve(output).resolve(name).toString());
  }

  private List<Row> withoutVerdicts(String output) {
    return table(output, "findings").drop("verdict", "note").orderBy("rank").collectAsList();
  }

  private JsonNode summary(String output) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(output).resolve("summary.json").toFile());
  }
}
