package org.saccade.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.saccade.image.PixelImage;
import org.saccade.image.Resampling;

class NearDuplicatesTest {
  @Test
  void copiesThatWereResizedNoisedOrRetouchedAreFound() {
    PixelImage original = scene(1);
    List<Fingerprint> pictures =
        List.of(
            Fingerprint.of(original),
            Fingerprint.of(scene(2)),
            Fingerprint.of(Resampling.BILINEAR.resize(original, 70, 90)),
            Fingerprint.of(noisy(original)),
            Fingerprint.of(Retouch.erased(original, Region.of(120, 100, new Frame(3, 3, 12, 12)))));

    assertThat(NearDuplicates.firstOfGroup(pictures)).containsExactly(0, 1, 0, 0, 0);
  }

  @Test
  void differentPicturesAreNot() {
    List<Fingerprint> pictures =
        IntStream.range(0, 60).mapToObj(i -> Fingerprint.of(scene(i))).toList();
    assertThat(NearDuplicates.firstOfGroup(pictures))
        .containsExactly(IntStream.range(0, 60).toArray());
  }

  @Test
  void aChainOfCopiesIsOneGroup() {
    PixelImage a = scene(4);
    List<Fingerprint> pictures =
        List.of(
            Fingerprint.of(scene(9)),
            Fingerprint.of(a),
            Fingerprint.of(scene(5)),
            Fingerprint.of(noisy(a)),
            Fingerprint.of(noisy(noisy(a))));
    assertThat(NearDuplicates.firstOfGroup(pictures)).containsExactly(0, 1, 2, 1, 1);
  }

  private static PixelImage noisy(PixelImage picture) {
    Random random = new Random(8);
    byte[] rgb = picture.rgb().clone();
    for (int i = 0; i < rgb.length; i++) {
      int level = Byte.toUnsignedInt(rgb[i]) + random.nextInt(9) - 4;
      rgb[i] = (byte) Math.max(0, Math.min(255, level));
    }
    return new PixelImage(picture.width(), picture.height(), rgb);
  }

  /** Seeded rectangles of colour, 120 x 100. */
  private static PixelImage scene(long seed) {
    Random random = new Random(seed);
    byte[] rgb = new byte[3 * 120 * 100];
    for (int blob = 0; blob < 14; blob++) {
      int left = random.nextInt(100);
      int top = random.nextInt(80);
      byte[] colour = new byte[3];
      random.nextBytes(colour);
      for (int y = top; y < Math.min(100, top + 45); y++) {
        for (int x = left; x < Math.min(120, left + 45); x++) {
          System.arraycopy(colour, 0, rgb, 3 * (y * 120 + x), 3);
        }
      }
    }
    return new PixelImage(120, 100, rgb);
  }
}
