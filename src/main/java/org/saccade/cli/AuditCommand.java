package org.saccade.cli;

import java.util.Optional;
import org.saccade.dataset.BoxesFrame;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.engine.DeviceChoice;
import org.saccade.job.Terminal;
import org.saccade.job.audit.AuditJob;
import org.saccade.job.audit.AuditOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade audit}: explanations in, spurious cues out. */
@Command(
    name = "audit",
    description =
        "Looks for cues that a class leans on and that are not its object: where explanations lie,"
            + " what they have in common, and what becomes of the prediction without it. Model,"
            + " images and preprocessing are those of the explanations.")
final class AuditCommand extends JobCommand {
  @Option(
      names = "--explanations",
      paramLabel = "DIR",
      description = "Output folder of explain. Required.")
  private String explanations;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder to write. Required.")
  private String output;

  @Option(
      names = "--ground-truth",
      paramLabel = "FILE|DIR",
      description =
          "True boxes, as for evaluate. Without them only cues at fixed places off the middle of"
              + " the picture can be told from the object.")
  private String groundTruth;

  @Option(
      names = "--boxes-frame",
      paramLabel = "FRAME",
      defaultValue = "image",
      description =
          "Whose pixels the true boxes are in: image (the images explained), original or a size"
              + " such as 256x256."
              + DEFAULT)
  private String boxesFrame;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "Names of the classes in the network's order, where the ground truth has names.")
  private String classes;

  @Option(
      names = "--group-by",
      paramLabel = "COLUMN",
      description =
          "Audit the values of this column of the explanations' labels file instead of classes;"
              + " images without a value are only compared with.")
  private String groupBy;

  @Option(
      names = "--verdicts",
      paramLabel = "FILE",
      description = "What was decided: the verdicts.csv of an earlier audit, filled in.")
  private String verdicts;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "auto, cpu, gpu or gpu:N." + DEFAULT)
  private String device;

  @Option(
      names = "--members",
      paramLabel = "N",
      defaultValue = "200",
      description = "Explanations sampled of every group, at most." + DEFAULT)
  private int members;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of samples, controls and resamples." + DEFAULT)
  private long seed;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Replace the audit in the output folder.")
  private boolean overwrite;

  AuditCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    terminal().out().print(new AuditJob(options()).run().forPeople());
    return ExitCode.DONE;
  }

  private AuditOptions options() {
    refuseIf(members < 1, "--members is at least 1");
    BoxesFrame frame = parsed("--boxes-frame", boxesFrame, BoxesFrame::parse);
    return new AuditOptions(
        given("--explanations", explanations),
        given("--output", output),
        Optional.ofNullable(groundTruth)
            .map(
                location ->
                    new GroundTruthReader(
                        location,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.ofNullable(classes),
                        frame)),
        Optional.ofNullable(groupBy),
        Optional.ofNullable(verdicts),
        parsed("--device", device, DeviceChoice::parse),
        members,
        overwrite,
        seed);
  }
}
