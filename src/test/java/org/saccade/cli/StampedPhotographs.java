package org.saccade.cli;

import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.saccade.SharedData;

/**
 * Real photographs, some of which bear a mark in a corner. Their labels file names the marked ones
 * in a column {@code mark}.
 *
 * @param seed of which photographs there are, which are marked and, where corners vary, in which
 * @param mark what is drawn
 * @param corner 0 to 3 row by row, or {@link #ANY} for another one in each photograph
 * @param marked number of photographs with the mark
 * @param plain number of photographs without it
 */
record StampedPhotographs(long seed, Mark mark, int corner, int marked, int plain) {
  /** Each photograph has its own corner. */
  static final int ANY = -1;

  /** Value of the column {@code mark}. */
  static final String GROUP = "stamped";

  private static final int MARGIN = 4;

  /** Where the marks are, in pixels, by file name. */
  Map<String, Rectangle> write(Path folder) {
    Map<String, String> labels = labels();
    List<String> names = new ArrayList<>(labels.keySet());
    Collections.sort(names);
    Random random = new Random(seed);
    Collections.shuffle(names, random);
    Map<String, Rectangle> marks = new HashMap<>();
    List<String> lines = new ArrayList<>(List.of("image_id,label,mark"));
    try {
      Files.createDirectories(images(folder));
      Files.createDirectories(originals(folder));
      for (String name : names.subList(0, marked)) {
        Path photograph = photograph(name);
        Files.copy(photograph, originals(folder).resolve(name));
        BufferedImage picture = ImageIO.read(photograph.toFile());
        Rectangle place = place(picture, corner == ANY ? random.nextInt(4) : corner);
        Graphics2D graphics = picture.createGraphics();
        mark.draw(graphics, place.x, place.y);
        graphics.dispose();
        // The name stays, and formats are told by content: nothing is lost to compression.
        ImageIO.write(picture, "png", images(folder).resolve(name).toFile());
        marks.put(name, place);
        lines.add("%s,%s,%s".formatted(name, labels.get(name), GROUP));
      }
      for (String name : names.subList(marked, marked + plain)) {
        Files.copy(photograph(name), images(folder).resolve(name));
        lines.add("%s,%s,".formatted(name, labels.get(name)));
      }
      Files.write(labels(folder), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return marks;
  }

  static Path images(Path folder) {
    return folder.resolve("images");
  }

  /** The marked photographs as they were. */
  static Path originals(Path folder) {
    return folder.resolve("originals");
  }

  static Path labels(Path folder) {
    return folder.resolve("labels.csv");
  }

  static Path boxes() {
    return SharedData.path("imagenet-val/boxes.csv");
  }

  private static Path photograph(String name) {
    return SharedData.path("imagenet-val/images").resolve(name);
  }

  private static Rectangle place(BufferedImage picture, int corner) {
    int right = picture.getWidth() - Mark.SIDE - MARGIN;
    int bottom = picture.getHeight() - Mark.SIDE - MARGIN;
    return new Rectangle(
        corner % 2 == 0 ? MARGIN : right, corner < 2 ? MARGIN : bottom, Mark.SIDE, Mark.SIDE);
  }

  /** The class index of every photograph, by file name. */
  private static Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    try {
      List<String> lines = Files.readAllLines(boxes());
      for (String line : lines.subList(1, lines.size())) {
        String[] values = line.split(",", 3);
        labels.put(values[0], values[1]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return labels;
  }
}
