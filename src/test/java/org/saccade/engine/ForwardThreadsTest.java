package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ForwardThreadsTest {
  @Test
  void callersThatComeOneAfterTheOtherShareAThread() throws InterruptedException {
    Set<Thread> used = ConcurrentHashMap.newKeySet();
    for (int caller = 0; caller < 20; caller++) {
      Thread task = new Thread(() -> used.add(ForwardThreads.call(Thread::currentThread)));
      task.start();
      task.join();
    }
    assertThat(used).hasSize(1);
  }

  @Test
  void passesAtTheSameTimeHaveAThreadEach() {
    Thread outer = ForwardThreads.call(Thread::currentThread);
    Thread inner =
        ForwardThreads.call(
            () -> {
              assertThat(Thread.currentThread()).isSameAs(outer);
              return ForwardThreads.call(Thread::currentThread);
            });
    assertThat(inner).isNotSameAs(outer);
  }

  @Test
  void aFaultReachesTheCallerAsItIs() {
    IllegalStateException fault = new IllegalStateException("no memory");
    Supplier<Object> failing =
        () -> {
          throw fault;
        };
    assertThatThrownBy(() -> ForwardThreads.call(failing)).isSameAs(fault);
  }

  @Test
  void anErrorReachesTheCallerAsItIs() {
    OutOfMemoryError error = new OutOfMemoryError("none at all");
    Supplier<Object> failing =
        () -> {
          throw error;
        };
    assertThatThrownBy(() -> ForwardThreads.call(failing)).isSameAs(error);
  }

  @Test
  void anInterruptedCallerWaitsAndStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThat(ForwardThreads.call(() -> 7)).isEqualTo(7);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void processorTimeIsThatOfThePasses() {
    long before = ForwardThreads.processorTime().toNanos();
    long spun =
        ForwardThreads.call(
            () -> {
              long sum = 0;
              for (int i = 0; i < 50_000_000; i++) {
                sum += i ^ (i << 1);
              }
              return sum;
            });
    assertThat(spun).isNotZero();
    assertThat(ForwardThreads.processorTime().toNanos()).isGreaterThan(before);
  }
}
