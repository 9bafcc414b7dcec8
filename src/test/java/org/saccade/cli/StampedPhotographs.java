package org.saccade.cli;

import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.saccade.SharedData;

/**
 * Real photographs that bear a mark, the same ones without it, and others.
 *
 * <p>A mark never touches an object: only photographs are marked whose true boxes, grown by a tenth
 * on each side, leave its place free.
 *
 * @param mark what is drawn
 * @param side width and height of the mark, in pixels
 * @param place where
 * @param marked number of photographs with the mark, and of the same ones without it
 * @param others number of other photographs
 */
record StampedPhotographs(Mark mark, int side, Place place, int marked, int others) {
  /** Where a photograph bears the mark. */
  enum Place {
    TOP_LEFT,
    TOP_RIGHT,
    BOTTOM_LEFT,
    BOTTOM_RIGHT,
    /** Each photograph elsewhere. */
    ANYWHERE;

    /** As findings name it. */
    String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Values of the column {@code mark}, and folders; others have none. */
  static final String STAMPED = "stamped";

  static final String UNSTAMPED = "unstamped";

  private static final String OTHERS = "others";
  private static final long SEED = 7;
  private static final int PICTURE = 227;
  private static final int MARGIN = 4;
  private static final double GROWN = 0.1;
  private static final int ATTEMPTS = 200;

  /** Writes pictures, labels and boxes; where the marks are, in pixels, by file name. */
  Map<String, Rectangle> write(Path folder) {
    Map<String, List<String>> truth = truth();
    List<String> names = new ArrayList<>(truth.keySet());
    Random random = new Random(SEED);
    Collections.shuffle(names, random);
    Map<String, Rectangle> marks = new TreeMap<>();
    List<String> labels = new ArrayList<>(List.of("image_id,label,mark"));
    List<String> boxes = new ArrayList<>(List.of("image_id,label,x0,y0,x1,y1"));
    try {
      for (String group : List.of(STAMPED, UNSTAMPED, OTHERS)) {
        Files.createDirectories(images(folder).resolve(group));
      }
      int left = others;
      for (String name : names) {
        List<String> lines = truth.get(name);
        Optional<Rectangle> there = marks.size() < marked ? free(lines, random) : Optional.empty();
        if (there.isPresent()) {
          marks.put(name, there.get());
          BufferedImage picture = ImageIO.read(photograph(name).toFile());
          mark.draw(picture, there.get());
          // The name stays, and formats are told by content: nothing is lost to compression.
          ImageIO.write(picture, "png", images(folder).resolve(STAMPED).resolve(name).toFile());
          Files.copy(photograph(name), images(folder).resolve(UNSTAMPED).resolve(name));
          note(STAMPED, STAMPED, lines, labels, boxes);
          note(UNSTAMPED, UNSTAMPED, lines, labels, boxes);
        } else if (left > 0) {
          left--;
          Files.copy(photograph(name), images(folder).resolve(OTHERS).resolve(name));
          note(OTHERS, "", lines, labels, boxes);
        }
      }
      Files.write(labels(folder), labels);
      Files.write(boxes(folder), boxes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return marks;
  }

  static Path images(Path folder) {
    return folder.resolve("images");
  }

  static Path labels(Path folder) {
    return folder.resolve("labels.csv");
  }

  static Path boxes(Path folder) {
    return folder.resolve("boxes.csv");
  }

  /** Share of a picture that a mark covers. */
  double area() {
    return (double) side * side / (PICTURE * PICTURE);
  }

  private static void note(
      String group, String value, List<String> lines, List<String> labels, List<String> boxes) {
    String[] first = lines.get(0).split(",", -1);
    labels.add("%s/%s,%s,%s".formatted(group, first[0], first[1], value));
    for (String line : lines) {
      boxes.add(group + "/" + String.join(",", List.of(line.split(",", -1)).subList(0, 6)));
    }
  }

  /** A place for the mark that no object reaches. */
  private Optional<Rectangle> free(List<String> lines, Random random) {
    int far = PICTURE - MARGIN - side;
    for (int attempt = 0; attempt < (place == Place.ANYWHERE ? ATTEMPTS : 1); attempt++) {
      Rectangle there =
          switch (place) {
            case TOP_LEFT -> square(MARGIN, MARGIN);
            case TOP_RIGHT -> square(far, MARGIN);
            case BOTTOM_LEFT -> square(MARGIN, far);
            case BOTTOM_RIGHT -> square(far, far);
            case ANYWHERE ->
                square(
                    MARGIN + random.nextInt(far - MARGIN + 1),
                    MARGIN + random.nextInt(far - MARGIN + 1));
          };
      if (lines.stream().noneMatch(line -> grown(line).intersects(there))) {
        return Optional.of(there);
      }
    }
    return Optional.empty();
  }

  private Rectangle square(int x, int y) {
    return new Rectangle(x, y, side, side);
  }

  private static Rectangle2D grown(String line) {
    String[] values = line.split(",", -1);
    double x0 = Double.parseDouble(values[2]);
    double y0 = Double.parseDouble(values[3]);
    double x1 = Double.parseDouble(values[4]);
    double y1 = Double.parseDouble(values[5]);
    double wider = GROWN * (x1 - x0);
    double higher = GROWN * (y1 - y0);
    return new Rectangle2D.Double(
        x0 - wider, y0 - higher, x1 - x0 + 2 * wider, y1 - y0 + 2 * higher);
  }

  private static Path photograph(String name) {
    return SharedData.path("imagenet-val/images").resolve(name);
  }

  /** The lines of {@code boxes.csv}, by file name. */
  private static Map<String, List<String>> truth() {
    Map<String, List<String>> truth = new TreeMap<>();
    try {
      List<String> lines = Files.readAllLines(SharedData.path("imagenet-val/boxes.csv"));
      for (String line : lines.subList(1, lines.size())) {
        truth.computeIfAbsent(line.split(",", 2)[0], name -> new ArrayList<>()).add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return truth;
  }
}
