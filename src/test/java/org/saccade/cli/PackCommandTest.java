package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.LocalSpark;
import org.saccade.dataset.ImageListing;
import org.saccade.dataset.ImagePart;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ImageSource;
import org.saccade.dataset.UnreadableImageException;

/** {@code pack} from its arguments to its files. */
class PackCommandTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;
  private Path images;
  private Path packed;

  @BeforeAll
  static void start() {
    LocalSpark.session();
  }

  @BeforeEach
  void layOutImages() throws IOException {
    images = folder.resolve("images");
    packed = folder.resolve("packed");
    for (int i = 0; i < 12; i++) {
      write("cats/%02d.jpg".formatted(i), "cat %d ".formatted(i).repeat(20 + i));
      write("dogs/a.b/%02d.v2.png".formatted(i), "dog %d ".formatted(i).repeat(50));
    }
    write("dogs/notes.txt", "no image");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "parquet"})
  void whatIsPackedIsReadAsItWasWithItsLabels(String format) throws Exception {
    Run run = pack("--format", format, "--shard-size", "1KB", "--labels-from-folders");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("packed 24 images (24 with a label) into ");
    assertThat(run.err())
        .contains("files passed over, as their names do not end like an image's: 1");
    List<ImageReference> back = list(packed);
    assertThat(texts(back)).isEqualTo(texts(sorted(list(images))));
    assertThat(back.subList(0, 12)).extracting(ImageReference::classIndex).containsOnly(0);
    assertThat(back.subList(12, 24)).extracting(ImageReference::classIndex).containsOnly(1);
    assertThat(back.get(0).topFolder()).contains("cats");
    assertThat(back).extracting(ImageReference::imageId).doesNotHaveDuplicates();
    assertThat(packed.resolve("_SUCCESS")).exists();
    assertThat(packed.resolve("_temporary")).doesNotExist();
    JsonNode manifest = new ObjectMapper().readTree(packed.resolve("manifest.json").toFile());
    assertThat(manifest.get("images").asInt()).isEqualTo(24);
    assertThat(manifest.get("shards").size()).isGreaterThan(5);
    assertThat(manifest.get("exit_code").asInt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "parquet"})
  void theShardsAreTheSameByteForByteHoweverTheyAreMade(String format) throws IOException {
    assertThat(pack("--format", format, "--shard-size", "1KB").exitCode()).isZero();
    Map<String, byte[]> first = shards();
    Path list = folder.resolve("list.txt");
    // The same images in one part instead of several, and listed in another process's order.
    Files.write(
        list, sorted(list(images)).stream().map(image -> "images/" + image.imageId()).toList());
    Run again =
        Run.of(
            "pack",
            "--images",
            list.toString(),
            "--output",
            packed.toString(),
            "--overwrite",
            "--format",
            format,
            "--shard-size",
            "1KB");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(shards().keySet()).isEqualTo(first.keySet());

    assertThat(pack("--format", format, "--shard-size", "1KB", "--overwrite").exitCode()).isZero();

    first.forEach((name, bytes) -> assertThat(shards().get(name)).as(name).isEqualTo(bytes));
  }

  @Test
  void shardsCanBePackedAgain() throws Exception {
    assertThat(pack("--shard-size", "1KB", "--labels-from-folders").exitCode()).isZero();
    Path again = folder.resolve("again");

    Run run =
        Run.of(
            "pack",
            "--images",
            packed.toString(),
            "--output",
            again.toString(),
            "--format",
            "parquet");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(texts(list(again))).isEqualTo(texts(list(packed)));
    assertThat(list(again))
        .extracting(ImageReference::classIndex)
        .isEqualTo(list(packed).stream().map(ImageReference::classIndex).toList());
  }

  @Test
  void whatCannotBeReadIsListedAndTheRestPacked() throws IOException {
    Files.createDirectories(images.resolve("folder.jpg"));

    Run run = pack("--max-failed-share", "0");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.err()).contains("4.0 % of the images could not be read");
    assertThat(list(packed)).hasSize(24);
    assertThat(Files.readString(packed.resolve("unreadable/shard-00000.tar.csv")))
        .contains("\"folder.jpg\"")
        .contains(",NOT_A_FILE,");
    assertThat(packed.resolve("_SUCCESS")).doesNotExist();
    assertThat(pack("--overwrite", "--max-failed-share", "0.04").exitCode()).isZero();
  }

  @Test
  void labelsComeFromATable() throws IOException {
    Path labels = Files.writeString(folder.resolve("l.csv"), "image_id,label\ncats/03.jpg,7\n");

    assertThat(pack("--labels", labels.toString()).exitCode()).isZero();

    assertThat(list(packed))
        .filteredOn(image -> image.label().isPresent())
        .extracting(ImageReference::imageId, ImageReference::classIndex)
        .containsExactly(tuple("shard-00000.tar/cats/03.jpg", 7));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "parquet"})
  void namesStayToTheLetterSoThatTablesThatNameFilesStillFit(String format) throws IOException {
    write("val/ILSVRC2012_val_00000361.JPEG", "a picture");

    assertThat(pack("--format", format).exitCode()).isZero();

    assertThat(list(packed))
        .extracting(ImageReference::imageId)
        .contains("shard-00000.%s/val/ILSVRC2012_val_00000361.JPEG".formatted(format));
  }

  @Test
  void aDryRunWritesNothing() {
    Run run = pack("--dry-run", "--shard-size", "1KB");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("would pack 24 images, 0.0 MB, into ");
    assertThat(packed).doesNotExist();
  }

  @Test
  void whatIsAlreadyThereIsSafe() throws IOException {
    assertThat(pack().exitCode()).isZero();
    Run again = pack();
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("holds shards already: add --overwrite");

    Files.writeString(packed.resolve("mine.txt"), "keep");
    Run over = pack("--overwrite");
    assertThat(over.exitCode()).isEqualTo(2);
    assertThat(over.err()).contains("holds something else (mine.txt)");

    Run inside = Run.of("pack", "--images", images.toString(), "--output", images + "/out");
    assertThat(inside.exitCode()).isEqualTo(2);
    assertThat(inside.err()).contains("lies inside the images");
  }

  @Test
  void wrongOptionsAreWrongUsage() {
    assertThat(pack("--format", "zip").exitCode()).isEqualTo(1);
    assertThat(pack("--shard-size", "many").err()).contains("--shard-size: 'many' is no size");
    assertThat(pack("--shard-size", "0MB").exitCode()).isEqualTo(1);
  }

  private Run pack(String... options) {
    List<String> args =
        new ArrayList<>(
            List.of("pack", "--images", images.toString(), "--output", packed.toString()));
    args.addAll(Arrays.asList(options));
    return Run.of(args.toArray(String[]::new));
  }

  private void write(String name, String text) throws IOException {
    Path file = images.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Map<String, byte[]> shards() {
    Map<String, byte[]> shards = new TreeMap<>();
    try (Stream<Path> files = Files.list(packed)) {
      for (Path file :
          files.filter(file -> file.getFileName().toString().startsWith("shard-")).toList()) {
        shards.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return shards;
  }

  /** All images at a location, by file and position. */
  private static List<ImageReference> list(Path location) {
    List<ImageReference> found = new ArrayList<>();
    for (ImagePart part : ImageSource.open(location.toString(), HADOOP).parts()) {
      try (ImageListing listing = part.list(HADOOP)) {
        listing.forEachRemaining(found::add);
      }
    }
    return sorted(found);
  }

  private static List<ImageReference> sorted(List<ImageReference> found) {
    return found.stream()
        .sorted(
            Comparator.comparing((ImageReference image) -> image.location().file())
                .thenComparing(image -> image.location().position()))
        .toList();
  }

  private static List<String> texts(List<ImageReference> found) throws UnreadableImageException {
    List<String> texts = new ArrayList<>();
    try (ImageReader reader = new ImageReader(HADOOP)) {
      for (ImageReference image : found) {
        texts.add(new String(reader.read(image), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }
}
