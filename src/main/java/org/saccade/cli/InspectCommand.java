package org.saccade.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.saccade.image.ModelDescription;
import org.saccade.job.Terminal;
import org.saccade.job.model.ModelInspection;
import org.saccade.unravel.Profile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code saccade inspect}: what a model file is and whether it can be explained. */
@Command(
    name = "inspect",
    description =
        "Prints a model's layers, their shapes, weights and receptive fields, and what"
            + " back-tracking does at each; exits with 2 when something is not supported.")
final class InspectCommand extends JobCommand {
  @Parameters(paramLabel = "MODEL", description = "The model file.")
  private Path model;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      defaultValue = "default",
      description = "Whose rules to show: default or reference." + DEFAULT)
  private String profile;

  @Option(
      names = "--preprocess",
      paramLabel = "NAME|FILE",
      description =
          "Description that states the input's size and the output where the file does not; by"
              + " default the one beside the model.")
  private String preprocess;

  InspectCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    Profile rules = parsed("--profile", profile, Profile::parse);
    Optional<ModelDescription> description =
        preprocess == null
            ? ModelDescription.beside(model)
            : Optional.of(ModelDescription.namedOrRead(preprocess));
    ModelInspection inspection = ModelInspection.of(model, description, rules);
    terminal().out().print(json ? inspection.toJson() : inspection.forPeople());
    return inspection.supported() ? ExitCode.DONE : ExitCode.INPUT;
  }
}
