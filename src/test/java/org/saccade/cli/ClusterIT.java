package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

/** Runs on a real cluster of two workers, while its processes are killed. */
class ClusterIT {
  /** Starts a second attempt at a task as soon as it lags behind the others. */
  private static final String IMPATIENT =
      " --conf spark.speculation.interval=50ms --conf spark.speculation.quantile=0.1"
          + " --conf spark.speculation.multiplier=1.1 --conf spark.speculation.minTaskRuntime=500ms";

  /** How long a run may take after the worst has happened to it, in minutes. */
  private static final int PATIENCE = 15;

  private static Cluster cluster;

  @TempDir Path temp;

  @BeforeAll
  static void startCluster(@TempDir Path folder) throws Exception {
    cluster = Cluster.start(folder);
  }

  @AfterAll
  static void stopCluster() throws IOException {
    cluster.close();
  }

  /** Executors of the test before this one end a moment after its job. */
  @BeforeEach
  void awaitIdleCluster() {
    Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> cluster.executors().isEmpty());
  }

  @Test
  void anExecutorThatIsKilledAtWorkCostsNoImage() throws Exception {
    Job.layOut(temp, 60);
    List<String> expected = reference();
    Process job = start("out");
    Moment.await(job, () -> !output("out").files().isEmpty());
    assertThat(cluster.executors().stream().findFirst().map(ProcessHandle::destroyForcibly))
        .as("an executor at work was killed")
        .contains(true);

    assertThat(job.waitFor()).as(log()).isZero();
    assertThat(output("out").rows()).isEqualTo(expected);
    assertThat(temp.resolve("out/_temporary")).doesNotExist();
  }

  @Test
  void anAttemptThatIsMadeTwiceGivesItsRowsOnce() throws Exception {
    layOut(1600);
    Path slow = Files.createFile(temp.resolve("images/slow.png"));
    List<String> expected = reference();
    // As long as nobody opens its other end, whoever reads this waits, the second attempt like the
    // first; then it is as empty as the file was.
    Files.delete(slow);
    Pictures.pipe(slow);
    Process job = start("out", "--image-timeout 600", IMPATIENT);
    Moment.await(job, () -> isAnyWrittenTwice("out"));
    assertThat(job.isAlive()).as("a task was attempted twice\n" + log()).isTrue();
    Files.newOutputStream(slow).close();

    assertThat(job.waitFor()).as(log()).isZero();
    assertThat(output("out").rows()).isEqualTo(expected);
    assertThat(temp.resolve("out/_temporary")).doesNotExist();
  }

  /**
   * Random faults at random moments, one run after the other on the same cluster, over pictures of
   * which one is broken and one makes its reader hang. {@code -Dchaos.runs} says how many, {@code
   * -Dchaos.seed} with which the first begins.
   */
  @Test
  @Tag("soak")
  void whateverHappensEveryImageHasOneRow() throws Exception {
    layOut(3000);
    Files.writeString(temp.resolve("images/broken.png"), "no picture");
    Pictures.pipe(temp.resolve("images/hangs.png"));
    List<String> expected = reference();
    assertThat(expected).hasSize(3002);
    long firstSeed = Long.getLong("chaos.seed", System.nanoTime());
    for (int run = 0; run < Integer.getInteger("chaos.runs", 30); run++) {
      long seed = firstSeed + run;
      long start = System.nanoTime();
      // Generators with neighbouring seeds begin alike.
      String end = survive("out" + run, new Random(Long.reverseBytes(seed * 0x9E3779B97F4A7C15L)));
      System.out.printf(
          "chaos run %d, seed %d: %s, after %.0f s%n",
          run, seed, end, (System.nanoTime() - start) / 1e9);
      Explained out = output("out" + run);
      assertThat(out.rows()).as("seed %d", seed).isEqualTo(expected);
      assertThat(temp.resolve("out" + run + "/_temporary")).doesNotExist();
      assertThat(temp.resolve("out" + run + "/_lock")).doesNotExist();
    }
  }

  /** Runs the same command until it ends by itself, with the exit code that it should have. */
  private String survive(String output, Random random) throws Exception {
    List<String> events = new ArrayList<>();
    boolean strict = random.nextBoolean();
    int left = 1 + random.nextInt(3);
    Set<Integer> spoilt = new TreeSet<>();
    while (true) {
      Process job =
          start(
              output,
              "--image-timeout 5 --max-failed-share " + (strict ? "0" : "0.05"),
              random.nextBoolean() ? IMPATIENT : "");
      while (left > 0 && isStillRunningAtTheMoment(job, output, random)) {
        left--;
        int files = output(output).files().size();
        events.add(harm(job, random, spoilt) + " (%d files written)".formatted(files));
      }
      if (!job.waitFor(PATIENCE, TimeUnit.MINUTES)) {
        job.destroyForcibly().waitFor();
        throw new AssertionError("does not end after " + events + "\n" + log());
      }
      repair();
      int exitCode = job.exitValue();
      if (exitCode != 128 + 9) {
        assertThat(exitCode).as(events + "\n" + log()).isEqualTo(strict ? 4 : 0);
        events.add("exit code " + exitCode);
        return String.join(", ", events);
      }
    }
  }

  /** Waits for a moment to do harm: mostly when tasks are at work, else at any time. */
  private boolean isStillRunningAtTheMoment(Process job, String output, Random random)
      throws Exception {
    boolean atWork = random.nextInt(4) > 0;
    if (atWork) {
      Moment.await(job, () -> !output(output).begun().isEmpty());
    }
    return !job.waitFor(random.nextInt(atWork ? 4_000 : 15_000), TimeUnit.MILLISECONDS);
  }

  /**
   * @param spoilt workers that do not work any more; one always does
   */
  private String harm(Process job, Random random, Set<Integer> spoilt) throws Exception {
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
      case 4 -> spoil(worker, spoilt);
      case 5 -> {
        spoil(worker, spoilt);
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

  private void spoil(int worker, Set<Integer> spoilt) throws IOException, InterruptedException {
    int other = 3 - worker;
    if (spoilt.remove(other)) {
      cluster.kill(other);
      cluster.restart(other);
    }
    cluster.kill(worker);
    spoilt.add(worker);
  }

  /** Both workers as at first. */
  private void repair() throws IOException, InterruptedException {
    for (int worker = 1; worker <= 2; worker++) {
      cluster.kill(worker);
      cluster.restart(worker);
    }
  }

  /** What an undisturbed run on one machine gives, in the JVM of the tests. */
  private List<String> reference() {
    LocalSpark.session();
    Run run = Run.of((explain("reference") + " --image-timeout 5").split(" "));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return output("reference").rows();
  }

  private Process start(String output) throws IOException {
    return start(output, "", "");
  }

  private Process start(String output, String options, String spark) throws IOException {
    return new Job(temp, Map.of())
        .start(
            explain(output) + " " + options + " -- " + cluster.options() + spark,
            temp.resolve("stdout"),
            temp.resolve("stderr"));
  }

  private String explain(String output) {
    return ("explain --model %1$s/model.onnx --images %1$s/images --output %1$s/%2$s"
            + " --batch-size 2 --device cpu")
        .formatted(temp, output);
  }

  /** A model and so many pictures that are read in no time. */
  private void layOut(int pictures) throws IOException {
    Job.layOut(temp, 0);
    for (int i = 0; i < pictures; i++) {
      Pictures.write(
          temp.resolve("images/%05d.png".formatted(i)), Pictures.picture(12 + i % 9, 16, i));
    }
  }

  private Explained output(String name) {
    return new Explained(temp.resolve(name));
  }

  private boolean isAnyWrittenTwice(String output) {
    List<String> chunks =
        output(output).begun().stream().map(name -> name.substring(0, name.indexOf('.'))).toList();
    return chunks.size() > Set.copyOf(chunks).size();
  }

  private String log() throws IOException {
    return Files.readString(temp.resolve("stderr"));
  }
}
