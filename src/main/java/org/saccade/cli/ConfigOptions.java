package org.saccade.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where options come from, for every command that has many. */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with options by name; the command line wins over it.")
  Path config;

  @Option(
      names = "--print-config",
      description = "Print every option's value and where it came from, and do nothing else.")
  boolean print;
}
