package org.saccade.cli;

import java.util.Optional;
import org.saccade.job.Terminal;
import org.saccade.job.report.ReportJob;
import org.saccade.job.report.ReportOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade report}: tables in, pages to look at out. */
@Command(
    name = "report",
    description =
        "Makes a static site from the tables: figures, classes, pictures with their fixations, the"
            + " walks of traced images, failures. It opens from disk and needs no server.")
final class ReportCommand extends JobCommand {
  @Option(
      names = "--explanations",
      paramLabel = "DIR",
      description = "Output folder of explain. Required.")
  private String explanations;

  @Option(
      names = "--localization",
      paramLabel = "DIR",
      description = "Output folder of evaluate on these explanations.")
  private String localization;

  @Option(
      names = "--audit",
      paramLabel = "DIR",
      description = "Output folder of audit of these explanations.")
  private String audit;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder to write. Required.")
  private String output;

  @Option(
      names = "--gallery",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "Most pictures in the gallery; of more rows a sample is shown, evenly from every class"
              + " and outcome."
              + DEFAULT)
  private int gallery;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Replace the report in the output folder.")
  private boolean overwrite;

  ReportCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    refuseIf(
        gallery < 1 || gallery > ReportOptions.MOST_PICTURES,
        "--gallery is between 1 and " + ReportOptions.MOST_PICTURES);
    terminal()
        .out()
        .print(
            new ReportJob(
                    new ReportOptions(
                        given("--explanations", explanations),
                        Optional.ofNullable(localization),
                        Optional.ofNullable(audit),
                        given("--output", output),
                        overwrite,
                        gallery))
                .run());
    return ExitCode.DONE;
  }
}
