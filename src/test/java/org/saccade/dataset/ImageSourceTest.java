package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;
import static org.saccade.dataset.Shards.HADOOP;
import static org.saccade.dataset.Shards.ids;
import static org.saccade.dataset.Shards.list;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;
import org.saccade.dataset.Shards.Tar;

class ImageSourceTest {
  @TempDir Path folder;

  @Test
  void aTreeIsCutUntilThereAreEnoughParts() throws IOException {
    List<String> expected = new ArrayList<>();
    for (int outer = 0; outer < 20; outer++) {
      for (int inner = 0; inner < 20; inner++) {
        String id = "%02d/%02d/x.jpg".formatted(outer, inner);
        touch(id);
        expected.add(id);
      }
    }

    ImageSource source = ImageSource.open(folder.toString(), HADOOP);

    assertThat(source.parts()).hasSizeBetween(PartFinder.ENOUGH, PartFinder.ENOUGH + 20);
    assertThat(ids(list(folder))).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aVeryFullFolderIsOnePart() throws IOException {
    for (int i = 0; i <= PartFinder.MOST_ENTRIES; i++) {
      touch("%05d.jpg".formatted(i));
    }

    assertThat(ImageSource.open(folder.toString(), HADOOP).parts()).hasSize(1);
    assertThat(list(folder)).hasSize(PartFinder.MOST_ENTRIES + 1);
  }

  @Test
  void archivesBesideLooseImagesArePassedOver() throws IOException {
    touch("a.jpg");
    new Tar().add("packed.jpg", "x").write(folder.resolve("all.tar"));
    new Tar().add("packed.jpg", "x").write(folder.resolve("shards/all.tar"));

    assertThat(ids(list(folder))).containsExactlyInAnyOrder("a.jpg", "shards/all.tar/packed.jpg");
    assertThat(new ImageFinder(HADOOP).find(folder.toString()).skipped()).isEqualTo(1);
  }

  @Test
  void aPatternMayMatchFoldersByDate() throws IOException {
    touch("dt=2026-11-22/a.jpg");
    touch("dt=2026-11-23/deep/b.jpg");
    touch("dt=2026-12-01/c.jpg");

    assertThat(ids(list(folder + "/dt=2026-11-*/")))
        .containsExactlyInAnyOrder("dt=2026-11-22/a.jpg", "dt=2026-11-23/deep/b.jpg");
    assertThat(ids(list(folder + "/dt=2026-11-2{2..3}/*.jpg")))
        .containsExactly("dt=2026-11-22/a.jpg");
  }

  @Test
  void bracesAloneNameFilesThatMustExist() throws IOException {
    touch("x-08.jpg");
    touch("x-09.jpg");
    touch("x-10.jpg");

    assertThat(ids(list(folder + "/x-{08..10}.jpg")))
        .containsExactly("x-08.jpg", "x-09.jpg", "x-10.jpg");
    assertThatThrownBy(() -> list(folder + "/x-{08..11}.jpg"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("spells 4 names")
        .hasMessageContaining("x-11.jpg does not exist");
    assertThatThrownBy(() -> list(folder + "/x-{0..9999999}.jpg"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("10000000 names");
  }

  @Test
  void aListMayNameShards() throws IOException {
    new Tar().add("x.jpg", "x").add("x.cls", "4").write(folder.resolve("a.tar"));
    touch("b.jpg");
    Path list = Files.writeString(folder.resolve("list.txt"), "b.jpg,2\na.tar\n");

    assertThat(list(list))
        .extracting(ImageReference::imageId, ImageReference::classIndex)
        .containsExactly(tuple("b.jpg", 2), tuple("a.tar/x.jpg", 4));
  }

  private void touch(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.createFile(file);
  }
}
