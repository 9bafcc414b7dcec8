package org.saccade.cli;

import java.nio.file.Path;
import org.saccade.demo.AuditStudy;
import org.saccade.job.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade audit-study}: how often the audit is right, on networks whose cue is known. */
@Command(
    name = "audit-study",
    description =
        "Trains small networks with and without a planted cue, audits each, and counts the cues"
            + " that were flagged and the false alarms.")
final class AuditStudyCommand extends JobCommand {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "saccade-audit-study",
      description = "Folder to write; networks that lie there are not trained again." + DEFAULT)
  private Path output;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "4",
      description = "Networks per kind of cue, and without one." + DEFAULT)
  private int seeds;

  @Option(
      names = "--first-seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "The first of them. Seeds that nobody has looked at yet are a test of the audit."
              + DEFAULT)
  private int firstSeed;

  AuditStudyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    refuseIf(seeds < 1, "--seeds is at least 1");
    refuseIf(firstSeed < 1, "--first-seed is at least 1");
    new AuditStudy(firstSeed, seeds).run(output, terminal());
    return ExitCode.DONE;
  }
}
