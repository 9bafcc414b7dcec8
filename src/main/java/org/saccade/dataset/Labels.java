package org.saccade.dataset;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/**
 * The true classes of images, as a table gives them: columns {@code image_id} (file name or path
 * relative to the images) and {@code label} (class index); other columns are ignored. An image may
 * be named more than once as long as its label is the same.
 */
public final class Labels {
  private final String source;
  private final Map<String, Integer> byImage;

  private Labels(String source, Map<String, Integer> byImage) {
    this.source = source;
    this.byImage = Map.copyOf(byImage);
  }

  /**
   * Reads a CSV file with a header line; {@code .csv.gz} is decompressed.
   *
   * @throws UserException if the file cannot be read, lacks a column, holds a label that is no
   *     class index, or gives an image two labels
   */
  public static Labels read(String file, Configuration hadoop) {
    List<String> lines = Csv.lines(new Path(file), hadoop);
    List<String> header = lines.isEmpty() ? List.of() : Csv.fields(lines.get(0));
    int idColumn = column(file, header, "image_id");
    int labelColumn = column(file, header, "label");
    Map<String, Integer> byImage = new HashMap<>();
    for (int number = 2; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (line.isBlank()) {
        continue;
      }
      List<String> fields = Csv.fields(line);
      if (fields.size() <= Math.max(idColumn, labelColumn)) {
        throw new UserException(
            "%s line %d has %d fields where the header has %d: complete or remove the line"
                .formatted(file, number, fields.size(), header.size()));
      }
      String imageId = fields.get(idColumn);
      int label = classIndex(file, number, fields.get(labelColumn));
      Integer before = byImage.putIfAbsent(imageId, label);
      if (before != null && before != label) {
        throw new UserException(
            "%s line %d gives %s the label %d, an earlier line gave it %d: keep one of them"
                .formatted(file, number, imageId, label, before));
      }
    }
    return new Labels(file, byImage);
  }

  /** The label of an image, found by its id or else by its file name. */
  public OptionalInt of(ImageReference image) {
    Integer label = byImage.get(image.imageId());
    if (label == null) {
      label = byImage.get(image.fileName());
    }
    return label == null ? OptionalInt.empty() : OptionalInt.of(label);
  }

  /** Number of images that have a label. */
  public int size() {
    return byImage.size();
  }

  /** How many labels name no image of the set. */
  public int unmatched(ImageSet set) {
    Set<String> names = new HashSet<>();
    for (ImageReference image : set.images()) {
      names.add(image.imageId());
      names.add(image.fileName());
    }
    return (int) byImage.keySet().stream().filter(id -> !names.contains(id)).count();
  }

  /**
   * Checks that every label is a class of the network.
   *
   * @throws UserException naming the first that is not
   */
  public void requireBelow(int classes) {
    byImage.entrySet().stream()
        .filter(entry -> entry.getValue() >= classes)
        .min(Map.Entry.comparingByKey())
        .ifPresent(
            entry -> {
              throw new UserException(
                  ("%s gives %s the label %d, but the network has the classes 0 to %d:"
                          + " use labels in the network's order")
                      .formatted(source, entry.getKey(), entry.getValue(), classes - 1));
            });
  }

  private static int column(String file, List<String> header, String name) {
    int column = header.indexOf(name);
    if (column < 0) {
      throw new UserException(
          "%s has no column %s, its header is '%s': name the columns image_id and label"
              .formatted(file, name, String.join(",", header)));
    }
    return column;
  }

  private static int classIndex(String file, int line, String text) {
    try {
      int label = Integer.parseInt(text);
      if (label >= 0) {
        return label;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the negative ones.
    }
    throw new UserException(
        "%s line %d has the label '%s': a label is a class index, 0 or above"
            .formatted(file, line, text));
  }
}
