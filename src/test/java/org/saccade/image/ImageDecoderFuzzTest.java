package org.saccade.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Damaged files of every format: each gives a picture or a fault, soon. */
class ImageDecoderFuzzTest {
  private static final DecodeOptions OPTIONS = new DecodeOptions(20_000_000, true);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @Test
  void answersToAThousandDamagedFiles() {
    decodeDamaged(1_000, 11);
  }

  @Test
  @Tag("soak")
  void answersToFiftyThousandDamagedFiles() {
    decodeDamaged(50_000, 12);
  }

  private static void decodeDamaged(int count, long seed) {
    List<byte[]> files =
        Fixtures.table("good.tsv").stream()
            .map(columns -> Fixtures.bytes("good/" + columns[0]))
            .toList();
    Random random = new Random(seed);
    Map<ImageFault, Integer> faults = new EnumMap<>(ImageFault.class);
    int whole = 0;
    for (int i = 0; i < count; i++) {
      byte[] bytes = damaged(files, random);
      long start = System.nanoTime();
      try {
        PixelImage image = ImageDecoder.decode(bytes, OPTIONS);
        assertThat((long) image.width() * image.height()).isLessThanOrEqualTo(OPTIONS.maxPixels());
        whole++;
      } catch (ImageException e) {
        assertThat(e).hasMessageMatching("(?s).{10,}");
        faults.merge(e.fault(), 1, Integer::sum);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
    }
    assertThat(whole).isPositive();
    assertThat(faults)
        .containsKeys(ImageFault.TRUNCATED, ImageFault.CORRUPT, ImageFault.UNSUPPORTED_FORMAT);
  }

  private static byte[] damaged(List<byte[]> files, Random random) {
    byte[] bytes = files.get(random.nextInt(files.size())).clone();
    switch (random.nextInt(5)) {
      case 0 -> flip(bytes, 1 + random.nextInt(8), bytes.length, random);
      case 1 -> flip(bytes, 1 + random.nextInt(4), Math.min(bytes.length, 200), random);
      case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 3 -> {
        int from = random.nextInt(bytes.length);
        int gone = random.nextInt(Math.min(100, bytes.length - from));
        System.arraycopy(bytes, from + gone, bytes, from, bytes.length - from - gone);
        bytes = Arrays.copyOf(bytes, bytes.length - gone);
      }
      default -> {
        byte[] other = files.get(random.nextInt(files.size()));
        int length = random.nextInt(Math.min(other.length, bytes.length));
        int from = random.nextInt(other.length - length);
        System.arraycopy(other, from, bytes, random.nextInt(bytes.length - length), length);
      }
    }
    return bytes;
  }

  private static void flip(byte[] bytes, int count, int within, Random random) {
    for (int i = 0; i < count; i++) {
      bytes[random.nextInt(within)] = (byte) random.nextInt(256);
    }
  }
}
