package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.saccade.dataset.Shards.ids;
import static org.saccade.dataset.Shards.list;
import static org.saccade.dataset.Shards.texts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.dataset.Shards.Tar;

class TarListingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"s.tar", "s.tar.gz", "s.tgz"})
  void imagesAreReadWithTheClassThatStandsBesideThem(String name) throws IOException {
    Path shard =
        new Tar()
            .add("0001.cls", "7")
            .add("0001.jpg", "first")
            .add("0001.json", "{}")
            .add("0002.png", "second")
            .add("0002.cls", " 11\n")
            .add("0003.jpg", "third")
            .write(folder.resolve(name));

    List<ImageReference> images = list(shard);

    assertThat(ids(images)).containsExactly("0001.jpg", "0002.png", "0003.jpg");
    assertThat(images).extracting(ImageReference::classIndex).containsExactly(7, 11, -1);
    assertThat(images).extracting(ImageReference::length).containsExactly(5L, 6L, 5L);
    // Behind the label's header and content and the image's own header.
    assertThat(images.get(0).uri()).isEqualTo("file:" + shard + "#0001.jpg@1536+5");
    assertThat(texts(byUri(images))).isEqualTo(texts(images));
    assertThat(texts(images)).containsExactly("first", "second", "third");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s.tar", "s.tar.gz"})
  void imagesCanBeReadInAnyOrder(String name) throws IOException {
    Tar tar = new Tar();
    for (int i = 0; i < 20; i++) {
      tar.add(i + ".jpg", "content ".repeat(i * 50) + i);
    }
    List<ImageReference> images = list(tar.write(folder.resolve(name)));
    List<String> forward = texts(images);
    Collections.reverse(images);
    List<String> backward = new ArrayList<>(texts(images));
    Collections.reverse(backward);

    assertThat(backward).isEqualTo(forward);
    assertThat(forward.get(3)).isEqualTo("content ".repeat(150) + 3);
  }

  private static List<ImageReference> byUri(List<ImageReference> images) {
    return images.stream()
        .map(image -> ImageReference.ofUri(image.imageId(), image.uri()))
        .toList();
  }

  @Test
  void severalImagesOfOneKeyShareItsLabel() throws IOException {
    Path shard =
        new Tar()
            .add("a/x.left.jpg", "l")
            .add("a/x.right.jpg", "r")
            .add("a/x.cls", "3")
            .add("b/x.jpg", "other")
            .write(folder.resolve("s.tar"));

    assertThat(list(shard))
        .extracting(ImageReference::imageId, ImageReference::classIndex)
        .containsExactly(tuple("a/x.left.jpg", 3), tuple("a/x.right.jpg", 3), tuple("b/x.jpg", -1));
  }

  @Test
  void whatIsNoImageIsPassedOver() throws IOException {
    Path shard =
        new Tar()
            .link("cats/", TarConstants.LF_DIR, "")
            .add("./cats/a.jpg", "a")
            .add("._b.jpg", "resource fork")
            .add(".hidden/b.jpg", "hidden")
            .add("../escape.jpg", "outside")
            .link("link.jpg", TarConstants.LF_SYMLINK, "cats/a.jpg")
            .link("hard.jpg", TarConstants.LF_LINK, "cats/a.jpg")
            .add("readme.txt", "text")
            .write(folder.resolve("s.tar"));

    assertThat(ids(list(shard))).containsExactly("cats/a.jpg");
  }

  @Test
  void longNamesAreReadHoweverTheyAreStored() throws IOException {
    String name = "long/".repeat(60) + "ü.jpg";

    assertThat(texts(list(new Tar().add(name, "pax").write(folder.resolve("pax.tar")))))
        .containsExactly("pax");
    List<ImageReference> gnu =
        list(new Tar().longNamesAsGnu().add(name, "gnu").write(folder.resolve("gnu.tar")));
    assertThat(ids(gnu)).containsExactly(name);
    assertThat(texts(gnu)).containsExactly("gnu");
  }

  @Test
  void aNameThatComesTwiceKeepsBothImages() throws IOException {
    List<ImageReference> images =
        list(new Tar().add("a.jpg", "one").add("a.jpg", "two").write(folder.resolve("s.tar")));

    // The second header lies behind one header and one block of content.
    assertThat(ids(images)).containsExactly("a.jpg", "a.jpg#1536");
    assertThat(texts(images)).containsExactly("one", "two");
  }

  @Test
  void shardsOfASetAreToldApartByTheirNames() throws IOException {
    new Tar().add("a.jpg", "one").write(folder.resolve("train-000.tar"));
    new Tar().add("a.jpg", "two").write(folder.resolve("train-001.tar"));

    List<ImageReference> images = list(folder + "/train-{000..001}.tar");

    assertThat(ids(images)).containsExactly("train-000.tar/a.jpg", "train-001.tar/a.jpg");
    assertThat(texts(images)).containsExactly("one", "two");
    assertThat(ids(list(folder + "/train-*.tar"))).hasSameElementsAs(ids(images));
    assertThat(ids(list(folder))).hasSameElementsAs(ids(images));
  }

  @ParameterizedTest
  @ValueSource(strings = {"s.tar", "s.tar.gz"})
  void aShardThatIsCutOffKeepsWhatComesBefore(String name) throws IOException {
    byte[] noise = new byte[40_000];
    new Random(5).nextBytes(noise);
    Path shard =
        new Tar()
            .add("a.jpg", "first")
            .add("b.jpg", noise)
            .add("c.jpg", "lost")
            .write(folder.resolve(name));
    byte[] whole = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(whole, 20_000));

    List<ImageReference> images = list(shard);

    assertThat(ids(images)).containsExactly("a.jpg", "b.jpg");
    assertThat(texts(images).get(0)).isEqualTo("first");
    assertThat(texts(images).get(1)).startsWith("UNREADABLE: ");
  }

  @Test
  void aShardThatIsCutOffBetweenImagesSaysSoOnce() throws IOException {
    Path shard =
        new Tar()
            .add("a.jpg", "first")
            .add("a.json", "x".repeat(5000))
            .add("c.jpg", "lost")
            .write(folder.resolve("s.tar"));
    Files.write(shard, Arrays.copyOf(Files.readAllBytes(shard), 3000));

    List<ImageReference> images = list(shard);

    assertThat(images).hasSize(2);
    assertThat(texts(images).get(0)).isEqualTo("first");
    assertThat(texts(images).get(1))
        .startsWith("UNREADABLE: the tar file is damaged, the rest is lost: ");
  }

  @Test
  void garbageInTheMiddleHidesTheRestAndNothingBefore() throws IOException {
    Path shard =
        new Tar()
            .add("a.jpg", "first")
            .add("b.jpg", "second")
            .add("c.jpg", "third")
            .write(folder.resolve("s.tar"));
    byte[] bytes = Files.readAllBytes(shard);
    Arrays.fill(bytes, 1024, 1536, (byte) 0xEE);
    Files.write(shard, bytes);

    List<ImageReference> images = list(shard);

    assertThat(texts(images.subList(0, 1))).containsExactly("first");
    assertThat(images.get(images.size() - 1).location()).isInstanceOf(ImageLocation.Damage.class);
  }

  @Test
  void aFileThatIsNoTarAtAllIsOneUnreadableImage() throws IOException {
    Path shard = Files.writeString(folder.resolve("s.tar.gz"), "not compressed, not a tar file");

    List<ImageReference> images = list(shard);

    assertThat(ids(images)).containsExactly("s.tar.gz#damaged-at-0");
    assertThat(texts(images).get(0)).startsWith("UNREADABLE: ");
  }

  @Test
  void anEmptyShardHoldsNoImage() throws IOException {
    assertThat(list(new Tar().write(folder.resolve("s.tar")))).isEmpty();
    assertThat(list(Files.createFile(folder.resolve("zero.tar")))).isEmpty();
  }
}
