package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

/** The command from its arguments to its table and exit code, on little pictures. */
class ExplainCommandTest {
  private static final Path MODELS = Path.of("src/test/resources/org/saccade/job");
  private static final int IMAGES = 11;

  @TempDir Path folder;
  private Path images;
  private Path output;

  @BeforeAll
  static void startSpark() {
    LocalSpark.session();
  }

  @BeforeEach
  void makePictures() {
    images = Pictures.folder(folder.resolve("images"), IMAGES);
    output = folder.resolve("output");
  }

  @Test
  void everyImageHasOneRowWithItsPredictionAndThePixelsThatCausedIt() throws IOException {
    Run run = explain();

    assertThat(run.err()).doesNotContain("error");
    assertThat(run.exitCode()).isZero();
    List<Row> rows = table().orderBy("image_id").collectAsList();
    assertThat(rows).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      Row row = rows.get(i);
      assertThat(row.<String>getAs("image_id")).isEqualTo("%02d.png".formatted(i));
      assertThat(row.<String>getAs("status")).isEqualTo("ok");
      assertThat(row.<Integer>getAs("width")).isEqualTo(30 + 7 * (i % 5));
      assertThat(row.<Integer>getAs("height")).isEqualTo(40 + i);
      assertThat(row.<Integer>getAs("target_class"))
          .isEqualTo(row.<Integer>getAs("predicted_class"));
      assertThat(row.getList(row.fieldIndex("top_k"))).hasSize(5);
      assertThat(row.<Row>getAs("box")).isNotNull();
      for (Object point : row.getList(row.fieldIndex("fixations"))) {
        assertThat(((Row) point).<Float>getAs("x"))
            .isBetween(-0.5f, row.<Integer>getAs("width") - 0.5f);
        assertThat(((Row) point).<Float>getAs("y"))
            .isBetween(-0.5f, row.<Integer>getAs("height") - 0.5f);
        assertThat(((Row) point).<Float>getAs("weight")).isPositive();
      }
    }
    assertThat(rows.stream().map(row -> row.<Integer>getAs("predicted_class")).distinct().count())
        .as("the pictures are not all alike to the network")
        .isGreaterThan(1);
    assertThat(output.resolve("_SUCCESS")).exists();
    assertThat(Files.readString(output.resolve("manifest.json")))
        .contains("\"state\" : \"finished\"", "\"exit_code\" : 0", "\"ok\" : 11");
    assertThat(Files.readString(output.resolve("summary.json"))).contains("\"rows\" : 11");
    assertThat(run.out()).contains("images      11 (ok 11)", "next        jobs/evaluate");
  }

  @Test
  void everyExplanationIsDrawnOverItsImageWhenAskedTo() throws IOException {
    Path overlays = folder.resolve("overlays");

    explain();
    Run again = explain("--overlays", overlays.toString());

    assertThat(again.exitCode()).isZero();
    List<Row> rows = table().collectAsList();
    for (Row row : rows) {
      Path drawn =
          overlays.resolve(
              row.<String>getAs("image_id") + "." + row.<Integer>getAs("target_class") + ".png");
      assertThat(ImageIO.read(drawn.toFile()).getWidth())
          .as("three panels with gaps")
          .isEqualTo(3 * row.<Integer>getAs("width") + 2 * 8);
    }
  }

  @Test
  void aPictureIsTurnedUprightOnlyWhenAskedToAndThatIsRecorded() throws IOException {
    Files.copy(
        Path.of("src/test/resources/org/saccade/image/good/jpeg-orientation-6.jpg"),
        images.resolve("turned.jpg"));
    Path upright = folder.resolve("upright");

    explain("--overlays", folder.resolve("overlays").toString());
    explainInto(
        upright, "--exif-orientation", "--overlays", folder.resolve("upright-overlays").toString());

    Row stored = table().where("image_id = 'turned.jpg'").first();
    Row turned = table(upright).where("image_id = 'turned.jpg'").first();
    assertThat(turned.<Integer>getAs("width")).isEqualTo(stored.<Integer>getAs("height"));
    assertThat(turned.<Integer>getAs("height")).isEqualTo(stored.<Integer>getAs("width"));
    assertThat(Files.readString(output.resolve("manifest.json")))
        .contains("\"exif-orientation\" : \"false\"");
    assertThat(Files.readString(upright.resolve("manifest.json")))
        .contains("\"exif-orientation\" : \"true\"");
    assertThat(folder.resolve("upright-overlays")).isDirectoryContaining("glob:**turned.jpg.*");
  }

  @Test
  void theColumnsAreThoseOfTheDocumentation() {
    explain("--maps", "--trace", "2");

    assertThat(table().schema().fieldNames())
        .containsExactly(
            ("image_id uri sha256 width height status error_code error_message label"
                    + " predicted_class predicted_label probability top_k target_class method"
                    + " profile fixations box geometry timings map trace")
                .split(" "));
    assertThat(table().schema().apply("image_id").metadata().getLong("schema_version"))
        .isEqualTo(1);
    assertThat(table().schema().apply("image_id").metadata().getString("run_id")).hasSize(36);
    assertThat(
            table().filter("map is not null and length(map.values) = map.rows * map.cols").count())
        .isEqualTo(IMAGES);
    assertThat(ids(table().filter("trace is not null"))).containsExactly("00.png", "01.png");
    Row trace = table().filter("image_id = '00.png'").selectExpr("trace[0]", "size(trace)").head();
    assertThat(trace.getStruct(0).<Float>getAs("x")).as("the logits have no position").isNull();
    assertThat(trace.getInt(1)).isGreaterThan(5);
  }

  @Test
  void rowsAreEqualUnderAnyNumberOfSlotsAndPartitions() {
    explain();
    List<String> two = rows(table());
    LocalSpark.session("local[1]");
    try {
      assertThat(explainInto(folder.resolve("one")).exitCode()).isZero();
      assertThat(rows(table(folder.resolve("one")))).isEqualTo(two);
    } finally {
      LocalSpark.session();
    }
  }

  @Test
  void batchSizesAgreeOnClassesAndPoints() {
    explain("--batch-size", "1");
    List<Row> ones = table().orderBy("image_id").collectAsList();
    for (String size : List.of("7", "32")) {
      Path other = folder.resolve("batch" + size);
      assertThat(explainInto(other, "--batch-size", size).exitCode()).isZero();
      List<Row> others = table(other).orderBy("image_id").collectAsList();
      assertThat(others).hasSameSizeAs(ones);
      for (int i = 0; i < ones.size(); i++) {
        assertThat(others.get(i).<Integer>getAs("predicted_class"))
            .isEqualTo(ones.get(i).<Integer>getAs("predicted_class"));
        assertThat(others.get(i).<Float>getAs("probability"))
            .isCloseTo(ones.get(i).<Float>getAs("probability"), withPercentage(0.01));
        assertThat(positions(others.get(i))).isEqualTo(positions(ones.get(i)));
      }
    }
  }

  @Test
  void duckDbReadsTheSameTable() throws SQLException {
    explain("--maps");
    Row spark =
        table()
            .selectExpr(
                "count(*)",
                "sum(size(fixations))",
                "sum(predicted_class * 1000 + width)",
                "sum(box.x0)",
                "sum(length(map.values))")
            .head();

    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement query = duckDb.createStatement();
        ResultSet result =
            query.executeQuery(
                """
                SELECT count(*), sum(len(fixations)), sum(predicted_class * 1000 + width),
                       sum(box.x0::DOUBLE), sum(octet_length("map".values))
                FROM read_parquet('%s/explanations/*.parquet')
                """
                    .formatted(output))) {
      assertThat(result.next()).isTrue();
      assertThat(result.getLong(1)).isEqualTo(spark.getLong(0));
      assertThat(result.getLong(2)).isEqualTo(spark.getLong(1));
      assertThat(result.getLong(3)).isEqualTo(spark.getLong(2));
      assertThat(result.getDouble(4)).isEqualTo(spark.getDouble(3));
      assertThat(result.getLong(5)).isEqualTo(spark.getLong(4));
    }
  }

  @Test
  void theReferenceProfileGivesWholePixelsOfWeightOne() {
    assertThat(explain("--profile", "reference").exitCode()).isZero();

    assertThat(
            table()
                .filter(
                    "profile = 'reference' and forall(fixations,"
                        + " p -> p.weight = 1 and p.x = floor(p.x) and p.y = floor(p.y))")
                .count())
        .isEqualTo(IMAGES);
  }

  @Nested
  class Targets {

    @Test
    void topKGivesARowForEachOfTheMostProbableClasses() {
      explain("--target", "topk:3");

      assertThat(table().count()).isEqualTo(3 * IMAGES);
      assertThat(
              table()
                  .filter("exists(slice(top_k, 1, 3), s -> s.class = target_class)")
                  .dropDuplicates("image_id", "target_class")
                  .count())
          .isEqualTo(3 * IMAGES);
    }

    @Test
    void aClassIsExplainedForEveryImage() {
      explain("--target", "class:4");

      assertThat(table().filter("target_class = 4").count()).isEqualTo(IMAGES);
    }

    @Test
    void labelsAreExplainedAndImagesWithoutOneSayNoLabel() throws IOException {
      Path labels =
          Files.writeString(
              folder.resolve("labels.csv"),
              "image_id,label,x0\n00.png,3,1\n00.png,3,2\n01.png,5,1\nelsewhere.png,1,1\n");

      Run run =
          explain("--target", "label", "--labels", labels.toString(), "--max-failed-share", "1");

      assertThat(run.exitCode()).isZero();
      assertThat(run.err()).contains("1 of 3 labels name no image", "9 of 11 images have no label");
      assertThat(table().filter("status = 'ok' and label = target_class").count()).isEqualTo(2);
      assertThat(
              table()
                  .filter(
                      "status = 'no_label' and target_class is null and fixations is null"
                          + " and predicted_class is not null")
                  .count())
          .isEqualTo(9);
    }

    @Test
    void folderNamesAreLabels() {
      Pictures.folder(images.resolve("zebra"), 2);
      Pictures.folder(images.resolve("ape"), 1);

      explain("--labels-from-folders", "--target", "label", "--max-failed-share", "1");

      assertThat(table().filter("image_id like 'ape/%' and label = 0").count()).isEqualTo(1);
      assertThat(table().filter("image_id like 'zebra/%' and label = 1").count()).isEqualTo(2);
      assertThat(table().filter("label is null and status = 'no_label'").count()).isEqualTo(IMAGES);
    }

    @Test
    void fiveCropsJoinTheirPoints() throws IOException {
      Path description =
          Files.writeString(
              folder.resolve("crops.properties"),
              Files.readString(MODELS.resolve("tiny.properties"))
                  .replace(
                      "resize = squash",
                      "resize = shortest-side\nresize-to = 40\nunless-fits = false"));

      Run run =
          explain("--crops", "five", "--preprocess", description.toString(), "--batch-size", "12");

      assertThat(run.exitCode()).isZero();
      assertThat(table().filter("size(geometry) = 5 and size(fixations) > 0").count())
          .isEqualTo(IMAGES);
    }
  }

  @Nested
  class BrokenFiles {

    @Test
    void aSetWithATenthBrokenHasARowForEachAndExitsWithFour() throws IOException {
      Pictures.folder(images, 60);
      Files.write(images.resolve("zero.jpg"), new byte[0]);
      Files.writeString(images.resolve("text.jpg"), "this is no picture");
      truncate(jpeg(folder.resolve("whole.jpg")), images.resolve("truncated.jpg"));
      Files.write(images.resolve("huge.png"), pngHeader(30_000, 30_000));
      Files.createDirectories(images.resolve("folder.jpg"));
      Files.createSymbolicLink(images.resolve("gone.jpg"), folder.resolve("nowhere.jpg"));
      Path locked = jpeg(images.resolve("locked.jpg"));
      Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
      boolean root = Files.isReadable(locked);

      Run run = explain();

      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(output.resolve("_SUCCESS")).doesNotExist();
      Map<String, String> codes =
          table().filter("status = 'error'").collectAsList().stream()
              .collect(
                  Collectors.toMap(
                      row -> row.getAs("image_id"), row -> row.<String>getAs("error_code")));
      assertThat(codes)
          .containsEntry("zero.jpg", "EMPTY_FILE")
          .containsEntry("text.jpg", "UNSUPPORTED_FORMAT")
          .containsEntry("truncated.jpg", "TRUNCATED")
          .containsEntry("huge.png", "TOO_LARGE")
          .containsEntry("folder.jpg", "NOT_A_FILE")
          .containsEntry("gone.jpg", "NOT_FOUND");
      if (!root) {
        assertThat(codes).containsEntry("locked.jpg", "UNREADABLE");
      }
      assertThat(table().filter("status = 'ok'").count()).isEqualTo(60 + (root ? 1 : 0));
      assertThat(
              table()
                  .filter(
                      "status = 'error' and (target_class is not null or error_message is null"
                          + " or predicted_class is not null)")
                  .count())
          .isZero();
      assertThat(run.out()).contains("EMPTY_FILE=1");
      assertThat(run.err()).contains("more than --max-failed-share 0.05 allows");
    }

    @Test
    void aLargerShareMakesItASuccessWithoutDoingTheWorkAgain() throws IOException {
      Files.write(images.resolve("zero.jpg"), new byte[0]);
      assertThat(explain("--target", "topk:2").exitCode()).isEqualTo(4);

      Run again = explain("--target", "topk:2", "--max-failed-share", "0.5");

      assertThat(again.exitCode()).isZero();
      assertThat(again.out()).contains("nothing to do");
      assertThat(output.resolve("_SUCCESS")).exists();
      assertThat(table().filter("image_id = 'zero.jpg'").count())
          .as("one row, whatever the number of targets")
          .isEqualTo(1);
    }

    @Test
    void unusualPicturesAreNotBroken() throws IOException {
      Pictures.write(
          images.resolve("grey.png"), Pictures.picture(20, 20, BufferedImage.TYPE_BYTE_GRAY, 1));
      Pictures.write(
          images.resolve("deep.png"), Pictures.picture(20, 20, BufferedImage.TYPE_USHORT_GRAY, 2));
      Pictures.write(
          images.resolve("alpha.png"), Pictures.picture(20, 20, BufferedImage.TYPE_INT_ARGB, 3));
      Pictures.write(images.resolve("dot.png"), Pictures.picture(1, 1, 4));
      Pictures.write(
          images.resolve("still.gif"),
          Pictures.picture(20, 20, BufferedImage.TYPE_BYTE_INDEXED, 5));
      Files.move(jpeg(folder.resolve("a.jpg")), images.resolve("with space & ünïcode%20.jpg"));

      assertThat(explain().exitCode()).isZero();
      assertThat(table().filter("status = 'ok'").count()).isEqualTo(IMAGES + 6);
    }

    @Test
    void scoresThatAreNoNumbersAreAnErrorOfTheImage() {
      Run run =
          explainInto(
              output,
              "--model",
              MODELS.resolve("overflowing.onnx").toString(),
              "--preprocess",
              MODELS.resolve("tiny.properties").toString());

      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(table().filter("error_code = 'NOT_FINITE'").count()).isEqualTo(IMAGES);
    }

    private static Path jpeg(Path file) {
      Pictures.write(file, Pictures.picture(64, 48, 9));
      return file;
    }

    private static void truncate(Path whole, Path half) throws IOException {
      byte[] bytes = Files.readAllBytes(whole);
      try (OutputStream out = Files.newOutputStream(half)) {
        out.write(bytes, 0, bytes.length / 2);
      }
    }

    private static byte[] pngHeader(int width, int height) throws IOException {
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      try (DataOutputStream data = new DataOutputStream(header)) {
        data.write(new byte[] {'I', 'H', 'D', 'R'});
        data.writeInt(width);
        data.writeInt(height);
        data.write(new byte[] {8, 2, 0, 0, 0});
      }
      CRC32 crc = new CRC32();
      crc.update(header.toByteArray());
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      try (DataOutputStream data = new DataOutputStream(png)) {
        data.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        data.writeInt(13);
        data.write(header.toByteArray());
        data.writeInt((int) crc.getValue());
      }
      return png.toByteArray();
    }
  }

  @Nested
  class Reruns {

    @Test
    void aFinishedRunIsLeftAlone() throws IOException {
      explain();
      List<Path> before = files(output);

      Run again = explain();

      assertThat(again.exitCode()).isZero();
      assertThat(again.out()).contains("nothing to do");
      assertThat(files(output)).isEqualTo(before);
    }

    @Test
    void addedImagesWantAppendWhichExplainsOnlyThem() throws IOException {
      explain();
      List<String> before = rows(table());
      Pictures.folder(images, IMAGES + 3);

      Run refused = explain();
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err()).contains("images added since: 3", "--append");
      assertThat(rows(table())).isEqualTo(before);

      Run appended = explain("--append");
      assertThat(appended.exitCode()).isZero();
      assertThat(appended.out()).contains("3 images in");
      assertThat(rows(table())).hasSize(IMAGES + 3).containsAll(before);
      assertThat(explain().out()).contains("nothing to do");
      assertThat(explain("--append").out()).contains("nothing to do");
    }

    @Test
    void otherSettingsAreRefusedWithWhatChangedUnlessOverwritten() {
      explain();

      Run refused = explain("--batch-size", "4", "--maps");
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.err())
          .contains("batch-size was 8, is 4", "maps was false, is true", "--overwrite")
          .hasLineCount(1);

      assertThat(explain("--batch-size", "4", "--maps", "--overwrite").exitCode()).isZero();
      assertThat(table().filter("map is not null").count()).isEqualTo(IMAGES);
    }

    @Test
    void anUnfinishedRunIsCompleted() throws IOException {
      explain();
      List<String> whole = rows(table());
      List<Path> parts =
          files(output.resolve("explanations")).stream()
              .filter(file -> file.toString().endsWith(".parquet"))
              .toList();
      assertThat(parts).hasSizeGreaterThanOrEqualTo(1);
      // As a process leaves it that was killed while it committed its files.
      Files.delete(parts.get(0));
      Files.delete(output.resolve("_SUCCESS"));
      Path manifest = output.resolve("manifest.json");
      String running =
          Files.readString(manifest)
              .replace("\"state\" : \"finished\"", "\"state\" : \"running\"")
              .replace("\"exit_code\" : 0", "\"exit_code\" : -1");
      Files.writeString(manifest, running);

      assertThat(explain().exitCode()).isZero();
      assertThat(rows(table())).isEqualTo(whole);
      assertThat(output.resolve("_SUCCESS")).exists();
    }

    @Test
    void aFolderThatHoldsSomethingElseIsNeverTouched() throws IOException {
      Files.createDirectories(output);
      Files.writeString(output.resolve("thesis.tex"), "years of work");

      for (String[] options : new String[][] {{}, {"--overwrite"}, {"--append"}}) {
        Run run = explain(options);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("holds something else (thesis.tex)");
      }
      assertThat(files(output)).containsExactly(output.resolve("thesis.tex"));
    }
  }

  @Test
  void limitAndSampleTakeAPart() {
    explain("--limit", "3");
    assertThat(ids(table())).containsExactly("00.png", "01.png", "02.png");

    Path sampled = folder.resolve("sampled");
    explainInto(sampled, "--sample", "0.5");
    assertThat(table(sampled).count()).isBetween(1L, IMAGES - 1L);
  }

  @Test
  void aDryRunSaysWhatWouldBeDoneAndWritesNothing() {
    Run run = explain("--dry-run", "--batch-size", "4");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("images      11 in", "batches     3 of 4 image(s)", "nothing was written");
    assertThat(output).doesNotExist();
  }

  private Run explain(String... more) {
    return explainInto(output, more);
  }

  /** Runs the command on the pictures; options given again win. */
  private Run explainInto(Path into, String... more) {
    List<String> args = new ArrayList<>(List.of("explain"));
    List<String> given = List.of(more);
    if (!given.contains("--model")) {
      args.addAll(List.of("--model", MODELS.resolve("tiny.onnx").toString()));
    }
    args.addAll(
        List.of("--images", images.toString(), "--output", into.toString(), "--device", "cpu"));
    args.addAll(given);
    return Run.of(args.toArray(String[]::new));
  }

  private Dataset<Row> table() {
    return table(output);
  }

  private static Dataset<Row> table(Path output) {
    return LocalSpark.session("local[2]").read().parquet(output.resolve("explanations").toString());
  }

  private static List<String> ids(Dataset<Row> table) {
    return table.orderBy("image_id").collectAsList().stream()
        .map(row -> row.<String>getAs("image_id"))
        .toList();
  }

  private static List<List<Float>> positions(Row row) {
    List<Row> fixations = row.getList(row.fieldIndex("fixations"));
    return fixations.stream().map(point -> List.of(point.getFloat(0), point.getFloat(1))).toList();
  }

  /** All that makes two runs equal, in a fixed order. */
  private static List<String> rows(Dataset<Row> table) {
    return table.drop("timings").toJSON().collectAsList().stream().sorted().toList();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
