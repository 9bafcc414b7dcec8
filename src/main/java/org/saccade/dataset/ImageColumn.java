package org.saccade.dataset;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/**
 * A column of a table of images, such as the camera or the hospital they come from: text by image
 * id. An image may be named more than once as long as its text is the same.
 */
public final class ImageColumn implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String IMAGE_ID = "image_id";

  private final HashMap<String, String> byImage;

  private ImageColumn(Map<String, String> byImage) {
    this.byImage = new HashMap<>(byImage);
  }

  /**
   * Reads a column of a CSV file with a header line and a column {@code image_id}.
   *
   * @throws UserException if the file cannot be read, lacks a column, or gives an image two texts
   */
  public static ImageColumn read(String file, String column, Configuration hadoop) {
    List<List<String>> records = Csv.records(new Path(file), hadoop);
    List<String> header = records.isEmpty() ? List.of() : records.get(0);
    int ids = header.indexOf(IMAGE_ID);
    int texts = header.indexOf(column);
    if (ids < 0 || texts < 0) {
      throw new UserException(
          "%s has no column %s, its header is '%s': name one of its columns"
              .formatted(file, ids < 0 ? IMAGE_ID : column, String.join(",", header)));
    }
    Map<String, String> byImage = new HashMap<>();
    for (List<String> fields : records.subList(1, records.size())) {
      if (fields.size() <= Math.max(ids, texts)) {
        continue;
      }
      String before = byImage.putIfAbsent(fields.get(ids), fields.get(texts));
      if (before != null && !before.equals(fields.get(texts))) {
        throw new UserException(
            "%s gives %s the %s '%s' and '%s': keep one of them"
                .formatted(file, fields.get(ids), column, before, fields.get(texts)));
      }
    }
    return new ImageColumn(byImage);
  }

  /** The text of an image, found by its id or else by its file name; empty where there is none. */
  public Optional<String> of(ImageReference image) {
    String text = byImage.getOrDefault(image.imageId(), byImage.get(image.fileName()));
    return Optional.ofNullable(text).filter(value -> !value.isBlank());
  }
}
