package org.saccade.job.explain;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread of this JVM that keeps a network running, for as long as this is open: it asks for one
 * forward pass after the other. What can be done beside that, decoding as well as walks and rows,
 * belongs on another thread only while a processor is left for it: threads that take turns on one
 * only cost.
 */
final class NetworkThread implements AutoCloseable {
  private static final AtomicInteger OPEN = new AtomicInteger();

  private final int processors;
  private final AtomicBoolean open = new AtomicBoolean(true);

  /**
   * @param processors that all network threads of this JVM share
   */
  NetworkThread(int processors) {
    this.processors = processors;
    OPEN.incrementAndGet();
  }

  /** Whether some processor has no network to run; changes as other threads come and go. */
  boolean leavesProcessorToSpare() {
    return OPEN.get() < processors;
  }

  /** A thread that does one thing after the other, started when the first comes. */
  static ExecutorService helper(String name) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread made = new Thread(task, name);
          made.setDaemon(true);
          // Plug-ins of the image library are found through the context class loader.
          made.setContextClassLoader(NetworkThread.class.getClassLoader());
          return made;
        });
  }

  @Override
  public void close() {
    if (open.getAndSet(false)) {
      OPEN.decrementAndGet();
    }
  }
}
