package org.saccade.job.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WalkBehindTest {
  private static final int STEPS = 50;
  private static final int CROWDED = 1;
  private static final int SPARE = 100;

  private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());

  @ParameterizedTest
  @ValueSource(ints = {CROWDED, SPARE})
  void everyStepIsDoneOnceAndInOrder(int processors) throws IOException {
    try (NetworkThread network = new NetworkThread(processors);
        WalkBehind writing = new WalkBehind(network)) {
      for (int i = 0; i < STEPS; i++) {
        int step = i;
        writing.run(() -> done.add(step));
      }
      writing.finish();
      assertThat(done).isEqualTo(IntStream.range(0, STEPS).boxed().toList());
    }
  }

  @Test
  void stepsKeepTheirOrderWhenTheProcessorToSpareIsTakenAway() throws IOException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch gate = new CountDownLatch(1);
    try (NetworkThread network = new NetworkThread(2);
        WalkBehind writing = new WalkBehind(network)) {
      writing.run(
          () -> {
            awaitUninterrupted(gate);
            threads.add(Thread.currentThread());
            done.add(0);
          });
      try (NetworkThread other = new NetworkThread(2)) {
        assertThat(other.leavesProcessorToSpare()).isFalse();
        gate.countDown();
        writing.run(
            () -> {
              threads.add(Thread.currentThread());
              done.add(1);
            });
        assertThat(done).containsExactly(0, 1);
        assertThat(threads).hasSize(2).contains(Thread.currentThread());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {CROWDED, SPARE})
  void aStepThatFailsIsTold(int processors) {
    try (NetworkThread network = new NetworkThread(processors);
        WalkBehind writing = new WalkBehind(network)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                writing.run(
                    () -> {
                      throw new IOException("disk full");
                    });
                writing.finish();
              })
          .withMessage("disk full");
    }
  }

  @Test
  void whatFailsOtherwiseIsTheCause() {
    IllegalArgumentException bug = new IllegalArgumentException("bug");
    try (NetworkThread network = new NetworkThread(SPARE);
        WalkBehind writing = new WalkBehind(network)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () -> {
                writing.run(
                    () -> {
                      throw bug;
                    });
                writing.finish();
              })
          .withCause(bug);
    }
  }

  @Test
  void whatSparkHasToKnowOfStaysAsItIs() {
    OutOfMemoryError full = new OutOfMemoryError("heap");
    try (NetworkThread network = new NetworkThread(SPARE);
        WalkBehind writing = new WalkBehind(network)) {
      assertThatThrownBy(
              () -> {
                writing.run(
                    () -> {
                      throw full;
                    });
                writing.finish();
              })
          .isSameAs(full);
    }
  }

  @Test
  void closingWaitsForTheStepUnderWay() throws IOException {
    CountDownLatch begun = new CountDownLatch(1);
    try (NetworkThread network = new NetworkThread(SPARE)) {
      WalkBehind writing = new WalkBehind(network);
      writing.run(
          () -> {
            begun.countDown();
            done.add(0);
          });
      awaitUninterrupted(begun);
      writing.close();
      assertThat(done).containsExactly(0);
    }
  }

  @Test
  void noMoreThanOneStepIsBehind() throws IOException {
    CountDownLatch secondIsMade = new CountDownLatch(1);
    AtomicInteger held = new AtomicInteger();
    List<Integer> heldAtOnce = new ArrayList<>();
    try (NetworkThread network = new NetworkThread(SPARE);
        WalkBehind writing = new WalkBehind(network)) {
      for (int i = 0; i < STEPS; i++) {
        heldAtOnce.add(held.incrementAndGet());
        if (i == 1) {
          secondIsMade.countDown();
        }
        writing.run(
            new WalkBehind.Step() {
              @Override
              public void run() {
                awaitUninterrupted(secondIsMade);
                // Steps that were not waited for would come to be many.
                LockSupport.parkNanos(2_000_000);
              }

              @Override
              public void close() {
                held.decrementAndGet();
              }
            });
      }
      writing.finish();
    }
    assertThat(held).hasValue(0);
    assertThat(heldAtOnce).startsWith(1, 2).allMatch(count -> count <= 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {CROWDED, SPARE})
  void stepsAreClosedOnceWhetherDoneFailedOrGivenUp(int processors) {
    List<String> closed = Collections.synchronizedList(new ArrayList<>());
    try (NetworkThread network = new NetworkThread(processors);
        WalkBehind writing = new WalkBehind(network)) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                writing.run(closing("done", false, closed));
                writing.run(closing("failed", true, closed));
                writing.run(closing("given up", false, closed));
              });
    }
    assertThat(closed)
        .isEqualTo(
            processors == SPARE
                ? List.of("done", "failed", "given up")
                : List.of("done", "failed"));
  }

  private static WalkBehind.Step closing(String name, boolean fails, List<String> closed) {
    return new WalkBehind.Step() {
      @Override
      public void run() throws IOException {
        if (fails) {
          throw new IOException("disk full");
        }
      }

      @Override
      public void close() {
        closed.add(name);
      }
    };
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
