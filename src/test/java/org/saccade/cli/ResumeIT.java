package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the whole program at random moments and starts it again. */
class ResumeIT {
  private static final String OPTIONS = " --batch-size 16 --device cpu";
  private static final String SPARK = " -- --master local[2] --driver-memory 500m";
  private static final int IMAGES_PER_SHARD = 5000;

  @TempDir Path temp;

  @Test
  @Tag("soak")
  void aRunKilledOverAndOverEndsLikeOneThatWasNot() throws Exception {
    Job.layOut(temp, 1);
    shards(1200);

    compare(new Random(7), 4, 12_000);
  }

  /** {@code -Dresume.images} says how many images, {@code -Dresume.seed} when to kill. */
  @Test
  @Tag("soak")
  void aHundredThousandImagesSurviveTwoKills() throws Exception {
    Job.layOut(temp, 1);
    shards(Integer.getInteger("resume.images", 100_000));
    long seed = Long.getLong("resume.seed", System.nanoTime());
    System.out.println("seed " + seed);

    compare(new Random(seed), 2, 60_000);
  }

  private void compare(Random random, int kills, int patience) throws Exception {
    long start = System.nanoTime();
    assertThat(start("whole").waitFor()).as(log()).isZero();
    System.out.printf("undisturbed: %.0f s%n", (System.nanoTime() - start) / 1e9);
    Explained killed = new Explained(temp.resolve("killed"));
    for (int kill = 0; kill < kills; kill++) {
      Process job = start("killed");
      if (job.waitFor(2000 + random.nextInt(patience), TimeUnit.MILLISECONDS)) {
        break;
      }
      job.destroyForcibly().waitFor();
      System.out.printf("killed with %d files written%n", killed.files().size());
    }
    var before = killed.files();

    assertThat(start("killed").waitFor()).as(log()).isZero();

    assertThat(killed.files())
        .as("finished chunks are not done again")
        .containsAllEntriesOf(before);
    Dataset<Row> expected = new Explained(temp.resolve("whole")).table().drop("timings");
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
    return Files.readString(temp.resolve("stderr"));
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
