package org.saccade.dataset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/** Ground truth in the shape of text tables. */
final class BoxTables {
  private static final List<String> CORNERS = List.of("x0", "y0", "x1", "y1");
  private static final List<String> ORIGINAL_CORNERS = List.of("ox0", "oy0", "ox1", "oy1");

  private final GroundTruthBuilder builder;
  private final Configuration hadoop;

  BoxTables(GroundTruthBuilder builder, Configuration hadoop) {
    this.builder = builder;
    this.hadoop = hadoop;
  }

  /** Whether a table's header is that of the public challenge's solution. */
  static boolean isChallenge(List<String> header) {
    return header.contains("ImageId") && header.contains("PredictionString");
  }

  /** Whether a table's header is that of our own box table. */
  static boolean isBoxTable(List<String> header) {
    return header.contains("image_id") && header.containsAll(CORNERS);
  }

  /** Whether a line has an image and four numbers, as in lists of boxes without a header. */
  static boolean isBoxLine(List<String> fields) {
    return fields.size() == 5
        && fields.subList(1, 5).stream().allMatch(field -> number(field).isPresent());
  }

  /**
   * The {@code LOC_val_solution.csv} of the public challenge: per image a string of class, x0, y0,
   * x1, y1, repeated.
   */
  void readChallenge(Path file) {
    List<String> lines = Csv.lines(file, hadoop);
    List<String> header = Csv.fields(lines.get(0));
    int idColumn = header.indexOf("ImageId");
    int boxesColumn = header.indexOf("PredictionString");
    for (int number = 2; number <= lines.size(); number++) {
      List<String> fields = Csv.fields(lines.get(number - 1));
      String where = "%s line %d".formatted(file.getName(), number);
      if (fields.size() != header.size()) {
        malformed(lines.get(number - 1), where);
        continue;
      }
      String imageId = fields.get(idColumn);
      String[] words = fields.get(boxesColumn).strip().split("\\s+");
      if (words.length % 5 != 0) {
        malformed(lines.get(number - 1), where);
        continue;
      }
      if (builder.contains(imageId)) {
        builder.contradiction(imageId, "%s: %s is listed twice".formatted(where, imageId));
      }
      builder.image(imageId);
      for (int i = 0; i < words.length; i += 5) {
        Optional<double[]> corners = corners(List.of(words).subList(i + 1, i + 5));
        if (corners.isPresent()) {
          builder.box(imageId, words[i], corners.get(), where);
        } else {
          malformed(lines.get(number - 1), where);
        }
      }
    }
  }

  /**
   * Our own table: columns {@code image_id, label, x0, y0, x1, y1} and, where known, {@code width,
   * height} of the picture that the boxes are in; for the frame of the originals {@code ox0, oy0,
   * ox1, oy1, orig_w, orig_h} where the table has them. A line per box.
   *
   * @throws UserException if a column is missing
   */
  void readBoxTable(Path file, BoxesFrame frame) {
    List<String> lines = Csv.lines(file, hadoop);
    List<String> header = Csv.fields(lines.get(0));
    boolean original =
        frame.kind() == BoxesFrame.Kind.ORIGINAL && header.containsAll(ORIGINAL_CORNERS);
    List<String> cornerColumns = original ? ORIGINAL_CORNERS : CORNERS;
    String widthColumn = original ? "orig_w" : "width";
    String heightColumn = original ? "orig_h" : "height";
    if (!header.contains("label")) {
      throw new UserException(
          "%s has no column label, its header is '%s': add the class index of every box"
              .formatted(file, String.join(",", header)));
    }
    for (int number = 2; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (line.isBlank()) {
        continue;
      }
      String where = "%s line %d".formatted(file.getName(), number);
      List<String> values = Csv.fields(line);
      if (values.size() != header.size()) {
        malformed(line, where);
        continue;
      }
      Map<String, String> fields = new HashMap<>();
      for (int column = 0; column < values.size(); column++) {
        fields.put(header.get(column), values.get(column));
      }
      Optional<double[]> corners = corners(cornerColumns.stream().map(fields::get).toList());
      if (corners.isEmpty()) {
        malformed(line, where);
        continue;
      }
      String imageId = fields.get("image_id");
      if (fields.containsKey(widthColumn) && fields.containsKey(heightColumn)) {
        size(imageId, fields.get(widthColumn), fields.get(heightColumn), line, where);
      }
      builder.box(imageId, fields.get("label"), corners.get(), where);
    }
  }

  /**
   * Lists in the manner of wsolevaluation, without headers: a line {@code image,x0,y0,x1,y1} per
   * box, {@code image,label} per image and, where known, {@code image,width,height}.
   */
  void readLists(Path boxes, Path classLabels, Optional<Path> sizes) {
    Map<String, String> labels = new HashMap<>();
    each(
        classLabels,
        2,
        (fields, line, where) -> {
          builder.onlyLabel(fields.get(0), fields.get(1), where);
          labels.put(GroundTruth.path(fields.get(0)), fields.get(1));
        });
    sizes.ifPresent(file -> readSizes(file, labels.keySet()::contains));
    each(
        boxes,
        5,
        (fields, line, where) -> {
          String label = labels.get(GroundTruth.path(fields.get(0)));
          Optional<double[]> corners = corners(fields.subList(1, 5));
          if (corners.isEmpty()) {
            malformed(line, where);
          } else if (label == null) {
            builder
                .faults()
                .add(
                    GroundTruthFault.UNKNOWN_CLASS,
                    "%s: %s has no label".formatted(where, fields.get(0)));
          } else {
            builder.box(fields.get(0), label, corners.get(), where);
          }
        });
  }

  /** Reads {@code image,width,height} lines for the images that are wanted. */
  private void readSizes(Path file, Predicate<String> wanted) {
    each(
        file,
        3,
        (fields, line, where) -> {
          if (wanted.test(GroundTruth.path(fields.get(0)))) {
            size(fields.get(0), fields.get(1), fields.get(2), line, where);
          }
        });
  }

  private void size(String imageId, String width, String height, String line, String where) {
    Optional<Double> w = number(width);
    Optional<Double> h = number(height);
    if (w.isPresent() && h.isPresent()) {
      builder.size(imageId, w.get().intValue(), h.get().intValue(), where);
    } else {
      malformed(line, where);
    }
  }

  /** What to do with a line. */
  private interface LineReader {
    void read(List<String> fields, String line, String where);
  }

  private void each(Path file, int columns, LineReader reader) {
    List<String> lines = Csv.lines(file, hadoop);
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      List<String> fields = Csv.fields(line);
      String where = "%s line %d".formatted(file.getName(), number);
      if (fields.size() == columns) {
        reader.read(fields, line, where);
      } else if (!line.isBlank()) {
        malformed(line, where);
      }
    }
  }

  private void malformed(String line, String where) {
    String shown = line.length() > 60 ? line.substring(0, 60) + "..." : line;
    builder.faults().add(GroundTruthFault.MALFORMED, "%s: '%s'".formatted(where, shown));
  }

  private static Optional<double[]> corners(List<String> texts) {
    List<Double> numbers = new ArrayList<>();
    for (String text : texts) {
      number(text).ifPresent(numbers::add);
    }
    return numbers.size() == 4
        ? Optional.of(numbers.stream().mapToDouble(Double::doubleValue).toArray())
        : Optional.empty();
  }

  private static Optional<Double> number(String text) {
    try {
      return text == null ? Optional.empty() : Optional.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
