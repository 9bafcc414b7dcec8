package org.saccade.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.saccade.UserException;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.engine.DeviceChoice;
import org.saccade.image.Crops;
import org.saccade.job.EvaluateJob;
import org.saccade.job.EvaluateOptions;
import org.saccade.job.ExplainJob;
import org.saccade.job.ExplainOptions;
import org.saccade.job.TargetChoice;
import org.saccade.job.Terminal;
import org.saccade.job.TraceChoice;
import org.saccade.localization.Overlap;
import org.saccade.unravel.Profile;

/**
 * Everything Saccade does, on made pictures: makes them, explains what a shipped network says of
 * them and evaluates the explanations.
 *
 * @param variant whether a cue is planted
 * @param perClass pictures of each class
 */
public record DemoJob(DemoVariant variant, int perClass) {
  private static final int BATCH_SIZE = 8;
  private static final int TRACED = 12;
  private static final int RESAMPLES = 1000;
  private static final double MOST_FAILED = 0.05;

  /**
   * Runs the demo in one Spark session.
   *
   * @param output folder to write; an earlier demo in it is replaced
   * @throws UserException if the folder holds something else or cannot be written
   */
  public void run(Path output, Terminal terminal) {
    requireFree(output);
    DemoFolder folder = new DemoFolder(output);
    folder.write(variant, perClass);
    new ExplainJob(terminal).run(explain(folder));
    terminal.out().print(new EvaluateJob(evaluate(folder)).run().forPeople());
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

  private static ExplainOptions explain(DemoFolder folder) {
    return new ExplainOptions(
        folder.model().toString(),
        folder.scenes().images().toString(),
        folder.explanations().toString(),
        Optional.of(folder.scenes().labels().toString()),
        false,
        Optional.empty(),
        false,
        TargetChoice.parse("predicted"),
        Profile.parse("default"),
        Crops.CENTER,
        DeviceChoice.parse("cpu"),
        BATCH_SIZE,
        true,
        Optional.empty(),
        TraceChoice.parse(Integer.toString(TRACED)),
        Duration.ofMinutes(1),
        ExplainOptions.Selection.ALL,
        ExplainOptions.Rerun.OVERWRITE,
        MOST_FAILED);
  }

  private static EvaluateOptions evaluate(DemoFolder folder) {
    return new EvaluateOptions(
        new EvaluateOptions.Explanations(folder.explanations().toString()),
        GroundTruthReader.of(folder.scenes().boxes().toString()),
        folder.scores().toString(),
        true,
        Overlap.INCLUSIVE,
        RESAMPLES,
        1);
  }
}
