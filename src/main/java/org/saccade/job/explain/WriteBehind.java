package org.saccade.job.explain;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Does what comes after the network, in order: on a thread of its own while the network works on
 * the next batch, as long as this JVM has a processor to spare for that; else at once. At most
 * {@value #BEHIND} batches wait, so that a slow disk slows the network down and does not fill the
 * memory. For one thread.
 */
final class WriteBehind implements AutoCloseable {
  private static final int BEHIND = 2;

  private final NetworkThread network;
  private final ExecutorService helper = NetworkThread.helper("saccade-write-behind");
  private final Deque<Future<Void>> behind = new ArrayDeque<>();

  /** What comes after the network for one batch. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /**
   * @param network the thread that calls this
   */
  WriteBehind(NetworkThread network) {
    this.network = network;
  }

  /**
   * Does a step, now or soon.
   *
   * @throws IOException if this step or one before it failed
   */
  void run(Step step) throws IOException {
    if (network.leavesProcessorToSpare()) {
      await(BEHIND - 1);
      Callable<Void> task =
          () -> {
            step.run();
            return null;
          };
      behind.add(helper.submit(task));
    } else {
      await(0);
      step.run();
    }
  }

  /**
   * Waits for the last step.
   *
   * @throws IOException if a step failed
   */
  void finish() throws IOException {
    await(0);
  }

  /** Forgets the steps that have not begun, and waits for the one that has. */
  @Override
  public void close() {
    behind.forEach(step -> step.cancel(false));
    helper.shutdown();
    try {
      helper.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void await(int left) throws IOException {
    while (behind.size() > left) {
      try {
        behind.remove().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException cause) {
          throw cause;
        }
        throw new IllegalStateException("rows could not be made or written", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for rows to be written", e);
      }
    }
  }
}
