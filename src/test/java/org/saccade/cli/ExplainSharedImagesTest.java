package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.LocalSpark;
import org.saccade.SharedData;

/** Real networks on real photographs, against what PyTorch predicts with Pillow's pixels. */
class ExplainSharedImagesTest {
  private static final Path PREDICTIONS = Path.of("src/test/resources/org/saccade/job");

  @TempDir Path output;

  @BeforeEach
  void startSpark() {
    LocalSpark.session();
  }

  @ParameterizedTest
  @CsvSource({
    "squeezenet1_1, squeezenet-bgr",
    "mobilenet_v2, torchvision-imagenet",
    "mobilenet_v2, torchvision-imagenet-crop"
  })
  void predictsWhatPyTorchPredicts(String model, String preprocess) {
    Dataset<Row> rows = explain(model, preprocess, "--limit", "40");

    assertThat(rows.count()).isEqualTo(40);
    assertThat(rows.filter("predicted_class = expected_class").count()).isEqualTo(40);
  }

  @Tag("soak")
  @ParameterizedTest
  @CsvSource({
    "squeezenet1_1, squeezenet-bgr",
    "mobilenet_v2, torchvision-imagenet",
    "mobilenet_v2, torchvision-imagenet-crop"
  })
  void predictsWhatPyTorchPredictsOnAllImages(String model, String preprocess) {
    Dataset<Row> rows =
        explain(
            model, preprocess, "--labels", SharedData.path("imagenet-val/boxes.csv").toString());

    assertThat(rows.count()).isEqualTo(400);
    assertThat(rows.filter("predicted_class = expected_class").count()).isGreaterThanOrEqualTo(399);
    assertThat(rows.filter("abs(probability - expected_probability) > 1e-3").count()).isZero();
    assertThat(rows.filter("label is not null").count()).isEqualTo(400);
    assertThat(rows.filter("size(fixations) > 0 and box is not null").count()).isEqualTo(400);
  }

  @Tag("soak")
  @Test
  void rowsDoNotDependOnSlotsAndHardlyOnBatches() {
    List<Row> two = explain("squeezenet1_1", "squeezenet-bgr").orderBy("image_id").collectAsList();
    LocalSpark.session("local[1]");
    List<Row> one =
        explain("squeezenet1_1", "squeezenet-bgr", "--overwrite")
            .orderBy("image_id")
            .collectAsList();
    LocalSpark.session();

    assertThat(one.stream().map(ExplainSharedImagesTest::withoutTimings))
        .isEqualTo(two.stream().map(ExplainSharedImagesTest::withoutTimings).toList());
    for (String size : List.of("1", "7", "32")) {
      List<Row> rows =
          explain("squeezenet1_1", "squeezenet-bgr", "--overwrite", "--batch-size", size)
              .orderBy("image_id")
              .collectAsList();
      long points = 0;
      long shared = 0;
      for (int i = 0; i < rows.size(); i++) {
        assertThat(rows.get(i).<Integer>getAs("predicted_class"))
            .isEqualTo(two.get(i).<Integer>getAs("predicted_class"));
        assertThat(rows.get(i).<Float>getAs("probability"))
            .isCloseTo(two.get(i).<Float>getAs("probability"), withPercentage(0.01));
        Set<List<Float>> expected = positions(two.get(i));
        points += expected.size();
        expected.retainAll(positions(rows.get(i)));
        shared += expected.size();
      }
      assertThat((double) shared / points).as("batch size %s", size).isGreaterThanOrEqualTo(0.999);
    }
  }

  private static List<Object> withoutTimings(Row row) {
    List<Object> values = new ArrayList<>();
    for (String column : row.schema().fieldNames()) {
      if (!column.equals("timings")) {
        values.add(row.getAs(column));
      }
    }
    return values;
  }

  private static Set<List<Float>> positions(Row row) {
    Set<List<Float>> positions = new HashSet<>();
    for (Row point : row.<Row>getList(row.fieldIndex("fixations"))) {
      positions.add(List.of(point.getFloat(0), point.getFloat(1)));
    }
    return positions;
  }

  @Test
  void aModelWithoutADescriptionWantsOneNamed() {
    Run run =
        Run.of(
            "explain",
            "--model",
            SharedData.path("models/squeezenet1_1.onnx").toString(),
            "--images",
            SharedData.path("imagenet-val/images").toString(),
            "--output",
            output.resolve("run").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--preprocess one of squeezenet-bgr").hasLineCount(1);
  }

  /** The table joined with PyTorch's predictions. */
  private Dataset<Row> explain(String model, String preprocess, String... more) {
    SparkSession spark = SparkSession.active();
    Path run = output.resolve("run");
    String[] args = {
      "explain",
      "--model",
      SharedData.path("models/%s.onnx".formatted(model)).toString(),
      "--preprocess",
      preprocess,
      "--images",
      SharedData.path("imagenet-val/images").toString(),
      "--output",
      run.toString()
    };
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    assertThat(Run.of(all)).satisfies(done -> assertThat(done.exitCode()).as(done.err()).isZero());
    Dataset<Row> expected =
        spark
            .read()
            .option("header", true)
            .option("inferSchema", true)
            .csv(PREDICTIONS.resolve("predictions_%s.csv".formatted(preprocess)).toString())
            .withColumnRenamed("predicted_class", "expected_class")
            .withColumnRenamed("probability", "expected_probability");
    return spark.read().parquet(run.resolve("explanations").toString()).join(expected, "image_id");
  }
}
