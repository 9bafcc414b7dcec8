package org.saccade.job.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;

class RunLockTest {
  @TempDir Path temp;

  @Test
  void onlyOneHasIt() {
    try (RunLock lock = folder().lock()) {
      lock.requireHeld();
      assertThatThrownBy(() -> folder().lock())
          .isInstanceOf(UserException.class)
          .hasMessageContaining("another run writes")
          .hasMessageContaining("process " + ProcessHandle.current().pid());
    }
    try (RunLock next = folder().lock()) {
      next.requireHeld();
    }
  }

  @Test
  void aFolderThatWasMadeForItGoesWithIt() {
    folder().lock().close();

    assertThat(temp.resolve("output")).doesNotExist();
  }

  @Test
  void theLockOfAProcessThatIsNoMoreIsTakenOverAtOnce() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    leftBy(dead.pid());

    try (RunLock lock = folder().lock()) {
      lock.requireHeld();
    }
  }

  @Test
  void aProcessThatOnlyHasTheNumberOfTheDeadOneDoesNotHoldIt() throws IOException {
    leftBy(ProcessHandle.current().pid());

    try (RunLock lock = folder().lock()) {
      lock.requireHeld();
    }
  }

  /** Leaves a lock as a process of this machine does that was killed. */
  private void leftBy(long pid) throws IOException {
    Path file = temp.resolve("output/_lock");
    String mine;
    try (RunLock lock = folder().lock()) {
      lock.requireHeld();
      mine = Files.readString(file);
    }
    Files.createDirectories(temp.resolve("output"));
    Files.writeString(
        file,
        mine.replaceAll("\"pid\" : \\d+", "\"pid\" : " + pid)
            .replaceAll("\"started\" : \"[^\"]*\"", "\"started\" : \"2001-01-01T00:00:00Z\""));
  }

  private RunFolder folder() {
    return new RunFolder(temp.resolve("output").toString(), new Configuration());
  }
}
