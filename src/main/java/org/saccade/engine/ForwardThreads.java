package org.saccade.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The threads of this JVM that forward passes run on, as many as there ever were at once. Memory
 * that a forward pass leaves stays with its thread, which would be held several times if passes ran
 * on whatever thread asks: those of tasks come and go, and are more than tasks at a time.
 */
final class ForwardThreads {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final Deque<ExecutorService> IDLE = new ConcurrentLinkedDeque<>();
  private static final LongAdder PROCESSOR_NANOS = new LongAdder();

  private ForwardThreads() {}

  /**
   * Runs a forward pass on one of them and waits for it, also when interrupted: memory must not be
   * freed under a pass that is under way.
   */
  static <T> T call(Supplier<T> forwardPass) {
    ExecutorService idle = IDLE.pollFirst();
    ExecutorService thread = idle == null ? start() : idle;
    try {
      return CompletableFuture.supplyAsync(() -> measured(forwardPass), thread).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    } finally {
      IDLE.addFirst(thread);
    }
  }

  private static ExecutorService start() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "forward-" + STARTED.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private static <T> T measured(Supplier<T> forwardPass) {
    long start = THREADS.getCurrentThreadCpuTime();
    try {
      return forwardPass.get();
    } finally {
      PROCESSOR_NANOS.add(THREADS.getCurrentThreadCpuTime() - start);
    }
  }

  /** Processor time of all forward passes so far. */
  static Duration processorTime() {
    return Duration.ofNanos(PROCESSOR_NANOS.sum());
  }
}
