package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

/** Pictures that come in day by day, as schedulers run it. */
class DailyRunsTest {
  @TempDir Path temp;
  private SparkSession spark;

  @BeforeEach
  void layOut() throws Exception {
    spark = LocalSpark.session();
    Job.layOut(temp, 1);
    Pictures.folder(temp.resolve("photos/dt=2026-11-21"), 2);
    Pictures.folder(temp.resolve("photos/dt=2026-11-22"), 3);
    Files.writeString(temp.resolve("photos/notes.txt"), "not a day");
  }

  @Test
  void oneTableGrowsByTheDaysThatAGlobMatches() {
    Run first = explain("photos/dt=2026-11-*/*.png", "out", "--append");
    Pictures.folder(temp.resolve("photos/dt=2026-11-23"), 4);
    Pictures.folder(temp.resolve("photos/dt=2026-12-01"), 1);
    Run second = explain("photos/dt=2026-11-*/*.png", "out", "--append");
    Run third = explain("photos/dt=2026-11-*/*.png", "out", "--append");

    assertThat(List.of(first.exitCode(), second.exitCode(), third.exitCode()))
        .as(first.err() + second.err() + third.err())
        .containsOnly(0);
    assertThat(third.out()).startsWith("nothing to do");
    assertThat(ids("out"))
        .hasSize(9)
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches(".*\\d\\d\\.png"));
  }

  @Test
  void aFolderPerDayReadsAsOnePartitionedTable() {
    explain("photos/dt=2026-11-21", "days/dt=2026-11-21");
    explain("photos/dt=2026-11-22", "days/dt=2026-11-22");

    List<String> days =
        spark
            .read()
            .option("basePath", temp.resolve("days").toString())
            .parquet(temp.resolve("days").toString() + "/dt=*/explanations")
            .selectExpr("CAST(dt AS STRING)")
            .as(Encoders.STRING())
            .collectAsList();
    assertThat(days).hasSize(5).contains("2026-11-21", "2026-11-22");
  }

  private Run explain(String images, String output, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "explain",
                "--model=" + temp.resolve("model.onnx"),
                "--images=" + temp.resolve(images),
                "--output=" + temp.resolve(output)));
    words.addAll(List.of(more));
    return Run.of(words.toArray(String[]::new));
  }

  private List<String> ids(String output) {
    return spark
        .read()
        .parquet(temp.resolve(output + "/explanations").toString())
        .select("image_id")
        .as(Encoders.STRING())
        .collectAsList();
  }
}
