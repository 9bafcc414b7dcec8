package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a real cluster of two workers, while its processes are killed. */
class ClusterIT {
  private static final String COMMAND =
      "explain --model model.onnx --images images --batch-size 2 --device cpu --output ";

  /** How long after its start the worst may still happen to a run, in milliseconds. */
  private static final int DANGER = 25_000;

  @TempDir Path temp;
  private Cluster cluster;

  @BeforeEach
  void startCluster() throws Exception {
    cluster = Cluster.start(temp.resolve("cluster"));
  }

  @AfterEach
  void stopCluster() throws IOException {
    cluster.close();
  }

  @Test
  void anExecutorThatIsKilledAtWorkCostsNoImage() throws Exception {
    Job.layOut(temp, 60);
    List<String> expected = reference();
    Process job = start("out");
    while (new Explained(temp.resolve("out")).files().isEmpty() && job.isAlive()) {
      Thread.sleep(20);
    }
    assertThat(cluster.executors().stream().findFirst().map(ProcessHandle::destroyForcibly))
        .as("an executor at work was killed")
        .contains(true);

    assertThat(job.waitFor()).as(log()).isZero();
    assertThat(new Explained(temp.resolve("out")).rows()).isEqualTo(expected);
    assertThat(temp.resolve("out/_temporary")).doesNotExist();
  }

  /**
   * Random faults at random moments, one run after the other on the same cluster. {@code
   * -Dchaos.runs} says how many, {@code -Dchaos.seed} with which the first begins.
   */
  @Test
  @Tag("soak")
  void whateverHappensEveryImageHasOneRow() throws Exception {
    Job.layOut(temp, 400);
    List<String> expected = reference();
    long firstSeed = Long.getLong("chaos.seed", System.nanoTime());
    for (int run = 0; run < Integer.getInteger("chaos.runs", 30); run++) {
      long seed = firstSeed + run;
      String faults = survive("out" + run, new Random(seed));
      System.out.printf("chaos run %d, seed %d: %s%n", run, seed, faults);
      Explained out = new Explained(temp.resolve("out" + run));
      assertThat(out.rows()).as("seed %d", seed).isEqualTo(expected);
      assertThat(temp.resolve("out" + run + "/_temporary")).doesNotExist();
      assertThat(temp.resolve("out" + run + "/_lock")).doesNotExist();
    }
  }

  /** Runs the same command until it ends by itself, and that has to be well. */
  private String survive(String output, Random random) throws Exception {
    List<String> faults = new ArrayList<>();
    int left = 1 + random.nextInt(3);
    while (true) {
      Process job = start(output);
      while (left > 0 && !job.waitFor(random.nextInt(DANGER), TimeUnit.MILLISECONDS)) {
        left--;
        faults.add(harm(job, random));
      }
      int exitCode = job.waitFor();
      repair();
      if (exitCode != 128 + 9) {
        assertThat(exitCode).as(faults + "\n" + log()).isZero();
        return String.join(", ", faults);
      }
    }
  }

  private String harm(Process job, Random random) throws Exception {
    int fault = random.nextInt(7);
    List<ProcessHandle> executors = cluster.executors();
    if (fault < 4 && executors.isEmpty()) {
      return "no executor to harm";
    }
    ProcessHandle victim =
        executors.isEmpty() ? job.toHandle() : executors.get(random.nextInt(executors.size()));
    int worker = 1 + random.nextInt(2);
    switch (fault) {
      case 0, 1 -> victim.destroyForcibly();
      case 2 -> Cluster.signal("SEGV", victim);
      case 3 -> Cluster.signal("STOP", victim);
      case 4 -> cluster.kill(worker);
      case 5 -> {
        cluster.kill(worker);
        cluster.restartOnFullDisk(worker);
      }
      default -> job.destroyForcibly();
    }
    return List.of(
            "executor killed",
            "executor killed",
            "native crash",
            "executor never answers again",
            "worker %d never comes back".formatted(worker),
            "disk of worker %d full".formatted(worker),
            "driver killed")
        .get(fault);
  }

  /** Both workers as at first. */
  private void repair() throws IOException, InterruptedException {
    for (int worker = 1; worker <= 2; worker++) {
      cluster.kill(worker);
      cluster.restart(worker);
    }
  }

  /** What an undisturbed run on one machine gives. */
  private List<String> reference() throws Exception {
    Run run = new Job(temp, Map.of()).run(COMMAND + "reference -- --master local[2]");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return new Explained(temp.resolve("reference")).rows();
  }

  private Process start(String output) throws IOException {
    return new Job(temp, Map.of())
        .start(
            COMMAND + output + " -- " + cluster.options(),
            temp.resolve("stdout"),
            temp.resolve("stderr"));
  }

  private String log() throws IOException {
    return Files.readString(temp.resolve("stderr"));
  }
}
