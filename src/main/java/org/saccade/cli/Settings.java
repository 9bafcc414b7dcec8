package org.saccade.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import org.saccade.UserException;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Options from files: a key is an option's name without the dashes. What the command line says wins
 * over {@code --config FILE}, that over {@code conf/COMMAND.properties} of the installation, and
 * that over the built-in default.
 */
final class Settings implements IDefaultValueProvider {
  private static final List<String> NOT_IN_FILES =
      List.of("config", "print-config", "help", "version");

  /** A value and the file it came from. */
  private record Setting(String value, Path file) {}

  private final Map<String, Setting> settings;

  private Settings(Map<String, Setting> settings) {
    this.settings = settings;
  }

  /**
   * Reads the files that concern the command named by the arguments and makes their values its
   * defaults.
   *
   * @throws UserException if a file cannot be read
   * @throws ParameterException if a file has a key that is no option of the command
   */
  static void applyTo(CommandLine program, String... args) {
    if (args.length == 0 || !program.getSubcommands().containsKey(args[0])) {
      return;
    }
    CommandLine command = program.getSubcommands().get(args[0]);
    if (command.getCommandSpec().findOption("--config") == null) {
      return;
    }
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (Path file : files(args)) {
      Properties properties = read(file);
      for (String key : new TreeSet<>(properties.stringPropertyNames())) {
        if (NOT_IN_FILES.contains(key) || command.getCommandSpec().findOption("--" + key) == null) {
          throw new ParameterException(
              command,
              "%s: unknown key '%s'; a key is an option of saccade %s without the dashes"
                  .formatted(file, key, args[0]));
        }
        settings.putIfAbsent(key, new Setting(properties.getProperty(key).strip(), file));
      }
    }
    command.setDefaultValueProvider(new Settings(settings));
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option
        ? setting(option).map(Setting::value).orElse(null)
        : null;
  }

  /** The resolved value of every option of a command, and where it came from. */
  static List<String> describe(CommandLine command) {
    List<String> lines = new ArrayList<>();
    for (OptionSpec option : command.getCommandSpec().options()) {
      String key = key(option);
      if (NOT_IN_FILES.contains(key)) {
        continue;
      }
      String origin = "default";
      if (command.getParseResult().hasMatchedOption(option)) {
        origin = "command line";
      } else if (command.getDefaultValueProvider() instanceof Settings settings) {
        origin = settings.setting(option).map(s -> s.file().toString()).orElse("default");
      }
      Object value = option.getValue();
      lines.add("%s = %s  # %s".formatted(key, value == null ? "" : value, origin));
    }
    return lines;
  }

  private Optional<Setting> setting(OptionSpec option) {
    return Optional.ofNullable(settings.get(key(option)));
  }

  private static String key(OptionSpec option) {
    return option.longestName().substring("--".length());
  }

  /** The files in the order in which they win. */
  private static List<Path> files(String... args) {
    List<Path> files = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      if (args[i].equals("--config") && i + 1 < args.length) {
        files.add(Path.of(args[i + 1]));
      } else if (args[i].startsWith("--config=")) {
        files.add(Path.of(args[i].substring("--config=".length())));
      }
    }
    String home = System.getenv("SACCADE_HOME");
    if (home != null) {
      Path shipped = Path.of(home, "conf", args[0] + ".properties");
      if (Files.exists(shipped)) {
        files.add(shipped);
      }
    }
    return files;
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "the settings %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
    return properties;
  }
}
