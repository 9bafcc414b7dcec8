package org.saccade.job.explain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkThreadTest {
  private static final int MANY = 100;

  @Test
  void leavesAProcessorWhereThereAreMoreThanThreads() {
    try (NetworkThread one = new NetworkThread(2)) {
      assertThat(one.leavesProcessorToSpare()).isTrue();
      try (NetworkThread another = new NetworkThread(2)) {
        assertThat(one.leavesProcessorToSpare()).isFalse();
        assertThat(another.leavesProcessorToSpare()).isFalse();
      }
      assertThat(one.leavesProcessorToSpare()).isTrue();
    }
  }

  @Test
  void countsNoMoreOnceClosedHoweverOften() {
    for (int i = 0; i < MANY; i++) {
      NetworkThread closed = new NetworkThread(1);
      closed.close();
      closed.close();
    }
    try (NetworkThread alone = new NetworkThread(2);
        NetworkThread another = new NetworkThread(3)) {
      assertThat(alone.leavesProcessorToSpare()).isFalse();
      assertThat(another.leavesProcessorToSpare()).isTrue();
    }
  }
}
