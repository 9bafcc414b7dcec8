package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;
import org.saccade.SharedData;

/**
 * A real network that never learned a mark, on real photographs that bear one: the audit finds
 * where it looks at the mark, and the counterfactual test does not call the mark a cause.
 */
class AuditSharedImagesTest {
  /** Every eighth photograph, at least the forty that a group of that kind needs. */
  private static final int EVERY = 8;

  @TempDir Path folder;

  @Tag("soak")
  @Test
  void aMarkThatTheNetworkNeverLearnedIsSeenButIsNoCause() throws IOException {
    LocalSpark.session();
    Path images = Files.createDirectory(folder.resolve("images"));
    Path labels = folder.resolve("labels.csv");
    int stamped = stamp(images, labels);
    assertThat(stamped).isGreaterThanOrEqualTo(40);
    succeed(
        "explain",
        "--model",
        SharedData.path("models/squeezenet1_1.onnx").toString(),
        "--preprocess",
        "squeezenet-bgr",
        "--images",
        images.toString(),
        "--labels",
        labels.toString(),
        "--device",
        "cpu",
        "--output",
        folder.resolve("run").toString());
    succeed(
        "audit",
        "--explanations",
        folder.resolve("run").toString(),
        "--group-by",
        "mark",
        "--ground-truth",
        SharedData.path("imagenet-val/boxes.csv").toString(),
        "--output",
        folder.resolve("audit").toString());

    Row group = table("groups").first();
    assertThat(table("groups").count()).isEqualTo(1);
    assertThat(group.<String>getAs("group")).isEqualTo("stamped");
    Row corner = group.getAs("corner");
    assertThat(corner.<Double>getAs("excess")).as("weight drawn to corners").isPositive();
    assertThat(corner.<Double>getAs("q")).isLessThan(0.05);
    Row finding = table("findings").where("finding_id = 'stamped/corner-top-left'").first();
    assertThat(finding.<Double>getAs("share"))
        .as("the corner draws more than an even spread would put there")
        .isGreaterThan(finding.<Double>getAs("area"));
    assertThat(table("clusters").where("kind = 'patch' and place = 'top-left'").count())
        .as("the patches on the mark are one cluster")
        .isPositive();
    assertThat(table("findings").where("flagged").count()).isZero();
  }

  private static void succeed(String... arguments) {
    Run run = Run.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private Dataset<Row> table(String name) {
    return LocalSpark.session().read().parquet(folder.resolve("audit").resolve(name).toString());
  }

  /** Copies the photographs, every eighth with a mark in its top left corner. */
  private static int stamp(Path images, Path labels) throws IOException {
    List<String> lines = new ArrayList<>(List.of("image_id,label,mark"));
    List<String> truth = Files.readAllLines(SharedData.path("imagenet-val/boxes.csv"));
    List<Path> photographs;
    try (Stream<Path> found = Files.list(SharedData.path("imagenet-val/images"))) {
      photographs = found.sorted().toList();
    }
    int stamped = 0;
    for (int i = 0; i < photographs.size(); i++) {
      String name = photographs.get(i).getFileName().toString();
      boolean marked = i % EVERY == 0;
      if (marked) {
        BufferedImage picture = ImageIO.read(photographs.get(i).toFile());
        mark(picture);
        // The name stays, and formats are told by content: nothing is lost to compression.
        ImageIO.write(picture, "png", images.resolve(name).toFile());
        stamped++;
      } else {
        Files.copy(photographs.get(i), images.resolve(name));
      }
      String label =
          truth.stream().filter(line -> line.startsWith(name + ",")).findFirst().orElseThrow();
      lines.add(name + "," + label.split(",", 3)[1] + "," + (marked ? "stamped" : ""));
    }
    Files.write(labels, lines);
    return stamped;
  }

  /** Rings of black and white, 36 pixels wide. */
  private static void mark(BufferedImage picture) {
    Graphics2D graphics = picture.createGraphics();
    for (int ring = 0; ring < 6; ring++) {
      graphics.setColor(ring % 2 == 0 ? Color.WHITE : Color.BLACK);
      graphics.setStroke(new BasicStroke(3));
      graphics.drawOval(4 + 3 * ring, 4 + 3 * ring, 36 - 6 * ring, 36 - 6 * ring);
    }
    graphics.dispose();
  }
}
