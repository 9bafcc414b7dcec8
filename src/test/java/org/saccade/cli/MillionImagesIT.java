package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    Moment.await(job, () -> out.files().size() >= 3);
    assertThat(job.isAlive()).as(said("stderr")).isTrue();
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
        " --master local[2] --driver-memory 500m"
            + HeapUse.LOGGED
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
    HeapUse heap = HeapUse.of(temp);
    assertThat(heap.most()).as("megabytes of heap").isBetween(1, 500);
    System.out.printf("%s: %.0f s, %s%n", what, (System.nanoTime() - started) / 1e9, heap);
  }

  private String said(String stream) throws IOException {
    return Files.readString(temp.resolve(stream));
  }
}
