package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the whole program at random moments and starts it again. */
class ResumeIT {
  private static final String OPTIONS = " --batch-size 16 --device cpu";
  private static final String SPARK = " -- --master local[2] --driver-memory 500m" + HeapUse.LOGGED;
  private static final int IMAGES_PER_SHARD = 5000;

  @TempDir Path temp;

  private Explained whole;
  private Explained killed;

  @BeforeEach
  void layOut() {
    Job.layOut(temp, 1);
    whole = new Explained(temp.resolve("whole"));
    killed = new Explained(temp.resolve("killed"));
  }

  @Test
  @Tag("soak")
  void aRunKilledOverAndOverEndsLikeOneThatWasNot() throws Exception {
    shards(1200);
    Random random = new Random(7);
    long start = System.nanoTime();
    assertThat(start("whole").waitFor()).as(log()).isZero();
    Duration undisturbed = Duration.ofNanos(System.nanoTime() - start);

    for (int kill = 0; kill < 4; kill++) {
      Process job = start("killed");
      if (job.waitFor(random.nextLong(undisturbed.toMillis()), TimeUnit.MILLISECONDS)) {
        assertThat(job.exitValue()).as(log()).isZero();
      }
      kill(job);
    }

    assertEndsLikeTheWhole();
  }

  /** {@code -Dresume.images} says how many images, {@code -Dresume.seed} when to kill. */
  @Test
  @Tag("soak")
  void aHundredThousandImagesSurviveTwoKills() throws Exception {
    shards(Integer.getInteger("resume.images", 100_000));
    long seed = Long.getLong("resume.seed", System.nanoTime());
    assertThat(start("whole").waitFor()).as(log()).isZero();
    int files = whole.files().size();
    System.out.printf("seed %d%n%s%s%n", seed, said("stdout"), HeapUse.of(temp));

    List<Integer> moments =
        new Random(seed).ints(0, files).distinct().limit(2).sorted().boxed().toList();
    for (int moment : moments) {
      Process job = start("killed");
      // What a run killed before had begun is deleted first.
      Moment.await(job, () -> killed.files().size() >= moment && !killed.begun().isEmpty());
      assertThat(job.isAlive()).as(log()).isTrue();
      kill(job);
    }

    assertEndsLikeTheWhole();
    System.out.printf("%s%s%n", said("stdout"), HeapUse.of(temp));
  }

  private void kill(Process job) throws Exception {
    job.destroyForcibly().waitFor();
    System.out.printf(
        "killed with %d of %d files written, %s%n",
        killed.files().size(), whole.files().size(), HeapUse.of(temp));
  }

  private void assertEndsLikeTheWhole() throws Exception {
    var before = killed.files();

    assertThat(start("killed").waitFor()).as(log()).isZero();

    assertThat(killed.files())
        .as("finished chunks are not done again")
        .containsAllEntriesOf(before);
    Dataset<Row> expected = whole.table().drop("timings");
    Dataset<Row> found = killed.table().drop("timings");
    assertThat(found.count()).isEqualTo(expected.count());
    assertThat(found.exceptAll(expected).count()).isZero();
    assertThat(expected.exceptAll(found).count()).isZero();
    assertThat(killed.names())
        .containsExactly("_SUCCESS", "_inventory", "explanations", "manifest.json", "summary.json");
  }

  private Process start(String output) throws IOException {
    return new Job(temp, Map.of())
        .start(
            "explain --model model.onnx --images shards --output " + output + OPTIONS + SPARK,
            temp.resolve("stdout"),
            temp.resolve("stderr"));
  }

  private String log() throws IOException {
    return said("stderr");
  }

  private String said(String stream) throws IOException {
    return Files.readString(temp.resolve(stream));
  }

  /** Little pictures in tar files. */
  private void shards(int images) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("shards"));
    for (int from = 0; from < images; from += IMAGES_PER_SHARD) {
      Path shard = folder.resolve("%05d.tar".formatted(from / IMAGES_PER_SHARD));
      try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(shard))) {
        for (int i = from; i < Math.min(images, from + IMAGES_PER_SHARD); i++) {
          ByteArrayOutputStream png = new ByteArrayOutputStream();
          ImageIO.write(Pictures.picture(12 + i % 9, 16, i), "png", png);
          TarArchiveEntry entry = new TarArchiveEntry("%07d.png".formatted(i));
          entry.setSize(png.size());
          tar.putArchiveEntry(entry);
          tar.write(png.toByteArray());
          tar.closeArchiveEntry();
        }
      }
    }
  }
}
