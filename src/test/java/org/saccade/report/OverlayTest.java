package org.saccade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;

class OverlayTest {
  private static final int GREY = 0x505050;
  private static final HeatMap NOTHING = HeatMap.of(1, 1, new float[1]);

  @Test
  void showsTheImageThenTheDotsThenTheMapWithItsBox() {
    BufferedImage drawn =
        Overlay.draw(
            grey(100, 60),
            Fixations.unweighted(100, 60, new float[] {70}, new float[] {20}),
            HeatMap.of(1, 2, new float[] {0, 1}),
            Optional.of(new Box(10, 10, 39, 29)));

    assertThat(drawn.getWidth()).isEqualTo(3 * 100 + 2 * 8);
    assertThat(drawn.getHeight()).isEqualTo(60);
    assertThat(colour(drawn, 70, 20)).isEqualTo(GREY);
    assertThat(colour(drawn, 108 + 70, 20)).as("the dot is yellow").isNotEqualTo(GREY);
    assertThat(colour(drawn, 108 + 20, 40)).as("no dot elsewhere").isEqualTo(GREY);
    assertThat(colour(drawn, 216 + 10, 20)).as("the box's left edge").isEqualTo(0xFFFFFF);
    assertThat(brightness(drawn, 216 + 95, 50))
        .as("the map is lighter where it is hot")
        .isGreaterThan(brightness(drawn, 216 + 2, 50));
  }

  @Test
  void drawsHugePicturesSmall() {
    BufferedImage drawn =
        Overlay.draw(
            grey(2000, 1000),
            Fixations.unweighted(2000, 1000, new float[] {1500}, new float[] {500}),
            NOTHING,
            Optional.empty());

    assertThat(drawn.getHeight()).isEqualTo(240);
    assertThat(colour(drawn, 480 + 8 + 360, 120)).isNotEqualTo(GREY);
  }

  @Test
  void drawsAnExplanationWithoutPoints() throws IOException {
    byte[] png =
        Overlay.png(
            grey(1, 1),
            Fixations.unweighted(1, 1, new float[0], new float[0]),
            NOTHING,
            Optional.empty());

    assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(3 + 2 * 8);
  }

  private static PixelImage grey(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    Arrays.fill(rgb, (byte) 0x50);
    return new PixelImage(width, height, rgb);
  }

  private static int colour(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  private static int brightness(BufferedImage image, int x, int y) {
    int rgb = colour(image, x, y);
    return (rgb >> 16) + (rgb >> 8 & 0xFF) + (rgb & 0xFF);
  }
}
