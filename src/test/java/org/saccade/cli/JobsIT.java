package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts in {@code jobs/}, started as a user does, from a folder of the user's. */
class JobsIT {
  private static final Path MODELS = Job.HOME.resolve("src/test/resources/org/saccade/job");

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void layOut() throws IOException {
    folder = Files.createDirectories(temp.resolve("a folder with spaces"));
    Pictures.folder(folder.resolve("my images"), 5);
    Files.copy(MODELS.resolve("tiny.onnx"), folder.resolve("my model.onnx"));
    Files.copy(MODELS.resolve("tiny.properties"), folder.resolve("my model.properties"));
  }

  @Test
  void theBundledRuntimeRunsFromAnywhereWithRelativePaths() throws Exception {
    Run run =
        job(
            Map.of(),
            "explain --model 'my model.onnx' --images 'my images' --output 'my output'"
                + " -- --master local[1] --driver-memory 700m");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("images      5 (ok 5)");
    // Which libtorch prints in every pass on processors that it does not know.
    assertThat(run.err()).doesNotContain("NNPACK");
    assertThat(folder.resolve("my output/_SUCCESS")).exists();
    assertThat(tables(folder.resolve("my output"))).isNotEmpty();
  }

  @Test
  void namesBeyondAsciiAreFoundInTheLocaleThatSchedulersStartWith() throws Exception {
    // By a shell, since this Java may itself know no such names.
    String copy = "for f in *; do cp \"$f\" $'caf\\xc3\\xa9.png'; break; done";
    Process shell =
        new ProcessBuilder("bash", "-c", copy)
            .directory(folder.resolve("my images").toFile())
            .start();
    assertThat(shell.waitFor()).isZero();

    Run run =
        job(
            Map.of("LC_ALL", "C"),
            "explain --model 'my model.onnx' --images 'my images' --output 'my output'"
                + " -- --master local[1] --driver-memory 700m");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("images      6 (ok 6)");
  }

  @Test
  void aSparkHomeIsUsedThroughItsSparkSubmit() throws Exception {
    Path spark = Files.createDirectories(temp.resolve("spark/bin"));
    Path submit = spark.resolve("spark-submit");
    Files.writeString(
        submit,
        """
        #!/usr/bin/env bash
        echo "submitted" >&2
        exec java %s -Xmx700m -cp "$SPARK_HOME/jars/*" org.apache.spark.deploy.SparkSubmit "$@"
        """
            .formatted(System.getProperty("spark.jvm.options")));
    Files.setPosixFilePermissions(submit, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createSymbolicLink(
        temp.resolve("spark/jars"), Job.HOME.resolve("target/runtime/spark/jars"));

    Run run =
        job(
            Map.of("SPARK_HOME", temp.resolve("spark").toString()),
            "explain --model 'my model.onnx' --images 'my images' --output out"
                + " -- --master 'local[2]'");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("submitted");
    assertThat(tables(folder.resolve("out"))).isNotEmpty();
  }

  @Test
  void everyLineIsJsonOnDemand() throws Exception {
    Files.writeString(folder.resolve("my images/broken.jpg"), "not an image");

    Run run =
        job(
            Map.of("SACCADE_LOG_FORMAT", "json"),
            "explain --model 'my model.onnx' --images 'my images' --output out --max-failed-share 0"
                + " -- --master local[1] --driver-memory 700m --conf spark.eventLog.enabled=false"
                + " --conf spark.executor.heartbeatInterval=x");

    assertThat(run.exitCode()).isEqualTo(3);
    assertJson(run);

    run =
        job(
            Map.of("SACCADE_LOG_FORMAT", "json"),
            "explain --model 'my model.onnx' --images 'my images' --output out --max-failed-share 0"
                + " -- --master local[1] --driver-memory 700m");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(4);
    assertJson(run);
    assertThat(run.out()).contains("\"message\":\"images      6 (error 1, ok 5)");
    assertThat(run.err()).contains("have a status other than ok");
  }

  @Test
  void exitCodesReachTheShell() throws Exception {
    assertThat(job(Map.of(), "inspect 'my model.onnx'").exitCode()).isZero();
    assertThat(job(Map.of(), "explain --colour red").exitCode()).isEqualTo(1);
    assertThat(job(Map.of(), "inspect nowhere.onnx").exitCode()).isEqualTo(2);
  }

  @Test
  void aMistakeInAListIsOneSentence() throws Exception {
    Files.writeString(folder.resolve("list.txt"), "my images/x.jpg\nmy images/x.jpg\n");
    Files.writeString(folder.resolve("labels.csv"), "file,label\nx.jpg,1\n");
    String explain = "explain --model 'my model.onnx' --output out --images ";

    Run twice = job(Map.of(), explain + "list.txt");
    Run unlabelled = job(Map.of(), explain + "'my images' --labels labels.csv");

    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err().lines())
        .singleElement(STRING)
        .endsWith("line 2 names my images/x.jpg a second time: list every image once");
    assertThat(unlabelled.exitCode()).isEqualTo(2);
    assertThat(unlabelled.err().lines())
        .singleElement(STRING)
        .startsWith("labels.csv has no column image_id");
  }

  @Test
  void aBenchmarkTakesNoMoreMemoryThanItsBound() throws Exception {
    Run run =
        job(
            Map.of(),
            "benchmark --model 'my model.onnx' --images 'my images' --rounds 1 --job-images 5"
                + " -- --master local[2] --driver-memory 700m");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("peak memory of the process", "within its bound");
  }

  private Run job(Map<String, String> environment, String command) throws Exception {
    return new Job(folder, environment).run(command);
  }

  private static void assertJson(Run run) {
    assertThat(run.out().lines().toList()).allSatisfy(line -> assertJson(line));
    assertThat(run.err().lines().toList()).allSatisfy(line -> assertJson(line));
  }

  private static void assertJson(String line) throws IOException {
    assertThat(new ObjectMapper().readTree(line).path("message").asText()).isNotBlank();
  }

  private static List<Path> tables(Path output) throws IOException {
    try (Stream<Path> files = Files.list(output.resolve("explanations"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }
}
