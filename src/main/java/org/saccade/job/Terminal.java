package org.saccade.job;

import java.io.PrintStream;

/**
 * Where a command talks to people.
 *
 * @param out for results
 * @param err for progress and warnings
 * @param interactive whether {@code err} is a screen, on which a line may be overwritten
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive) {

  /** Set by the scripts that start us, because only a shell can ask which stream is a screen. */
  private static final String INTERACTIVE = "SACCADE_INTERACTIVE";

  /** This process's own streams. */
  public static Terminal ofProcess() {
    return new Terminal(System.out, System.err, System.getenv(INTERACTIVE) != null);
  }
}
