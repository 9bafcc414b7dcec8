package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.saccade.dataset.Shards.HADOOP;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;
import org.saccade.dataset.Shards.Tar;

/**
 * Archives of random content are read as they were written, and damaged ones end in images, errors
 * of images or a refusal, never in anything else.
 */
class ArchiveFuzzTest {
  private static final Duration MOST_TIME = Duration.ofSeconds(20);
  private static final int MOST_IMAGES = 200;

  @TempDir Path folder;

  @Test
  void randomTarFilesAreReadAsTheyWereWritten() throws IOException {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Tar tar = random.nextBoolean() ? new Tar() : new Tar().longNamesAsGnu();
      List<byte[]> contents = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (int i = 0; i < random.nextInt(12); i++) {
        String key = "k%d/%s%d".formatted(i % 3, "ä".repeat(random.nextInt(90)), i);
        byte[] content = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(2000)];
        random.nextBytes(content);
        int label = random.nextInt(4) - 1;
        boolean labelFirst = random.nextBoolean();
        if (label >= 0 && labelFirst) {
          tar.add(key + ".cls", Integer.toString(label));
        }
        tar.add(key + ".jpg", content);
        if (label >= 0 && !labelFirst) {
          tar.add(key + ".cls", Integer.toString(label));
        }
        tar.add(key + ".txt", "x".repeat(random.nextInt(700)));
        contents.add(content);
        labels.add(label);
      }
      List<ImageReference> images =
          Shards.list(tar.write(folder.resolve(random.nextBoolean() ? "s.tar" : "s.tar.gz")));

      assertThat(images)
          .as("seed %d", seed)
          .extracting(ImageReference::classIndex)
          .isEqualTo(labels);
      try (ImageReader reader = new ImageReader(HADOOP)) {
        for (int i = 0; i < images.size(); i++) {
          assertThat(reader.read(images.get(i))).as("seed %d", seed).isEqualTo(contents.get(i));
        }
      } catch (UnreadableImageException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void damagedTarFilesAreSurvived() throws IOException {
    surviveDamage("s.tar", tar(), 1000, 0);
  }

  @Test
  void damagedCompressedTarFilesAreSurvived() throws IOException {
    surviveDamage("s.tar.gz", Shards.gzip(tar()), 500, 0);
  }

  @Test
  void damagedParquetFilesAreSurvived() throws IOException {
    surviveDamage("s.parquet", parquet(), 500, 0);
  }

  @Tag("soak")
  @Test
  void archivesDamagedInManyWaysAreSurvived() throws IOException {
    surviveDamage("s.tar", tar(), 50_000, 1_000_000);
    surviveDamage("s.tar.gz", Shards.gzip(tar()), 25_000, 2_000_000);
    surviveDamage("s.parquet", parquet(), 25_000, 3_000_000);
  }

  private void surviveDamage(String name, byte[] whole, int rounds, int firstSeed)
      throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, whole);
    int intact = Shards.list(file).size();
    assertThat(intact).isEqualTo(12);
    int damaged = 0;
    for (int seed = firstSeed; seed < firstSeed + rounds; seed++) {
      Files.write(file, damage(whole, new Random(seed)));
      damaged += survive(file, seed) ? 0 : 1;
    }
    assertThat(damaged).as("files in which the damage was noticed").isGreaterThan(rounds / 20);
  }

  /** Whether all was read without an error. */
  private static boolean survive(Path file, int seed) {
    return Assertions.assertTimeoutPreemptively(
        MOST_TIME,
        () -> {
          try {
            return read(Shards.list(file));
          } catch (UserException refusal) {
            assertThat(refusal.getMessage()).contains(file.getFileName().toString());
            return false;
          } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed, e);
          }
        });
  }

  private static boolean read(List<ImageReference> images) {
    boolean fine = true;
    Set<String> ids = new HashSet<>();
    assertThat(images).hasSizeLessThan(MOST_IMAGES);
    try (ImageReader reader = new ImageReader(HADOOP)) {
      for (ImageReference image : images) {
        assertThat(ids.add(image.imageId())).as(image.imageId()).isTrue();
        try {
          reader.read(image);
        } catch (UnreadableImageException e) {
          assertThat(e.getMessage()).isNotBlank();
          fine = false;
        }
      }
    }
    return fine;
  }

  /** Bytes changed, cut out, doubled or cut off. */
  private static byte[] damage(byte[] whole, Random random) throws IOException {
    byte[] bytes = whole.clone();
    for (int times = 1 + random.nextInt(4); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(600));
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> Arrays.fill(bytes, at, at + length, (byte) random.nextInt(256));
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          ByteArrayOutputStream doubled = new ByteArrayOutputStream();
          doubled.write(bytes, 0, at + length);
          doubled.write(bytes, at, bytes.length - at);
          bytes = doubled.toByteArray();
        }
      }
    }
    return bytes;
  }

  private static byte[] tar() throws IOException {
    Tar tar = new Tar();
    for (int i = 0; i < 12; i++) {
      tar.add("%02d.cls".formatted(i), "3");
      tar.add((i == 5 ? "long/".repeat(30) : "") + "%02d.jpg".formatted(i), content(i));
    }
    return tar.bytes();
  }

  private byte[] parquet() throws IOException {
    List<Consumer<Group>> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int number = i;
      rows.add(
          row -> {
            Group image = row.addGroup("image");
            image.add("bytes", Binary.fromConstantByteArray(content(number)));
            image.add("path", number + ".jpg");
            row.add("label", (long) number);
          });
    }
    Path file = folder.resolve("whole.parquet");
    Shards.parquet(
        file,
        """
        message m {
          optional group image { optional binary bytes; optional binary path (STRING); }
          optional int64 label;
        }""",
        rows);
    return Files.readAllBytes(file);
  }

  private static byte[] content(int seed) {
    byte[] content = new byte[300 + 100 * seed];
    new Random(seed).nextBytes(content);
    return content;
  }
}
