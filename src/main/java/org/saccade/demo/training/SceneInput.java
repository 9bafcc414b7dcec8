package org.saccade.demo.training;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.saccade.demo.scene.Scene;
import org.saccade.image.ChannelOrder;
import org.saccade.image.Crops;
import org.saccade.image.ModelDescription;
import org.saccade.image.PixelImage;
import org.saccade.image.Preprocessing;
import org.saccade.image.Preprocessor;
import org.saccade.image.Resampling;
import org.saccade.image.Resize;

/** How the pictures become the network's input: the same in training as in every job afterwards. */
public final class SceneInput {
  /** Width and height of the network's input, in pixels. */
  static final int SIDE = 64;

  static final int CHANNELS = 3;

  private static final Preprocessing PREPROCESSING =
      new Preprocessing(
          new Resize.Squash(Resampling.BILINEAR),
          OptionalInt.of(SIDE),
          ChannelOrder.RGB,
          1 / 255.0,
          List.of(0.5, 0.5, 0.5),
          List.of(0.25, 0.25, 0.25));

  private static final Preprocessor PREPROCESSOR =
      PREPROCESSING.bind(CHANNELS, OptionalInt.of(SIDE), OptionalInt.of(SIDE), Crops.CENTER);

  private SceneInput() {}

  /**
   * Writes the description file that belongs beside the network.
   *
   * @param classes file with a line for the name of each class, relative to the description
   */
  public static void describe(Path file, Path classes) {
    Map<String, String> values =
        new ModelDescription("scenes", PREPROCESSING, true, Optional.of(classes), Optional.empty())
            .toProperties();
    try {
      Files.writeString(
          file,
          values.entrySet().stream()
              .map(value -> "%s = %s\n".formatted(value.getKey(), value.getValue()))
              .collect(Collectors.joining()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a picture's input {@code [3, 64, 64]} into a batch, from an offset on. */
  static void prepare(Scene scene, float[] batch, int offset) {
    PREPROCESSOR.prepare(pixels(scene.picture()), batch, offset);
  }

  /** Floats of one input. */
  static int size() {
    return PREPROCESSOR.size();
  }

  private static PixelImage pixels(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    byte[] rgb = new byte[width * height * CHANNELS];
    int at = 0;
    for (int colour : picture.getRGB(0, 0, width, height, null, 0, width)) {
      rgb[at++] = (byte) (colour >> 16);
      rgb[at++] = (byte) (colour >> 8);
      rgb[at++] = (byte) colour;
    }
    return new PixelImage(width, height, rgb);
  }
}
