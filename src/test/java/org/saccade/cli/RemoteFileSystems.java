package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.saccade.LocalSpark;

/** What every file system has to bear: images packed and explained where they lie. */
final class RemoteFileSystems {
  private static final int IMAGES = 7;

  private RemoteFileSystems() {}

  /** Makes settings of Hadoop known to the commands and to the Spark that runs. */
  static Configuration configure(Map<String, String> settings) {
    SparkSession spark = LocalSpark.session();
    settings.forEach(
        (key, value) -> {
          System.setProperty("spark.hadoop." + key, value);
          spark.sparkContext().hadoopConfiguration().set(key, value);
        });
    return spark.sparkContext().hadoopConfiguration();
  }

  /** Takes the settings back. */
  static void reset(Map<String, String> settings) {
    settings.keySet().forEach(key -> System.clearProperty("spark.hadoop." + key));
  }

  /**
   * Packs pictures, explains the shards, the folder and a pattern, and runs again.
   *
   * @param root folder on the file system
   * @param local folder for the pictures
   */
  static void packAndExplain(String root, Path local, Configuration hadoop) throws IOException {
    Path pictures = Pictures.folder(local.resolve("images"), IMAGES);
    org.apache.hadoop.fs.Path images = new org.apache.hadoop.fs.Path(root, "dt=2026-11-23");
    FileSystem files = images.getFileSystem(hadoop);
    files.copyFromLocalFile(new org.apache.hadoop.fs.Path(pictures.toUri()), images);

    Run packed =
        Run.of(
            "pack",
            "--images",
            images.toString(),
            "--output",
            root + "/shards",
            "--shard-size",
            "1KB");
    assertThat(packed.exitCode()).as(packed.err()).isZero();
    assertThat(packed.out()).startsWith("packed %d images".formatted(IMAGES));

    assertExplained(root + "/shards", root + "/of-shards", hadoop);
    assertExplained(root + "/dt=2026-11-*/", root + "/of-files", hadoop);
    assertThat(LocalSpark.session().read().parquet(root + "/of-shards/explanations").count())
        .isEqualTo(IMAGES);
  }

  private static void assertExplained(String images, String output, Configuration hadoop)
      throws IOException {
    String[] command = {
      "explain",
      "--model",
      Path.of("src/test/resources/org/saccade/job/tiny.onnx").toString(),
      "--images",
      images,
      "--output",
      output,
      "--device",
      "cpu"
    };
    Run run = Run.of(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
    FileSystem files = new org.apache.hadoop.fs.Path(output).getFileSystem(hadoop);
    assertThat(files.exists(new org.apache.hadoop.fs.Path(output, "_SUCCESS"))).isTrue();
    for (Row row : LocalSpark.session().read().parquet(output + "/explanations").collectAsList()) {
      assertThat(row.<String>getAs("status")).isEqualTo("ok");
    }
    Run again = Run.of(command);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.out()).contains("nothing to do");
  }
}
