package org.saccade.job.evaluate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;
import org.saccade.dataset.AnnotatedImage;
import org.saccade.dataset.GroundTruth;
import org.saccade.dataset.Storage;
import org.saccade.job.tables.Claim;
import org.saccade.localization.Box;

/** Reads boxes from elsewhere: a text file with class and corners per line. */
final class BoxFile {
  private final EvaluateOptions.Boxes boxes;
  private final Configuration hadoop;

  /** One line of a file of boxes from elsewhere, with what is known of its image. */
  record BoxLine(
      String imageId,
      int width,
      int height,
      int predicted,
      double x0,
      double y0,
      double x1,
      double y1)
      implements Serializable {

    Claim claim() {
      return new Claim(
          imageId,
          width,
          height,
          true,
          OptionalInt.empty(),
          OptionalInt.of(predicted),
          OptionalInt.of(predicted),
          List.of(),
          Optional.of(new Box(x0, y0, x1, y1)),
          Optional.empty(),
          Optional.empty());
    }
  }

  BoxFile(EvaluateOptions.Boxes boxes, Configuration hadoop) {
    this.boxes = boxes;
    this.hadoop = hadoop;
  }

  /**
   * The boxes, line {@code n} for the n-th image of the list of class labels.
   *
   * @param classLabels the list of {@code image,label} that gives the order
   * @throws UserException if the file cannot be read, a line is no box, its class is unknown, the
   *     number of lines is not that of the images, or an image's size is not known
   */
  List<BoxLine> read(String classLabels, GroundTruth truth) {
    List<String> images = new ArrayList<>();
    for (String line : lines(classLabels)) {
      if (!line.isBlank()) {
        images.add(line.split(",", 2)[0].strip());
      }
    }
    List<String> lines = lines(boxes.file()).stream().filter(line -> !line.isBlank()).toList();
    if (lines.size() != images.size()) {
      throw new UserException(
          "%s has %d lines, but %s lists %d images: they need one line per image in the same order"
              .formatted(boxes.file(), lines.size(), classLabels, images.size()));
    }
    Map<Integer, Integer> classes = classes();
    List<BoxLine> read = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      read.add(line(i + 1, lines.get(i), images.get(i), classes, truth));
    }
    return read;
  }

  private BoxLine line(
      int number, String line, String imageId, Map<Integer, Integer> classes, GroundTruth truth) {
    String[] words = line.strip().split("[\\s,]+", -1);
    double[] values = new double[words.length];
    try {
      for (int i = 0; i < words.length; i++) {
        values[i] = Double.parseDouble(words[i]);
      }
    } catch (NumberFormatException e) {
      throw notABox(number, line, e);
    }
    if (values.length != 5 || !(values[3] >= values[1]) || !(values[4] >= values[2])) {
      throw notABox(number, line, null);
    }
    int given = (int) values[0];
    Integer predicted = boxes.classes().isPresent() ? classes.get(given) : Integer.valueOf(given);
    if (predicted == null) {
      throw new UserException(
          "%s line %d has the class %d, which %s does not list"
              .formatted(boxes.file(), number, given, boxes.classes().orElseThrow()));
    }
    AnnotatedImage image = truth.of(imageId).orElse(null);
    if (image != null && !image.sized()) {
      throw new UserException(
          ("the size of %s is not known, which size strata and the centred box need:"
                  + " give --image-sizes FILE with lines of image,width,height")
              .formatted(imageId));
    }
    return new BoxLine(
        imageId,
        image == null ? 0 : image.width(),
        image == null ? 0 : image.height(),
        predicted,
        values[1],
        values[2],
        values[3],
        values[4]);
  }

  private UserException notABox(int number, String line, NumberFormatException cause) {
    return new UserException(
        "%s line %d is '%s': a line is class x0 y0 x1 y1 with x0 <= x1 and y0 <= y1"
            .formatted(boxes.file(), number, line),
        cause);
  }

  /** From the file's class numbers to class indices: the first two columns of a table. */
  private Map<Integer, Integer> classes() {
    Map<Integer, Integer> classes = new HashMap<>();
    boxes
        .classes()
        .ifPresent(
            file -> {
              for (String line : lines(file)) {
                String[] fields = line.strip().split("\\s*,\\s*", -1);
                if (fields.length >= 2 && fields[0].matches("\\d+") && fields[1].matches("\\d+")) {
                  classes.put(Integer.parseInt(fields[0]), Integer.parseInt(fields[1]));
                }
              }
              if (classes.isEmpty()) {
                throw new UserException(
                    "%s maps no class: it needs lines of two numbers, class in the boxes and index"
                        .formatted(file));
              }
            });
    return classes;
  }

  private List<String> lines(String file) {
    Path path = new Path(file);
    List<String> lines = new ArrayList<>();
    try (InputStream raw = Storage.of(path, hadoop).open(path);
        InputStream plain = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      throw new UserException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
    return lines;
  }
}
