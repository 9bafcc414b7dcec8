package org.saccade.cli;

/** How the process ends; schedulers go by these numbers. */
enum ExitCode {
  /** All is well. */
  DONE(0),
  /** Wrong usage: flags, unknown keys. */
  USAGE(1),
  /** The input, the model, the device or the output folder is at fault; nothing was written. */
  INPUT(2),
  /** An error of ours. */
  INTERNAL(3),
  /** Finished, but too many images have a status other than ok. */
  TOO_MANY_FAILED(4);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
