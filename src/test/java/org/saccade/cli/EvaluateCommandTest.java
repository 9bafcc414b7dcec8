package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.LocalSpark;
import org.saccade.SharedData;

/** {@code evaluate} from its arguments to its files. */
class EvaluateCommandTest {
  private static SparkSession spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = LocalSpark.session();
  }

  @Test
  void theAuthorsAlexNetBoxesGiveThePublishedFigures() throws IOException {
    assertHeadline("alexNet", "20", 41.642, 48.026, 65.702);
  }

  @Tag("soak")
  @ParameterizedTest
  @CsvSource({"alexNet, 41.642, 48.026, 65.702", "vgg16, 26.982, 43.658, 55.196"})
  void theAuthorsBoxesGiveThePublishedFigures(
      String network, double topOne, double predictedBox, double topOneLocalization)
      throws IOException {
    assertHeadline(network, "1000", topOne, predictedBox, topOneLocalization);
  }

  private void assertHeadline(
      String network,
      String resamples,
      double topOne,
      double predictedBox,
      double topOneLocalization)
      throws IOException {
    Path data = SharedData.path("localization");
    Run run =
        Run.of(
            "evaluate",
            "--boxes",
            data.resolve("authors_boxes_%s.txt.gz".formatted(network)).toString(),
            "--box-classes",
            data.resolve("devkit_id_to_class_index.csv").toString(),
            "--ground-truth",
            data.resolve("ilsvrc_val_localization.csv.gz").toString(),
            "--class-labels",
            data.resolve("ilsvrc_val_class_labels.csv.gz").toString(),
            "--image-sizes",
            data.resolve("ilsvrc_val_image_sizes.csv.gz").toString(),
            "--resamples",
            resamples,
            "--output",
            output());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(figure("top1_error").get("value").asDouble()).isCloseTo(topOne, within(5e-4));
    assertThat(figure("predicted_box_error").get("value").asDouble())
        .isCloseTo(predictedBox, within(5e-4));
    assertThat(figure("top1_localization_error").get("value").asDouble())
        .isCloseTo(topOneLocalization, within(5e-4));
    assertThat(figure("top1_localization_error").get("cases").asInt()).isEqualTo(50_000);
    assertThat(summary().get("faults")).isEmpty();
    assertThat(table("localization").count()).isEqualTo(50_000);
    assertThat(table("by_class").select("label").distinct().count()).isEqualTo(1000);
  }

  @Test
  void explanationsAreJoinedWithGroundTruthAndCountedWhereTheyAreNot() throws IOException {
    explanations(
        row("a.jpg", 100, 80, "ok", 1, 1, 1, box(10, 10, 49, 49)),
        row("b.jpg", 100, 80, "ok", 1, 2, 1, box(0, 0, 9, 9)),
        row("c.jpg", 100, 80, "ok", 2, 2, 2, null),
        row("broken.jpg", null, null, "error", 1, null, null, null),
        row("unknown.jpg", 100, 80, "ok", 1, 1, 1, box(0, 0, 9, 9)),
        row("other_class.jpg", 100, 80, "ok", 3, 3, 3, box(0, 0, 9, 9)),
        row("small.jpg", 50, 40, "ok", 1, 1, 1, box(0, 0, 9, 9)));
    write(
        "truth.csv",
        """
        image_id,label,x0,y0,x1,y1,width,height
        a.jpg,1,10,10,49,49,100,80
        a.jpg,1,60,60,120,79,100,80
        b.jpg,1,50,50,59,59,100,80
        c.jpg,2,0,0,99,79,100,80
        broken.jpg,1,0,0,9,9,100,80
        other_class.jpg,1,0,0,9,9,100,80
        small.jpg,1,0,0,9,9,100,80
        unseen.jpg,1,0,0,9,9,100,80
        a.jpg,1,9,9,3,3,100,80
        """);

    Run run = evaluate("truth.csv");

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode summary = summary();
    assertThat(summary.get("rows").toString())
        .isEqualTo(
            "{\"evaluated\":3,\"no_box_of_class\":1,\"no_ground_truth\":1,\"not_explained\":1,"
                + "\"wrong_image_size\":1}");
    assertThat(summary.get("unexplained_images").asInt()).isEqualTo(1);
    assertThat(summary.get("faults").get("box_outside_image").get("count").asInt()).isEqualTo(1);
    assertThat(summary.get("faults").get("box_inside_out").get("example").asText())
        .isEqualTo("truth.csv line 10: 9.0, 9.0, 3.0, 3.0");
    assertThat(summary.get("faults").get("wrong_image_size").get("example").asText())
        .isEqualTo("small.jpg: 50 x 40, according to the ground truth 100 x 80");
    assertThat(run.out()).contains("unseen.jpg").contains("unknown.jpg");

    // One of three boxes is right, two of three predictions are, one case has both.
    assertThat(figure("gt_known_error").get("value").asDouble()).isCloseTo(66.667, within(1e-3));
    assertThat(figure("top1_error").get("value").asDouble()).isCloseTo(33.333, within(1e-3));
    assertThat(figure("top1_localization_error").get("value").asDouble())
        .isCloseTo(66.667, within(1e-3));
    assertThat(figure("fixation_share").get("value").asDouble()).isCloseTo(66.667, within(1e-3));
    assertThat(figure("max_box_acc").get("setting").asText()).startsWith("threshold ");

    Row a = table("localization").filter("image_id = 'a.jpg'").head();
    assertThat(a.<Double>getAs("best_iou")).isEqualTo(1);
    assertThat(a.getList(a.fieldIndex("ground_truth"))).hasSize(2);
    assertThat(a.<Boolean>getAs("top1_localized")).isTrue();
    assertThat(a.<String>getAs("size_stratum")).isEqualTo("10-25 %");
    assertThat(table("localization").count()).isEqualTo(7);
    assertThat(Files.exists(folder.resolve("out/_SUCCESS"))).isTrue();
  }

  @Test
  void boxesOfTheOriginalsAreScaledOnlyWhenAsked() throws IOException {
    explanations(row("a.jpg", 50, 40, "ok", 1, 1, 1, box(5, 5, 24.5, 24.5)));
    write("truth.csv", "image_id,label,x0,y0,x1,y1,width,height\na.jpg,1,10,10,49,49,100,80\n");

    Run refused = evaluate("truth.csv");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("a.jpg: 50 x 40").contains("--boxes-frame original");
    assertThat(Files.exists(folder.resolve("out"))).isFalse();

    Run scaled = evaluate("truth.csv", "--boxes-frame", "original");
    assertThat(scaled.exitCode()).as(scaled.err()).isZero();
    assertThat(table("localization").head().<Double>getAs("best_iou")).isEqualTo(1);
    assertThat(scaled.out()).contains("pixels of the original images");
  }

  @Test
  void continuousOverlapIsAChoice() throws IOException {
    explanations(row("a.jpg", 100, 80, "ok", 1, 1, 1, box(0, 0, 10, 10)));
    write("truth.csv", "image_id,label,x0,y0,x1,y1\na.jpg,1,0,0,20,10\n");

    assertThat(evaluate("truth.csv", "--iou", "continuous").exitCode()).isZero();
    assertThat(table("localization").head().<Double>getAs("best_iou")).isEqualTo(0.5);
    assertThat(evaluate("truth.csv", "--overwrite").exitCode()).isZero();
    assertThat(table("localization").head().<Double>getAs("best_iou"))
        .isCloseTo(11.0 / 21, within(1e-12));
  }

  @Test
  void anEarlierEvaluationIsKeptUnlessOverwritten() throws IOException {
    explanations(row("a.jpg", 100, 80, "ok", 1, 1, 1, box(0, 0, 10, 10)));
    write("truth.csv", "image_id,label,x0,y0,x1,y1\na.jpg,1,0,0,20,10\n");
    assertThat(evaluate("truth.csv").exitCode()).isZero();
    Run again = evaluate("truth.csv");
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("--overwrite");

    write("out/thesis.tex", "years of work");
    Run onTop = evaluate("truth.csv", "--overwrite");
    assertThat(onTop.exitCode()).isEqualTo(2);
    assertThat(onTop.err()).contains("thesis.tex");
  }

  @Test
  void faultsOfTheUserAreOneSentence() throws IOException {
    explanations(row("a.jpg", 100, 80, "ok", 1, 1, 1, box(0, 0, 10, 10)));
    write("truth.csv", "image_id,label,x0,y0,x1,y1\nb.jpg,1,0,0,20,10\n");

    Run nothingMatches = evaluate("truth.csv");
    assertThat(nothingMatches.exitCode()).isEqualTo(2);
    assertThat(nothingMatches.err().lines()).hasSize(1);
    assertThat(nothingMatches.err()).contains("none of the 1 rows").contains("a.jpg");

    Files.createDirectory(folder.resolve("empty"));
    Run noTable =
        Run.of(
            "evaluate",
            "--explanations",
            folder.resolve("empty").toString(),
            "--ground-truth",
            folder.resolve("truth.csv").toString(),
            "--output",
            output());
    assertThat(noTable.exitCode()).isEqualTo(2);
    assertThat(noTable.err()).contains("holds no explanations");

    assertThat(evaluate("missing.csv").exitCode()).isEqualTo(2);
    assertThat(Run.of("evaluate", "--ground-truth", "x", "--output", "y").exitCode()).isEqualTo(1);
    assertThat(evaluate("truth.csv", "--boxes-frame", "huge").exitCode()).isEqualTo(1);
    assertThat(evaluate("truth.csv", "--iou", "fuzzy").exitCode()).isEqualTo(1);
  }

  @Test
  void tablesOfOtherProgramsMayCountInOtherWidths() throws IOException {
    spark
        .sql(
            """
            SELECT 'a.jpg' AS image_id, 'ok' AS status, 100L AS width, 80L AS height,
              1L AS label, 1L AS predicted_class, 1.0D AS target_class,
              named_struct('x0', 0D, 'y0', 0, 'x1', 10L, 'y1', 10D) AS box,
              array(named_struct('x', 5D, 'y', 5D, 'weight', 1L)) AS fixations
            """)
        .write()
        .parquet(folder.resolve("run/explanations").toString());
    write("truth.csv", "image_id,label,x0,y0,x1,y1\na.jpg,1,0,0,10,10\n");

    Run run = evaluate("truth.csv");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(table("localization").head().<Double>getAs("best_iou")).isEqualTo(1);
    assertThat(figure("fixation_share").get("value").asDouble()).isEqualTo(100);
  }

  @Test
  void aColumnThatIsNoNumberIsNamed() throws IOException {
    spark
        .sql(
            """
            SELECT 'a.jpg' AS image_id, 'ok' AS status, 100 AS width, 80 AS height,
              'tench' AS label, 1 AS predicted_class, 1 AS target_class,
              named_struct('x0', 0D, 'y0', 0D, 'x1', 10D, 'y1', 10D) AS box
            """)
        .write()
        .parquet(folder.resolve("run/explanations").toString());
    write("truth.csv", "image_id,label,x0,y0,x1,y1\na.jpg,1,0,0,10,10\n");

    Run run = evaluate("truth.csv");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).contains("column label").contains("string");
  }

  @Test
  void twoRowsOfOneImageAndClassAreRefused() throws IOException {
    explanations(
        row("a.jpg", 100, 80, "ok", 1, 1, 1, box(0, 0, 10, 10)),
        row("a.jpg", 100, 80, "ok", 1, 1, 1, box(0, 0, 20, 10)));
    write("truth.csv", "image_id,label,x0,y0,x1,y1\na.jpg,1,0,0,20,10\n");

    Run run = evaluate("truth.csv");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("a.jpg");
  }

  @Test
  void aFileOfBoxesIsCheckedLineByLine() throws IOException {
    write("labels.csv", "a.jpg,1\nb.jpg,2\n");
    write("truth.csv", "a.jpg,0,0,9,9\nb.jpg,0,0,9,9\n");
    write("sizes.csv", "a.jpg,10,10\nb.jpg,10,10\n");

    assertThat(boxes("1 0 0 9 9\n").err()).contains("1 lines").contains("2 images");
    assertThat(boxes("1 0 0 9 9\n2 5 0 1 9\n").err()).contains("line 2 is '2 5 0 1 9'");
    assertThat(boxes("1 0 0 9 9\n2 five 0 1 9\n").err()).contains("line 2");
    Run good = boxes("1 0 0 9 9\n1 0 0 9 9\n");
    assertThat(good.exitCode()).as(good.err()).isZero();
    assertThat(figure("top1_localization_error").get("value").asDouble()).isEqualTo(50);
    assertThat(figure("predicted_box_error").get("value").asDouble()).isZero();
  }

  private Run boxes(String content) throws IOException {
    write("boxes.txt", content);
    return Run.of(
        "evaluate",
        "--boxes",
        folder.resolve("boxes.txt").toString(),
        "--ground-truth",
        folder.resolve("truth.csv").toString(),
        "--class-labels",
        folder.resolve("labels.csv").toString(),
        "--image-sizes",
        folder.resolve("sizes.csv").toString(),
        "--resamples",
        "20",
        "--output",
        output());
  }

  private Run evaluate(String truth, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--explanations",
                folder.resolve("run").toString(),
                "--ground-truth",
                folder.resolve(truth).toString(),
                "--resamples",
                "20",
                "--output",
                output()));
    arguments.addAll(List.of(more));
    return Run.of(arguments.toArray(String[]::new));
  }

  private String output() {
    return folder.resolve("out").toString();
  }

  private JsonNode summary() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("out/summary.json").toFile());
  }

  private JsonNode figure(String metric) throws IOException {
    for (JsonNode figure : summary().get("overall")) {
      if (figure.get("metric").asText().equals(metric)) {
        return figure;
      }
    }
    throw new AssertionError("no figure " + metric);
  }

  private Dataset<Row> table(String name) {
    return spark.read().parquet(folder.resolve("out").resolve(name).toString());
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }

  private void explanations(Row... rows) {
    StructType corners =
        new StructType()
            .add("x0", DataTypes.FloatType)
            .add("y0", DataTypes.FloatType)
            .add("x1", DataTypes.FloatType)
            .add("y1", DataTypes.FloatType);
    StructType point =
        new StructType()
            .add("x", DataTypes.FloatType)
            .add("y", DataTypes.FloatType)
            .add("weight", DataTypes.FloatType);
    StructType schema =
        new StructType()
            .add("image_id", DataTypes.StringType)
            .add("width", DataTypes.IntegerType)
            .add("height", DataTypes.IntegerType)
            .add("status", DataTypes.StringType)
            .add("label", DataTypes.IntegerType)
            .add("predicted_class", DataTypes.IntegerType)
            .add("target_class", DataTypes.IntegerType)
            .add("box", corners)
            .add("fixations", DataTypes.createArrayType(point));
    spark
        .createDataFrame(List.of(rows), schema)
        .write()
        .parquet(folder.resolve("run/explanations").toString());
  }

  /** A row whose one fixation lies in the middle of its box, or of the picture without one. */
  private static Row row(
      String imageId,
      Integer width,
      Integer height,
      String status,
      Integer label,
      Integer predicted,
      Integer target,
      Row box) {
    Row[] fixations = null;
    if (width != null) {
      float x = box == null ? width / 2f : (box.getFloat(0) + box.getFloat(2)) / 2;
      float y = box == null ? height / 2f : (box.getFloat(1) + box.getFloat(3)) / 2;
      fixations = new Row[] {RowFactory.create(x, y, 1f)};
    }
    return RowFactory.create(
        imageId, width, height, status, label, predicted, target, box, fixations);
  }

  private static Row box(double x0, double y0, double x1, double y1) {
    return RowFactory.create((float) x0, (float) y0, (float) x1, (float) y1);
  }
}
