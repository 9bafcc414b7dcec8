package org.saccade.job.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;
import org.saccade.job.Manifest;

/**
 * Keeps two processes from writing one output folder: a file that names its holder and counts up
 * while the holder lives.
 *
 * <p>The lock of a process of this machine that is no more is taken over at once. Of any other
 * holder we cannot know, so that we watch: a holder that lives counts within {@link #SILENCE}, and
 * then we give up; one that does not has been killed, and its lock is taken over. No clocks of two
 * machines are compared.
 */
final class RunLock implements AutoCloseable {
  /** Time between two signs of life. */
  private static final Duration BEAT = Duration.ofSeconds(10);

  /** Without a sign of life for so long a holder counts as dead. */
  private static final Duration SILENCE = Duration.ofSeconds(45);

  /** Of two that write the file at once the last one has it; this long after, both can see who. */
  private static final Duration SETTLING = Duration.ofMillis(250);

  private final FileSystem files;
  private final Path file;
  private final int madeFolders;
  private final ScheduledExecutorService heart;
  private final ScheduledFuture<?> beats;
  private volatile Holder holder;

  /**
   * Who holds a lock.
   *
   * @param token unique for each holder
   * @param machine host, and process namespace where there are such
   * @param started when the process started, because process ids come round again
   * @param beat counts up while the holder lives
   */
  record Holder(String token, String machine, long pid, String started, long beat) {
    static Holder self() {
      ProcessHandle process = ProcessHandle.current();
      return new Holder(
          UUID.randomUUID().toString(), thisMachine(), process.pid(), started(process), 0);
    }

    Holder next() {
      return new Holder(token, machine, pid, started, beat + 1);
    }

    /** Whether the holder is known to be gone: only of processes of this machine one can know. */
    boolean gone() {
      if (!machine.equals(thisMachine())) {
        return false;
      }
      Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
      return process.isEmpty() || !started(process.get()).equals(started);
    }

    private static String started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private static String thisMachine() {
      String host;
      try {
        host = InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        host = "unknown host";
      }
      try {
        // Containers may share a host name, but not the ids of their processes.
        return host
            + " "
            + Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/ns/pid")).getFileName();
      } catch (IOException | UnsupportedOperationException e) {
        return host;
      }
    }
  }

  private RunLock(FileSystem files, Path file, int madeFolders, Holder holder) {
    this.files = files;
    this.file = file;
    this.madeFolders = madeFolders;
    this.holder = holder;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "saccade-lock");
              thread.setDaemon(true);
              return thread;
            });
    this.beats =
        heart.scheduleAtFixedRate(
            this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes a lock, waiting for at most {@link #SILENCE} to see whether another holder lives.
   *
   * @param madeFolders how many folders on its path, from the innermost, were made for it and may
   *     go with it when nothing else came
   * @throws UserException if another process holds it
   */
  static RunLock take(FileSystem files, Path file, int madeFolders) throws IOException {
    Holder self = Holder.self();
    while (true) {
      if (created(files, file, self)) {
        sleep(SETTLING);
        if (read(files, file).filter(self::equals).isPresent()) {
          return new RunLock(files, file, madeFolders, self);
        }
      }
      Optional<Holder> other = read(files, file);
      if (other.isPresent() && !other.get().gone()) {
        requireSilence(files, file, other.get());
      }
      if (read(files, file).equals(other)) {
        files.delete(file, false);
      }
    }
  }

  private static void requireSilence(FileSystem files, Path file, Holder other) throws IOException {
    Instant end = Instant.now().plus(SILENCE);
    while (Instant.now().isBefore(end)) {
      Optional<Holder> now = read(files, file);
      if (now.isEmpty()) {
        return;
      }
      boolean here = now.get().machine().equals(Holder.thisMachine());
      if (here || !now.get().equals(other)) {
        throw new UserException(
            ("another run writes %s (process %d on %s): wait until it has ended,"
                    + " or write to another folder")
                .formatted(file.getParent(), other.pid(), other.machine()));
      }
      sleep(Duration.ofSeconds(1));
    }
  }

  /**
   * Checks that nobody took the lock away, which happens to a process that was suspended.
   *
   * @throws UserException if somebody did
   */
  void requireHeld() {
    if (!held()) {
      throw new UserException(
          "another run took over %s while this one was suspended: this one ends here"
              .formatted(file.getParent()));
    }
  }

  /** Whether the lock is still ours. */
  boolean held() {
    return !heart.isShutdown();
  }

  private void beat() {
    try {
      Optional<Holder> now = read(files, file);
      if (now.isEmpty() || !now.get().token().equals(holder.token())) {
        heart.shutdown();
        return;
      }
      holder = holder.next();
      write(files, file, holder, true);
    } catch (IOException e) {
      // The next beat may get through; if none does, others see us as dead and say so.
    }
  }

  /** Releases the lock, and the folders if nothing came of it. */
  @Override
  public void close() {
    beats.cancel(false);
    heart.shutdown();
    try {
      heart.awaitTermination(BEAT.toSeconds(), TimeUnit.SECONDS);
      if (read(files, file).filter(now -> now.token().equals(holder.token())).isPresent()) {
        files.delete(file, false);
        Path folder = file.getParent();
        for (int i = 0; i < madeFolders && files.listStatus(folder).length == 0; i++) {
          files.delete(folder, false);
          folder = folder.getParent();
        }
      }
    } catch (IOException e) {
      // Left behind, the lock is taken over as that of a dead process.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean created(FileSystem files, Path file, Holder self) throws IOException {
    try {
      write(files, file, self, false);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void write(FileSystem files, Path file, Holder holder, boolean overwrite)
      throws IOException {
    try (OutputStream out = files.create(file, overwrite)) {
      out.write(Manifest.JSON.writeValueAsString(holder).getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Optional<Holder> read(FileSystem files, Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return Optional.of(Manifest.JSON.readValue(in.readAllBytes(), Holder.class));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      // Half written: by somebody who does so right now, or was killed while doing so.
      return Optional.of(new Holder("", "unknown host", 0, "", 0));
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a lock", e);
    }
  }
}
