package org.saccade.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.job.Terminal;
import org.saccade.job.explain.Retention;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade prune}: deletes the output folders of old runs. */
@Command(
    name = "prune",
    description =
        "Deletes the output folders of old runs of explain. Folders that hold no run, and runs that"
            + " have not ended, stay.")
final class PruneCommand extends JobCommand {
  @Option(
      names = "--runs",
      paramLabel = "DIR|GLOB",
      description = "The folder in which the output folders lie, or a glob of these. Required.")
  private String runs;

  @Option(names = "--keep", paramLabel = "N", description = "The newest N runs stay.")
  private Integer keep;

  @Option(
      names = "--older-than",
      paramLabel = "DAYS",
      description = "Only runs that ended this many days ago or earlier go.")
  private Integer olderThan;

  @Option(
      names = "--dry-run",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Say what would go, and delete nothing.")
  private boolean dryRun;

  PruneCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    given("--runs", runs);
    refuseIf(keep == null && olderThan == null, "give --keep, --older-than or both");
    refuseIf(keep != null && keep < 0, "--keep is at least 0");
    refuseIf(olderThan != null && olderThan < 0, "--older-than is at least 0");
    new Retention(
            runs,
            keep == null ? OptionalInt.empty() : OptionalInt.of(keep),
            Optional.ofNullable(olderThan).map(Duration::ofDays),
            dryRun)
        .apply(terminal());
    return ExitCode.DONE;
  }
}
