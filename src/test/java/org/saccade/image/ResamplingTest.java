package org.saccade.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against Pillow's resize on random pictures, bit for bit. */
class ResamplingTest {

  @ParameterizedTest(name = "{1} x {2} to {3} x {4}, {5}")
  @MethodSource("sizes")
  void resizesAsPillow(
      long seed,
      int width,
      int height,
      int newWidth,
      int newHeight,
      Resampling filter,
      String sha) {
    PixelImage resized = filter.resize(random(seed, width, height), newWidth, newHeight);

    assertThat(resized.width()).isEqualTo(newWidth);
    assertThat(Fixtures.sha256(resized.rgb())).isEqualTo(sha);
  }

  static Stream<Object[]> sizes() {
    return Fixtures.table("resize.tsv").stream().map(columns -> columns);
  }

  @ParameterizedTest
  @CsvSource({"61, 130", "100, 130", "61, 80", "100, 80"})
  void resizesAPartAsTheWhole(int width, int height) {
    PixelImage image = random(7, 100, 80);
    for (Resampling filter : Resampling.values()) {
      Raster whole = Raster.rgb(filter.resize(image, width, height));

      Raster part = filter.resize(Raster.rgb(image), width, height, 5, 17, 40, 60);

      assertThat(part.samples()).isEqualTo(whole.part(5, 17, 40, 60).samples());
    }
  }

  @ParameterizedTest
  @EnumSource
  void resizesOnePlaneAsThreeEqualOnes(Resampling filter) {
    Raster luma = Raster.luma(random(8, 50, 40));
    byte[] rgb = new byte[3 * luma.samples().length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = luma.samples()[i / 3];
    }
    byte[] resized = filter.resize(new PixelImage(50, 40, rgb), 28, 28).rgb();

    byte[] plane = filter.resize(luma, 28, 28, 0, 0, 28, 28).samples();

    for (int i = 0; i < plane.length; i++) {
      assertThat(plane[i]).isEqualTo(resized[3 * i]);
    }
  }

  @Test
  void refusesPicturesWithoutPixels() {
    PixelImage image = random(1, 4, 4);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resampling.BILINEAR.resize(image, 0, 4))
        .withMessageContaining("0 x 4");
  }

  private static PixelImage random(long seed, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    new Random(seed).nextBytes(rgb);
    return new PixelImage(width, height, rgb);
  }
}
