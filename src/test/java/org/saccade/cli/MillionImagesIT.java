package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;
import org.saccade.dataset.ManyFiles;

/**
 * As many files as ImageNet has, listed and cut into chunks by the real program: driver and tasks
 * share a heap of 500 MB.
 *
 * <p>{@code ./mvnw verify -Dsoak -Dtest=MillionImagesIT} prints how long it took and how much heap;
 * the files are those of {@link ManyFiles}.
 */
@Tag("soak")
class MillionImagesIT {
  private static final int FOLDERS = 1300;
  private static final int FILES = 1000;
  private static final int IMAGES = FOLDERS * FILES;
  private static final int LARGEST_CHUNK = 4096;

  /** What a line of Java's log says about one collection: used before, used after, committed. */
  private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\((\\d+)M\\)");

  @TempDir Path temp;
  private long started;

  @BeforeEach
  void layOut() {
    Job.layOut(temp, 1);
  }

  @Test
  void aDryRunCountsThem() throws Exception {
    Process job = start("--dry-run");

    assertThat(job.waitFor()).as(said("stderr")).isZero();

    assertThat(said("stdout")).contains("images      %d in".formatted(IMAGES));
    report("dry run");
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void aRunWritesThemDownAndBegins() throws Exception {
    Process job = start("");
    Explained out = new Explained(temp.resolve("out"));
    while (out.files().size() < 3) {
      assertThat(job.isAlive()).as(said("stderr")).isTrue();
      Thread.sleep(100);
    }
    job.destroyForcibly().waitFor();

    report("start of a run");
    assertThat(LocalSpark.session().read().parquet(temp + "/out/_inventory/000").count())
        .isEqualTo(IMAGES);
    assertThat(Files.readString(temp.resolve("out/manifest.json")))
        .contains("\"images_found\" : " + IMAGES)
        .contains("\"images_per_chunk\" : " + LARGEST_CHUNK);
  }

  private Process start(String option) throws IOException {
    String spark =
        " --master local[2] --driver-memory 500m --driver-java-options -Xlog:gc:file=gc.log"
            + " --conf spark.driver.extraClassPath=%s --conf spark.hadoop.fs.many.impl=%s"
                .formatted(Job.HOME.resolve("target/test-classes"), ManyFiles.class.getName());
    started = System.nanoTime();
    return new Job(temp, Map.of())
        .start(
            "explain --model model.onnx --images many:/%d/%d --output out --device cpu "
                    .formatted(FOLDERS, FILES)
                + option
                + " --"
                + spark,
            temp.resolve("stdout"),
            temp.resolve("stderr"));
  }

  private void report(String what) throws IOException {
    int used = 0;
    int kept = 0;
    Matcher collection = COLLECTION.matcher(Files.readString(temp.resolve("gc.log")));
    while (collection.find()) {
      used = Math.max(used, Integer.parseInt(collection.group(1)));
      kept = Math.max(kept, Integer.parseInt(collection.group(2)));
    }
    assertThat(used).as("megabytes of heap before a collection").isBetween(1, 500);
    System.out.printf(
        "%s: %.0f s, heap up to %d MB, up to %d MB after a collection%n",
        what, (System.nanoTime() - started) / 1e9, used, kept);
  }

  private String said(String stream) throws IOException {
    return Files.readString(temp.resolve(stream));
  }
}
