package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

class DemoCommandTest {
  private static final int PER_CLASS = 10;
  private static final int STAR = 1;

  @TempDir static Path folder;
  private static List<Row> planted;
  private static List<Row> clean;

  @BeforeAll
  static void runBothDemosInOneFolder() {
    LocalSpark.session();
    planted = explained("planted");
    clean = explained("clean");
  }

  @Test
  void theShippedNetworksRecognizeNewPictures() {
    for (List<Row> rows : List.of(planted, clean)) {
      assertThat(rows).hasSize(6 * PER_CLASS);
      assertThat(rows)
          .filteredOn(row -> row.getAs("predicted_class").equals(row.getAs("label")))
          .hasSizeGreaterThan(6 * PER_CLASS * 9 / 10);
    }
  }

  @Test
  void theNetworkThatLearnedTheWatermarkLooksAtItAndTheOtherAtTheStar() {
    assertThat(planted).filteredOn(DemoCommandTest::looksAtTheCorner).hasSizeGreaterThan(5);
    assertThat(clean).filteredOn(DemoCommandTest::looksAtTheCorner).hasSizeLessThan(2);
  }

  @Test
  void aFolderWithSomethingElseInItIsLeftAlone() throws IOException {
    Path mine = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(mine.resolve("thesis.txt"), "precious");

    Run run = Run.of("demo", "--output", mine.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("holds something else than a demo");
    assertThat(mine.toFile().list()).containsExactly("thesis.txt");
  }

  private static boolean looksAtTheCorner(Row row) {
    Row box = row.getAs("box");
    return row.<Integer>getAs("label") == STAR
        && middle(box, "x0", "x1") > 80
        && middle(box, "y0", "y1") > 80;
  }

  private static double middle(Row box, String from, String to) {
    return (box.<Number>getAs(from).doubleValue() + box.<Number>getAs(to).doubleValue()) / 2;
  }

  private static List<Row> explained(String variant) {
    Path output = folder.resolve("demo");
    Run run =
        Run.of(
            "demo",
            "--variant",
            variant,
            "--per-class",
            Integer.toString(PER_CLASS),
            "--output",
            output.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return LocalSpark.session()
        .read()
        .parquet(output.resolve("explained/explanations").toString())
        .collectAsList();
  }
}
