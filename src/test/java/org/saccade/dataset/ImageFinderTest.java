package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
  void whatCannotBeOpenedIsListedAllTheSame() throws IOException {
    Path set = Files.createDirectories(folder.resolve("set"));
    Files.createSymbolicLink(set.resolve("dangling.jpg"), Path.of("nowhere.jpg"));
    Files.createSymbolicLink(set.resolve("itself.jpg"), Path.of("itself.jpg"));
    Files.writeString(Path.of(URI.create(set.toUri() + "caf%E9.jpg")), "Latin-1");
    Files.createDirectories(Path.of(URI.create(set.toUri() + "%E9t%E9")));
    Path socket = set.resolve("socket.jpg");
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(UnixDomainSocketAddress.of(socket));
      write("set/ok.jpg", "bytes");

      List<ImageReference> images = finder.find(set.toString()).images();

      assertThat(images)
          .extracting(ImageReference::imageId)
          .containsExactly(
              "%E9t%E9", "caf%E9.jpg", "dangling.jpg", "itself.jpg", "ok.jpg", "socket.jpg");
      assertThat(images)
          .extracting(ImageFinderTest::fault)
          .containsExactly(
              "UNREADABLE", "UNREADABLE", "NOT_FOUND", "NOT_FOUND", "none", "NOT_A_FILE");
    }
  }

  @Test
  void namesMayHaveColons() throws IOException {
    write("days/2026-11-28T10:30:00/12:00.jpg", "bytes");

    List<ImageReference> images = finder.find(folder.resolve("days").toString()).images();

    assertThat(images)
        .extracting(ImageReference::imageId)
        .containsExactly("2026-11-28T10:30:00/12:00.jpg");
    assertThat(fault(images.get(0))).isEqualTo("none");
  }

  @Test
  void aMissingConnectorIsNamed() throws IOException {
    assertThatThrownBy(() -> finder.find("abfs://pictures@store/images"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("connector for abfs: is not installed");
    Path list = write("list.txt", "abfs://pictures@store/a.jpg\ncats/x.jpg\n");
    assertThat(finder.find(list.toString()).images())
        .extracting(ImageFinderTest::fault)
        .containsExactly("UNREADABLE", "none");
  }

  /** The error code of an image that cannot be read. */
  private static String fault(ImageReference image) {
    try (ImageReader reader = new ImageReader(new Configuration())) {
      assertThat(reader.read(image)).isNotEmpty();
      return "none";
    } catch (UnreadableImageException e) {
      return e.fault().name();
    }
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
  void pathsInAListMayStandInQuotesAndLabelsMayBeBlank() throws IOException {
    Path list = write("list.txt", "\"a, b.jpg\",3\ncats/x.jpg,\n\"c, 4.jpg\"\n");

    assertThat(finder.find(list.toString()).images())
        .extracting(ImageReference::imageId, ImageReference::classIndex)
        .containsExactly(
            tuple("a, b.jpg", 3),
            tuple("cats/x.jpg", ImageReference.UNLABELLED),
            tuple("c, 4.jpg", ImageReference.UNLABELLED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "path,label/cats/x.jpg,cat | line 2 has the label 'cat'",
        "x.jpg,-1 | line 1 has the label '-1'",
        "path;label/cats/x.jpg;1 | put commas between the columns",
        "picture,class/cats/x.jpg,1 | without a column path",
        "path,label/cats/x.jpg | line 2 has 1 fields where the header has 2",
      })
  void aListIsRefusedWithTheLineAtFault(String text, String message) throws IOException {
    Path list = write("list.csv", text.replaceFirst("/", "\n"));

    assertThatThrownBy(() -> finder.find(list.toString()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aListInAnotherEncodingIsRefused() throws IOException {
    Path list = folder.resolve("list.txt");
    for (Charset encoding : List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16)) {
      Files.writeString(list, "cats/caf\u00e9.jpg\n", encoding);

      assertThatThrownBy(() -> finder.find(list.toString()))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("not text in UTF-8");
    }
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
