package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.LocalSpark;

/** What is wrong is said in one sentence, with the right exit code, and nothing is written. */
class SaccadeTest {
  private static final Path MODELS = Path.of("src/test/resources/org/saccade/job");

  @TempDir Path folder;

  @BeforeEach
  void layOut() throws IOException {
    LocalSpark.session();
    Pictures.folder(folder.resolve("images"), 2);
    Files.createDirectories(folder.resolve("empty"));
    Files.writeString(folder.resolve("empty.onnx"), "");
    Files.writeString(folder.resolve("text.onnx"), "this is no network");
    Files.writeString(folder.resolve("differing.csv"), "image_id,label\n00.png,1\n00.png,2\n");
    Files.writeString(folder.resolve("beyond.csv"), "image_id,label\n00.png,6\n");
    Files.writeString(folder.resolve("beyond-list.csv"), "image_id,label\nimages/00.png,6\n");
    Files.writeString(folder.resolve("bad.properties"), "resize = squash\ncolour = yes\n");
    Files.writeString(folder.resolve("unknown-key.conf"), "batchsize = 3\n");
    Files.writeString(folder.resolve("bad-value.conf"), "batch-size = many\n");
    Files.writeString(folder.resolve("a-file"), "");
  }

  static Stream<Arguments> wrongUsage() {
    return Stream.of(
        wrong("--colour", "red").says("Unknown option"),
        wrong("--batch-size", "0").says("--batch-size is 1 to 4096"),
        wrong("--batch-size", "many").says("--batch-size"),
        wrong("--target", "all").says("--target: the target 'all' is unknown"),
        wrong("--target", "topk:0").says("topk:0"),
        wrong("--profile", "fast").says("--profile"),
        wrong("--crops", "ten").says("--crops"),
        wrong("--device", "tpu").says("--device"),
        wrong("--sample", "0").says("--sample is above 0"),
        wrong("--limit", "0").says("--limit is at least 1"),
        wrong("--limit", "1", "--sample", "0.5").says("exclude each other"),
        wrong("--append", "--overwrite").says("exclude each other"),
        wrong("--max-failed-share", "2").says("--max-failed-share is between 0 and 1"),
        wrong("--config", "{folder}/unknown-key.conf").says("unknown key 'batchsize'"),
        wrong("--config", "{folder}/bad-value.conf").says("many"),
        wrong("--model", "").says("--model is missing"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongUsage")
  void wrongUsageExitsWithOne(List<String> options, String says) throws IOException {
    Run run = explain(options);

    assertThat(run.err().lines().findFirst().orElse("")).contains(says);
    assertThat(run.err()).doesNotContain("\tat ").hasLineCount(2).contains("--help");
    assertThat(run.exitCode()).isEqualTo(1);
    assertNothingIsWritten();
  }

  static Stream<Arguments> faultyInput() {
    return Stream.of(
        wrong("--images", "{folder}/nowhere").says("do not exist"),
        wrong("--images", "{folder}/empty").says("holds no image"),
        wrong("--images", "{folder}/*.bmp").says("no image matches"),
        wrong("--model", "{folder}/nowhere.onnx").says("no model file"),
        wrong("--model", "{folder}/images").says("images"),
        wrong("--model", "{folder}/empty.onnx").says("empty.onnx"),
        wrong("--model", "{folder}/text.onnx").says("text.onnx"),
        wrong("--model", "{models}/segmenter.onnx", "--preprocess", "{models}/tiny.properties")
            .says("segmenter.onnx"),
        wrong("--model", "{models}/four_channels.onnx", "--preprocess", "{models}/tiny.properties")
            .says("4"),
        wrong("--preprocess", "resnet-magic").says("no preprocessing is named 'resnet-magic'"),
        wrong("--preprocess", "{folder}/bad.properties").says("unknown key 'colour'"),
        wrong("--preprocess", "torchvision-imagenet").says("224"),
        wrong("--crops", "five").says("five crops"),
        wrong("--target", "class:6").says("the classes 0 to 5"),
        wrong("--target", "topk:7").says("topk:6 or less"),
        wrong("--target", "label").says("none of the 2 images has one"),
        wrong("--labels", "{folder}/nowhere.csv").says("cannot read"),
        wrong("--labels", "{folder}/differing.csv").says("an earlier line gave it 1"),
        wrong("--labels", "{folder}/beyond.csv").says("the classes 0 to 5"),
        wrong("--images", "{folder}/beyond-list.csv").says("has the label 6, but the network has"),
        wrong("--trace", "17.png").says("--trace names 17.png"),
        wrong("--device", "gpu").says("GPU"),
        wrong("--config", "{folder}/nowhere.conf").says("nowhere.conf"),
        wrong("--output", "{folder}/a-file").says("is a file"),
        wrong("--output", "{folder}/images").says("holds something else"),
        wrong("--output", "{folder}/a-file/below").says("a-file"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faultyInput")
  void faultyInputExitsWithTwo(List<String> options, String says) throws IOException {
    Run run = explain(options);

    assertThat(run.err()).contains(says).doesNotContain("\tat ").hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertNothingIsWritten();
  }

  @Test
  void aTableOfLabelsCorrectsTheOnesThatImagesComeWith() throws IOException {
    Path labels = Files.writeString(folder.resolve("mended.csv"), "image_id,label\n00.png,5\n");

    Run run =
        explain(
            List.of(
                "--images",
                folder.resolve("beyond-list.csv").toString(),
                "--labels",
                labels.toString()));

    assertThat(run.err()).doesNotContain("no label");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void noCommandOrAnUnknownOneIsWrongUsage() {
    assertThat(Run.of().exitCode()).isEqualTo(1);
    assertThat(Run.of("explian").exitCode()).isEqualTo(1);
    assertThat(Run.of("explian").err()).contains("explian");
  }

  @Test
  void helpAndVersionAreNoFaults() {
    assertThat(Run.of("explain", "--help").out())
        .contains("--preprocess", "--max-failed-share", "Default: 0.05.");
    assertThat(Run.of("--version").out()).startsWith("saccade ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"explain", "evaluate", "report", "inspect", "benchmark"})
  void everyCommandHasHelp(String command) {
    Run run = Run.of(command, "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("Usage: saccade " + command);
  }

  @Test
  void theCommandLineWinsOverTheConfigFileAndThatOverTheDefault() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("good.conf"), "# ours\nbatch-size = 4\ndevice=cpu\nmaps = true\n");

    Run run =
        Run.of("explain", "--print-config", "--config", config.toString(), "--device", "auto");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .contains(
            "batch-size = 4  # " + config,
            "device = auto  # command line",
            "maps = true  # " + config,
            "profile = default  # default");
  }

  @Test
  void anErrorOfOursExitsWithThreeAndSaysWhereItsDetailsAre() throws IOException {
    Path output = folder.resolve("out");
    List<String> good = complete(List.of());
    assertThat(Run.of(good.toArray(String[]::new)).exitCode()).isZero();
    // A table that is no table: nothing a user's command can cause.
    for (Path part : files(output.resolve("explanations"))) {
      if (part.toString().endsWith(".parquet")) {
        Files.writeString(part, "no parquet");
      }
      if (part.toString().endsWith(".crc")) {
        Files.delete(part);
      }
    }
    Pictures.folder(folder.resolve("images"), 3);
    good.add("--append");

    Run run = Run.of(good.toArray(String[]::new));

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("internal error: ");
    String log = run.err().strip().replaceAll("(?s).*the details are in ", "");
    assertThat(Path.of(log)).content().contains("\tat org.saccade.");
    Files.delete(Path.of(log));
  }

  private Run explain(List<String> options) {
    return Run.of(complete(options).toArray(String[]::new));
  }

  /** A correct command line with some options replaced. */
  private List<String> complete(List<String> options) {
    List<String> given =
        options.stream()
            .map(
                option ->
                    option
                        .replace("{folder}", folder.toString())
                        .replace("{models}", MODELS.toString()))
            .toList();
    List<String> args = new ArrayList<>(List.of("explain"));
    String[][] defaults = {
      {"--model", MODELS.resolve("tiny.onnx").toString()},
      {"--images", folder.resolve("images").toString()},
      {"--output", folder.resolve("out").toString()},
      {"--device", "cpu"}
    };
    for (String[] option : defaults) {
      if (!given.contains(option[0])) {
        args.addAll(List.of(option));
      }
    }
    args.addAll(given);
    return args;
  }

  private void assertNothingIsWritten() throws IOException {
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(files(folder).stream().filter(file -> file.toString().endsWith(".json"))).isEmpty();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private record Wrong(List<String> options) {
    Arguments says(String text) {
      return Arguments.of(options, text);
    }
  }

  private static Wrong wrong(String... options) {
    return new Wrong(Arrays.asList(options));
  }
}
