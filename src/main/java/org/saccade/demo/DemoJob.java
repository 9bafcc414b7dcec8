package org.saccade.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.saccade.UserException;
import org.saccade.job.Terminal;

/**
 * Everything Saccade does, on made pictures: makes them, explains what a shipped network says of
 * them, evaluates and audits the explanations, and makes the report to look at.
 *
 * @param variant whether a cue is planted
 * @param perClass pictures of each class
 */
public record DemoJob(DemoVariant variant, int perClass) {
  /**
   * Runs the demo in one Spark session.
   *
   * @param output folder to write; an earlier demo in it is replaced
   * @throws UserException if the folder holds something else or cannot be written
   */
  public void run(Path output, Terminal terminal) {
    requireFree(output);
    DemoFolder folder = new DemoFolder(output);
    DemoSteps steps = new DemoSteps(folder);
    terminal.out().printf("pictures    %s%n", folder.scenes().images());
    folder.write(variant, perClass);
    steps.explain(terminal);
    steps.evaluate();
    terminal.out().print(steps.audit().forPeople());
    steps.report();
    terminal.out().printf("open        %s%n", folder.page().toAbsolutePath());
  }

  /** Only a folder that is empty, or holds a demo, is written to. */
  private static void requireFree(Path output) {
    try {
      if (Files.exists(output) && !Files.isDirectory(output)) {
        throw new UserException(
            "the output %s is a file: give a folder that is empty or does not exist"
                .formatted(output));
      }
      Files.createDirectories(output);
      try (Stream<Path> found = Files.list(output)) {
        if (found.findAny().isPresent() && Files.notExists(new DemoFolder(output).model())) {
          throw new UserException(
              ("the output folder %s holds something else than a demo: give one that is empty or"
                      + " does not exist")
                  .formatted(output));
        }
      }
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(output, e.getMessage()), e);
    }
  }
}
