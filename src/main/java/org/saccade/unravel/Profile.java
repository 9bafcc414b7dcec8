package org.saccade.unravel;

import java.util.Locale;
import org.saccade.UserException;

/** Which set of rules a walk follows. */
public enum Profile {
  /** One uniform set of rules for every network; every fixation carries a weight. */
  DEFAULT,
  /**
   * The rules of the authors' code, step by step; points are sets and all weights are 1. It expects
   * a network imported without folding batch normalization, as the authors read raw weights.
   */
  REFERENCE;

  /**
   * Profile of a name as written on the command line.
   *
   * @throws UserException if there is no such profile
   */
  public static Profile parse(String name) {
    return switch (name) {
      case "default" -> DEFAULT;
      case "reference" -> REFERENCE;
      default ->
          throw new UserException(
              "there is no profile '%s'; choose 'default' or 'reference'".formatted(name));
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
