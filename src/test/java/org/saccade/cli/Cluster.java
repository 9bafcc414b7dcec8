package org.saccade.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cluster of {@code src/test/cluster}: a master and two workers, each a process. */
final class Cluster implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/test/cluster/cluster").toAbsolutePath();

  private final Path folder;
  private final String url;

  private Cluster(Path folder, String url) {
    this.folder = folder;
    this.url = url;
  }

  static Cluster start(Path folder) throws IOException, InterruptedException {
    script("start", folder.toString());
    return new Cluster(folder, Files.readString(folder.resolve("url")).strip());
  }

  /** What follows {@code --} in a job's command line. */
  String options() {
    return "--master "
        + url
        + " --conf spark.driver.host=127.0.0.1 --conf spark.executor.memory=900m"
        + " --conf spark.network.timeout=15s --conf spark.network.timeoutInterval=5s --conf spark.executor.heartbeatInterval=2s"
        + " --conf spark.speculation=true --driver-memory 512m";
  }

  /** Starts a worker that was killed. */
  void restart(int number) throws IOException, InterruptedException {
    script("worker", folder.toString(), Integer.toString(number));
  }

  /** Starts a worker whose files do not grow beyond a size, as on a disk that is full. */
  void restartOnFullDisk(int number) throws IOException, InterruptedException {
    script("worker", folder.toString(), Integer.toString(number), "300");
  }

  private Optional<ProcessHandle> worker(int number) throws IOException {
    long pid = Long.parseLong(Files.readString(folder.resolve("worker" + number + ".pid")).strip());
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
  }

  /** Processes that run tasks right now. */
  List<ProcessHandle> executors() throws IOException {
    List<ProcessHandle> executors = new ArrayList<>();
    for (int number = 1; number <= 2; number++) {
      worker(number).ifPresent(worker -> worker.children().forEach(executors::add));
    }
    return executors;
  }

  /** Kills a worker and what it started. */
  void kill(int number) throws IOException {
    worker(number)
        .ifPresent(
            worker -> {
              List<ProcessHandle> children = worker.children().toList();
              worker.destroyForcibly();
              children.forEach(ProcessHandle::destroyForcibly);
            });
  }

  static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      script("stop", folder.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void script(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("failed: " + command);
    }
  }
}
