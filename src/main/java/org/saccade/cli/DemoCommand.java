package org.saccade.cli;

import java.nio.file.Path;
import org.saccade.demo.DemoJob;
import org.saccade.demo.DemoVariant;
import org.saccade.demo.Retraining;
import org.saccade.job.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade demo}: everything Saccade does, on pictures it makes and a network that ships. */
@Command(
    name = "demo",
    description =
        "Makes pictures, explains what a small network says of them and shows what it looks at."
            + " The network learned stars that mostly carry a watermark.")
final class DemoCommand extends JobCommand {
  private static final int PER_CLASS = 40;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "saccade-demo",
      description = "Folder to write; an earlier demo in it is replaced." + DEFAULT)
  private Path output;

  @Option(
      names = "--variant",
      paramLabel = "VARIANT",
      defaultValue = "planted",
      description =
          "planted: with the watermark; clean: the same pictures and a network that never saw it."
              + DEFAULT)
  private String variant;

  @Option(
      names = "--per-class",
      paramLabel = "N",
      defaultValue = "" + PER_CLASS,
      description = "Pictures of each of the six classes." + DEFAULT)
  private int perClass;

  @Option(
      names = "--retrain",
      paramLabel = "DIR",
      description =
          "Instead of the demo: train the networks that ship again, into this folder, and say how"
              + " good they are. Takes some minutes.")
  private Path retrained;

  DemoCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    if (retrained != null) {
      Retraining.run(retrained, terminal());
      return ExitCode.DONE;
    }
    refuseIf(perClass < 1, "--per-class is at least 1");
    new DemoJob(choice("--variant", variant, DemoVariant.class), perClass).run(output, terminal());
    return ExitCode.DONE;
  }
}
