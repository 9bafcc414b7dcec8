package org.saccade.job.explain;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Does what comes after the network, in order: on a thread of its own while the network works on
 * the next batch, as long as this JVM has a processor to spare for that; else at once. One batch at
 * most is behind, so that activations of no more than two are held, and a slow disk slows the
 * network down and does not fill the memory. For one thread.
 */
final class WalkBehind implements AutoCloseable {
  private final NetworkThread network;
  private final ExecutorService helper = NetworkThread.helper("saccade-walk-behind");
  private Optional<Future<Void>> behind = Optional.empty();

  /** What comes after the network for one batch. */
  @FunctionalInterface
  interface Step extends AutoCloseable {
    void run() throws IOException;

    /** Lets go of what the step holds: once, after it was done, has failed or was given up. */
    @Override
    default void close() {}
  }

  /**
   * @param network the thread that calls this
   */
  WalkBehind(NetworkThread network) {
    this.network = network;
  }

  /**
   * Does a step, now or soon, and closes it.
   *
   * @throws IOException if this step or the one before it failed; in the latter case this one is
   *     only closed
   */
  void run(Step step) throws IOException {
    boolean free = false;
    try {
      finish();
      free = true;
    } finally {
      if (!free) {
        step.close();
      }
    }
    if (network.leavesProcessorToSpare()) {
      behind = Optional.of(helper.submit(() -> runAndClose(step)));
    } else {
      runAndClose(step);
    }
  }

  private static Void runAndClose(Step step) throws IOException {
    try (step) {
      step.run();
    }
    return null;
  }

  /**
   * Waits for the last step.
   *
   * @throws IOException if it failed
   */
  void finish() throws IOException {
    Optional<Future<Void>> last = behind;
    behind = Optional.empty();
    if (last.isEmpty()) {
      return;
    }
    try {
      last.get().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error fatal) {
        throw fatal;
      }
      throw new IllegalStateException("rows could not be made or written", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for rows to be written", e);
    }
  }

  /** Waits for the step under way. */
  @Override
  public void close() {
    helper.shutdown();
    try {
      helper.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
