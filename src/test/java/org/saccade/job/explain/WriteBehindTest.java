package org.saccade.job.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteBehindTest {
  private static final int STEPS = 50;
  private static final int CROWDED = 1;
  private static final int SPARE = 100;

  private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());

  @ParameterizedTest
  @ValueSource(ints = {CROWDED, SPARE})
  void everyStepIsDoneOnceAndInOrder(int processors) throws IOException {
    try (NetworkThread network = new NetworkThread(processors);
        WriteBehind writing = new WriteBehind(network)) {
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
        WriteBehind writing = new WriteBehind(network)) {
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
        WriteBehind writing = new WriteBehind(network)) {
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
        WriteBehind writing = new WriteBehind(network)) {
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
  void closingWaitsForTheStepUnderWayAndForgetsTheRest() throws IOException {
    CountDownLatch begun = new CountDownLatch(1);
    try (NetworkThread network = new NetworkThread(SPARE)) {
      WriteBehind writing = new WriteBehind(network);
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

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
