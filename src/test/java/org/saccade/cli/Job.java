package org.saccade.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The scripts in {@code jobs/}, started as a user does.
 *
 * @param folder where the user is
 * @param environment what is set for the script beside what the tests have
 */
record Job(Path folder, Map<String, String> environment) {
  static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path MODELS = HOME.resolve("src/test/resources/org/saccade/job");

  /** Puts {@code model.onnx} with its description and a folder {@code images} into a folder. */
  static void layOut(Path folder, int images) {
    try {
      Pictures.folder(folder.resolve("images"), images);
      Files.copy(MODELS.resolve("tiny.onnx"), folder.resolve("model.onnx"));
      Files.copy(MODELS.resolve("tiny.properties"), folder.resolve("model.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a command line of the shell.
   *
   * @param command script, options and quotes
   */
  Run run(String command) throws IOException, InterruptedException {
    Path out = Files.createTempFile("saccade-stdout", null);
    Path err = Files.createTempFile("saccade-stderr", null);
    try {
      int exitCode = start(command, out, err).waitFor();
      return new Run(
          exitCode,
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Starts a command line of the shell; the process becomes the program's own. */
  Process start(String command, Path out, Path err) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", "exec '" + HOME + "/jobs/'" + command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    return builder.start();
  }
}
