package org.saccade.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.saccade.UserException;
import org.saccade.image.ModelDescription;
import org.saccade.job.ModelInspection;
import org.saccade.job.Terminal;
import org.saccade.unravel.Profile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code saccade inspect}: what a model file is and whether it can be explained. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    versionProvider = Saccade.Version.class,
    description =
        "Prints a model's layers, their shapes, weights and receptive fields, and what"
            + " back-tracking does at each; exits with 2 when something is not supported.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "The model file.")
  private Path model;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      defaultValue = "default",
      description = "Whose rules to show: default or reference. Default: ${DEFAULT-VALUE}.")
  private String profile;

  @Option(
      names = "--preprocess",
      paramLabel = "NAME|FILE",
      description =
          "Description that states the input's size and the output where the file does not; by"
              + " default the one beside the model.")
  private String preprocess;

  private final Terminal terminal;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Profile rules;
    try {
      rules = Profile.parse(profile);
    } catch (UserException e) {
      throw new ParameterException(spec.commandLine(), "--profile: " + e.getMessage(), e);
    }
    Optional<ModelDescription> description =
        preprocess == null
            ? ModelDescription.beside(model)
            : Optional.of(ModelDescription.namedOrRead(preprocess));
    ModelInspection inspection = ModelInspection.of(model, description, rules);
    terminal.out().print(json ? inspection.toJson() : inspection.forPeople());
    return inspection.supported() ? ExitCode.DONE.number() : ExitCode.INPUT.number();
  }
}
