package org.saccade.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** Waits for a moment in the run of a process of its own, which gives no signal when it comes. */
final class Moment {
  private static final Duration PATIENCE = Duration.ofMinutes(15);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private Moment() {}

  /**
   * Waits until the moment has come or the process has ended, whichever is first.
   *
   * @throws org.awaitility.core.ConditionTimeoutException if neither happens in a quarter of an
   *     hour
   */
  static void await(Process job, Callable<Boolean> moment) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(LOOK_AGAIN)
        .until(() -> moment.call() || !job.isAlive());
  }
}
