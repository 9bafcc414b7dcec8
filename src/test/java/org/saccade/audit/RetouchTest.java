package org.saccade.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.saccade.image.PixelImage;

class RetouchTest {
  private static final int WIDTH = 40;
  private static final int HEIGHT = 30;

  @Test
  void anErasedRegionTakesTheColoursAroundIt() {
    Region hole = Region.of(WIDTH, HEIGHT, new Frame(10, 8, 22, 20));
    PixelImage ramp = picture((x, y) -> 3 * x + 2 * y);

    PixelImage erased = Retouch.erased(ramp, hole);

    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        int expected = 3 * x + 2 * y;
        if (hole.contains(x, y)) {
          assertThat(level(erased, x, y)).isBetween(expected - 20, expected + 20);
        } else {
          assertThat(level(erased, x, y)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aHoleInOneColourIsThatColour() {
    PixelImage plain = picture((x, y) -> 77);
    Region corner = Region.of(WIDTH, HEIGHT, new Frame(0, 0, 15, 15));
    assertThat(Retouch.erased(plain, corner).rgb()).isEqualTo(plain.rgb());
  }

  @Test
  void whatIsPastedComesFromTheSamePlaceOfASmallerPicture() {
    PixelImage host = picture((x, y) -> 0);
    PixelImage source = new PixelImage(2, 1, new byte[] {10, 10, 10, 90, 90, 90});
    Region right = Region.of(WIDTH, HEIGHT, new Frame(18, 0, 40, 3));

    PixelImage pasted =
        Retouch.pasted(host, new Frame(0, 0, WIDTH, HEIGHT), right, source, new Frame(0, 0, 2, 1));

    assertThat(level(pasted, 17, 0)).isZero();
    assertThat(level(pasted, 19, 2)).isEqualTo(10);
    assertThat(level(pasted, 20, 2)).isEqualTo(90);
    assertThat(level(pasted, 39, 3)).isZero();
  }

  @Test
  void controlsAreAsLargeAsTheCueAndMeetNeitherItNorTheObject() {
    Frame seen = new Frame(0, 0, WIDTH, HEIGHT);
    Region cue = Region.of(WIDTH, HEIGHT, new Frame(0, 0, 8, 6));
    Region object = Region.of(WIDTH, HEIGHT, new Frame(12, 8, 28, 22));

    List<Region> controls = ControlRegions.of(cue, object, seen, 4, new Random(1));

    assertThat(controls).hasSize(4);
    for (Region control : controls) {
      assertThat(control.area()).isEqualTo(cue.area());
      assertThat(control.overlap(cue)).isZero();
      assertThat(control.overlap(object)).isZero();
    }
  }

  @Test
  void aFrameThatCannotBeMovedIsControlledByTiles() {
    Frame seen = new Frame(0, 0, WIDTH, HEIGHT);
    Region whole = Region.of(WIDTH, HEIGHT, seen);
    Region edges = whole.minus(Region.of(WIDTH, HEIGHT, new Frame(3, 2, 37, 28)));
    Region object = Region.of(WIDTH, HEIGHT, new Frame(15, 10, 20, 15));

    List<Region> controls = ControlRegions.of(edges, object, seen, 3, new Random(1));

    assertThat(controls).hasSize(3);
    for (Region control : controls) {
      assertThat(control.overlap(edges)).isZero();
      assertThat(control.overlap(object)).isZero();
      assertThat(control.area()).isBetween(edges.area(), edges.area() + 12);
    }
    assertThat(ControlRegions.of(whole, object, seen, 3, new Random(1))).isEmpty();
  }

  private static PixelImage picture(IntBinaryOperator level) {
    byte[] rgb = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) level.applyAsInt(i / 3 % WIDTH, i / 3 / WIDTH);
    }
    return new PixelImage(WIDTH, HEIGHT, rgb);
  }

  private static int level(PixelImage picture, int x, int y) {
    return Byte.toUnsignedInt(picture.rgb()[3 * (y * picture.width() + x)]);
  }
}
