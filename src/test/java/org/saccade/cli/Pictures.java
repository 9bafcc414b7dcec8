package org.saccade.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Little pictures made for tests: seeded blobs of colour. */
final class Pictures {
  private Pictures() {}

  /** Writes a set of PNGs of different sizes, {@code 00.png} and so on. */
  static Path folder(Path folder, int count) {
    for (int i = 0; i < count; i++) {
      write(folder.resolve("%02d.png".formatted(i)), picture(30 + 7 * (i % 5), 40 + i, i));
    }
    return folder;
  }

  static BufferedImage picture(int width, int height, long seed) {
    return picture(width, height, BufferedImage.TYPE_INT_RGB, seed);
  }

  static BufferedImage picture(int width, int height, int type, long seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(width, height, type);
    for (int blob = 0; blob < 12; blob++) {
      int left = random.nextInt(width);
      int top = random.nextInt(height);
      int colour = random.nextInt(0x1000000) | 0xff000000;
      for (int y = top; y < Math.min(height, top + height / 3 + 1); y++) {
        for (int x = left; x < Math.min(width, left + width / 3 + 1); x++) {
          image.setRGB(x, y, colour);
        }
      }
    }
    return image;
  }

  /**
   * Makes a file that whoever reads it waits for, until it is opened for writing: it is empty then.
   */
  static Path pipe(Path file) throws IOException, InterruptedException {
    Process made = new ProcessBuilder("mkfifo", file.toString()).start();
    if (made.waitFor() != 0) {
      throw new IOException("mkfifo ended with %d: %s".formatted(made.exitValue(), file));
    }
    return file;
  }

  static void write(Path file, BufferedImage image) {
    String name = file.getFileName().toString();
    String format = name.substring(name.lastIndexOf('.') + 1);
    try {
      Files.createDirectories(file.getParent());
      if (!ImageIO.write(image, format, file.toFile())) {
        throw new IllegalArgumentException("no writer for " + file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
