package org.saccade.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.saccade.Secrets;
import org.saccade.UserException;
import org.saccade.job.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all commands share: options may come from files, {@code --print-config} shows them, and a
 * wrong value is a {@link ParameterException} that names its option.
 */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = Saccade.Version.class,
    sortOptions = false)
abstract class JobCommand implements Callable<Integer> {
  /** Ends the description of an option that has a default. */
  static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  private final Terminal terminal;

  JobCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Does the work; the options are set. */
  abstract ExitCode run() throws Exception;

  @Override
  public final Integer call() throws Exception {
    if (config.print) {
      Settings.describe(spec.commandLine()).forEach(terminal.out()::println);
      return ExitCode.DONE.number();
    }
    refuseSecrets();
    ExitCode code = run();
    terminal.out().flush();
    return code.number();
  }

  /** What options say ends up in manifests, tables and logs. */
  private void refuseSecrets() {
    for (OptionSpec option : spec.options()) {
      refuseIf(
          option.getValue() instanceof String text && Secrets.in(text),
          option.longestName()
              + " has a key or password in it: give those to Hadoop, e.g. in core-site.xml, a"
              + " credential store or spark.hadoop.fs.s3a.* settings");
    }
  }

  final Terminal terminal() {
    return terminal;
  }

  /** The value of an option that has to be there. */
  final String given(String option, String value) {
    refuseIf(value == null || value.isBlank(), option + " is missing");
    return value;
  }

  /** What an option's text means. */
  final <T> T parsed(String option, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (UserException e) {
      throw new ParameterException(
          spec.commandLine(), "%s: %s".formatted(option, e.getMessage()), e);
    }
  }

  /** The constant of an enumeration that an option's text names, in small letters. */
  final <E extends Enum<E>> E choice(String option, String text, Class<E> choices) {
    try {
      return Enum.valueOf(choices, text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      String names =
          String.join(
              " or ",
              Arrays.stream(choices.getEnumConstants())
                  .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                  .toList());
      throw new ParameterException(
          spec.commandLine(), "%s is %s, not '%s'".formatted(option, names, text), e);
    }
  }

  /** Stops before any work when the options are wrong in a way that the message says. */
  final void refuseIf(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
