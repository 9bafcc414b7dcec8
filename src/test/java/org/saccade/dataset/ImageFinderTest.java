package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;

class ImageFinderTest {
  @TempDir Path folder;

  private final ImageFinder finder = new ImageFinder(new Configuration());

  @BeforeEach
  void layOutASet() throws IOException {
    for (String file :
        List.of("b.JPEG", "a b%20c.png", "cats/x.jpg", "cats/y.gif", "dogs/deep/z.webp")) {
      write(file, "not decoded here");
    }
    write("notes.txt", "ten bytes!");
    write(".hidden.jpg", "");
    write(".cache/thumb.jpg", "");
    Files.createDirectories(folder.resolve("folder.jpg/inside"));
    write("folder.jpg/inside/kept-out.jpg", "");
  }

  @Test
  void aFolderIsReadRecursivelyInOrderOfPaths() {
    ImageSet set = finder.find(folder.toString());

    assertThat(ids(set))
        .containsExactly(
            "a b%20c.png", "b.JPEG", "cats/x.jpg", "cats/y.gif", "dogs/deep/z.webp", "folder.jpg");
    assertThat(set.skipped()).isEqualTo(1);
    assertThat(set.bytes()).isGreaterThanOrEqualTo(5 * 16);
    assertThat(set.images().get(0).uri()).isEqualTo("file:" + folder.resolve("a b%20c.png"));
  }

  @Test
  void linksToFoldersAreFollowedUnlessTheyLeadBack() throws IOException {
    List<String> before = ids(finder.find(folder.toString()));
    Files.createSymbolicLink(folder.resolve("dogs/deep/up"), Path.of(".."));
    Files.createSymbolicLink(folder.resolve("dogs/top"), folder);
    Files.createSymbolicLink(folder.resolve("cats/to-dogs"), folder.resolve("dogs"));
    Files.createSymbolicLink(folder.resolve("dogs/to-cats"), folder.resolve("cats"));

    assertThat(ids(finder.find(folder.toString())))
        .containsAll(before)
        .contains("cats/to-dogs/deep/z.webp", "dogs/to-cats/x.jpg")
        .hasSize(before.size() + 3);
  }

  @Test
  void aGlobIsRelativeToWhatStandsBeforeItsFirstWildcard() {
    assertThat(ids(finder.find(folder + "/*/*.jpg"))).containsExactly("cats/x.jpg");
    assertThat(ids(finder.find(folder + "/cats/*.{jpg,gif}"))).containsExactly("x.jpg", "y.gif");
  }

  @Test
  void anImageIsASetOfOne() {
    assertThat(ids(finder.find(folder.resolve("b.JPEG").toString()))).containsExactly("b.JPEG");
  }

  @Test
  void aListNamesPathsWithOrWithoutClassIndexes() throws IOException {
    Path list =
        write(
            "list.txt",
            """
            # chosen by hand
            cats/x.jpg, 3

            one, two.jpg
            %s
            hdfs://elsewhere/z.png,12
            """
                .formatted(folder.resolve("b.JPEG")));

    ImageSet set = finder.find(list.toString());

    assertThat(set.images())
        .containsExactly(
            ImageReference.ofFile("cats/x.jpg", "file:" + folder.resolve("cats/x.jpg"))
                .withLabel(3),
            ImageReference.ofFile("one, two.jpg", "file:" + folder.resolve("one, two.jpg")),
            ImageReference.ofFile(
                folder.resolve("b.JPEG").toString(), "file:" + folder.resolve("b.JPEG")),
            ImageReference.ofFile("hdfs://elsewhere/z.png", "hdfs://elsewhere/z.png")
                .withLabel(12));
  }

  @Test
  void aListMayBeACsvWithAHeader() throws IOException {
    Path list =
        write(
            "list.csv",
            """
            label,split,path
            3,val,cats/x.jpg
            ,val,"a, ""b"".png"
            """);

    assertThat(finder.find(list.toString()).images())
        .containsExactly(
            ImageReference.ofFile("cats/x.jpg", "file:" + folder.resolve("cats/x.jpg"))
                .withLabel(3),
            ImageReference.ofFile("a, \"b\".png", "file:" + folder.resolve("a, \"b\".png")));
  }

  @Test
  void aListThatNamesAnImageTwiceIsRefused() throws IOException {
    Path list = write("list.txt", "cats/x.jpg\ncats/x.jpg\n");

    assertThatThrownBy(() -> finder.find(list.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 2 names cats/x.jpg a second time");
  }

  @Test
  void aCsvListWithABadLabelIsRefusedWithItsLine() throws IOException {
    Path list = write("list.csv", "path,label\ncats/x.jpg,cat\n");

    assertThatThrownBy(() -> finder.find(list.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("line 2 has the label 'cat'");
  }

  @Test
  void nothingThereIsTheUsersFault() throws IOException {
    Files.createDirectories(folder.resolve("empty"));

    assertThatThrownBy(() -> finder.find(folder.resolve("missing").toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("do not exist");
    assertThatThrownBy(() -> finder.find(folder.resolve("empty").toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("holds no image");
    assertThatThrownBy(() -> finder.find(folder + "/*.tga"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no image matches");
    assertThatThrownBy(() -> finder.find("nosuchscheme://bucket/images"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("nosuchscheme");
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static List<String> ids(ImageSet set) {
    return set.images().stream().map(ImageReference::imageId).toList();
  }
}
