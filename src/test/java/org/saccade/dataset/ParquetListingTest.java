package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.saccade.dataset.Shards.ids;
import static org.saccade.dataset.Shards.list;
import static org.saccade.dataset.Shards.parquet;
import static org.saccade.dataset.Shards.texts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;

class ParquetListingTest {
  private static final String HUGGING_FACE =
      """
      message schema {
        optional group image { optional binary bytes; optional binary path (STRING); }
        optional int64 label;
      }""";

  @TempDir Path folder;

  @Test
  void theHuggingFaceLayoutGivesPathsAndLabels() throws IOException {
    Path file =
        parquet(
            folder.resolve("train.parquet"),
            HUGGING_FACE,
            List.of(
                row("cats/a.jpg", "first", 3),
                row("cats/a.jpg", "second", 0),
                row(null, "third", -1),
                row("gone.jpg", null, 5)));

    List<ImageReference> images = list(file);

    assertThat(ids(images))
        .containsExactly("cats/a.jpg", "cats/a.jpg#1", "train.parquet#2", "gone.jpg");
    assertThat(images).extracting(ImageReference::classIndex).containsExactly(3, 0, -1, 5);
    assertThat(images.get(0).topFolder()).contains("cats");
    assertThat(texts(images).subList(0, 3)).containsExactly("first", "second", "third");
    assertThat(texts(images).get(3)).startsWith("UNREADABLE: ").contains("row 3 holds no bytes");
  }

  @Test
  void aNullImageIsAnErrorOfItsRow() throws IOException {
    Path file =
        parquet(
            folder.resolve("t.parquet"),
            HUGGING_FACE,
            List.of(values -> values.add("label", 1L), row("b.jpg", "second", 2)));

    assertThat(texts(list(file)).get(0)).contains("row 0 holds no bytes");
    assertThat(texts(list(file)).get(1)).isEqualTo("second");
  }

  @Test
  void aPlainBinaryColumnIsEnough() throws IOException {
    Path file =
        parquet(
            folder.resolve("t.parquet"),
            "message m { required binary picture; }",
            List.of(bytes("picture", "one"), bytes("picture", "two")));

    assertThat(ids(list(file))).containsExactly("t.parquet#0", "t.parquet#1");
    assertThat(texts(list(file))).containsExactly("one", "two");
    assertThat(list(file).get(1).uri()).isEqualTo("file:" + file + "#1");
    assertThat(texts(List.of(ImageReference.ofUri("again", "file:" + file + "#1"))))
        .containsExactly("two");
  }

  @Test
  void filesOfASetAreToldApartByTheirNames() throws IOException {
    for (String name : List.of("dt=2026-11-22/a.parquet", "dt=2026-11-23/a.parquet")) {
      parquet(folder.resolve(name), HUGGING_FACE, List.of(row("x.jpg", name, 1)));
    }

    List<ImageReference> images = list(folder + "/dt=2026-11-*/");

    assertThat(ids(images))
        .containsExactlyInAnyOrder(
            "dt=2026-11-22/a.parquet/x.jpg", "dt=2026-11-23/a.parquet/x.jpg");
  }

  @Test
  void rowsAreFoundInWhateverGroupTheyLie() throws IOException {
    List<Consumer<Group>> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(row(i + ".png", ("row " + i + " ").repeat(100), i));
    }
    List<ImageReference> images = list(parquet(folder.resolve("t.parquet"), HUGGING_FACE, rows));

    assertThat(images).hasSize(200);
    assertThat(images.get(7).length()).isBetween(500L, 1500L);
    Collections.shuffle(images, new Random(4));
    List<String> texts = texts(images);
    for (int i = 0; i < 200; i++) {
      assertThat(texts.get(i)).isEqualTo(("row " + images.get(i).classIndex() + " ").repeat(100));
    }
  }

  @Test
  void aFileWithoutImagesIsRefusedWithItsColumns() throws IOException {
    Path file =
        parquet(
            folder.resolve("t.parquet"),
            "message m { required int64 id; required binary name (STRING); }",
            List.of());

    assertThatThrownBy(() -> list(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no column of images, its columns are id, name");
  }

  @Test
  void severalBinaryColumnsAreRefusedUnlessOneIsNamedLikeAnImage() throws IOException {
    Path unclear =
        parquet(
            folder.resolve("u.parquet"),
            "message m { required binary left; required binary right; }",
            List.of());
    Path clear =
        parquet(
            folder.resolve("c.parquet"),
            "message m { required binary mask; required binary image; }",
            List.of(
                values -> {
                  values.add("mask", Binary.fromString("no"));
                  values.add("image", Binary.fromString("yes"));
                }));

    assertThatThrownBy(() -> list(unclear))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("several binary columns (left, right)");
    assertThat(texts(list(clear))).containsExactly("yes");
  }

  @Test
  void aDamagedFileIsOneUnreadableImage() throws IOException {
    Path file =
        parquet(folder.resolve("t.parquet"), HUGGING_FACE, List.of(row("a.jpg", "first", 1)));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 5));

    assertThat(ids(list(file))).containsExactly("t.parquet#damaged-at-0");
    assertThat(texts(list(file)).get(0)).startsWith("UNREADABLE: ");
  }

  private static Consumer<Group> row(String path, String content, long label) {
    return values -> {
      Group image = values.addGroup("image");
      if (content != null) {
        image.add("bytes", Binary.fromString(content));
      }
      if (path != null) {
        image.add("path", path);
      }
      values.add("label", label);
    };
  }

  private static Consumer<Group> bytes(String column, String content) {
    return values -> values.add(column, Binary.fromString(content));
  }
}
