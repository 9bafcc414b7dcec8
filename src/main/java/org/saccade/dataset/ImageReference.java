package org.saccade.dataset;

import java.io.Serializable;
import java.util.OptionalInt;

/**
 * An image of a set, by where it lies; whether it can be read is found out later.
 *
 * @param imageId path relative to the images' root with {@code /} between segments, which is the
 *     file name for a flat folder; for a list file the path as the list has it
 * @param uri full path including the file system's scheme
 * @param classIndex index of the true class, or {@link #UNLABELLED}
 */
public record ImageReference(String imageId, String uri, int classIndex) implements Serializable {
  /** The class index of an image whose class is not known. */
  public static final int UNLABELLED = -1;

  /** An image whose class is not known. */
  public static ImageReference unlabelled(String imageId, String uri) {
    return new ImageReference(imageId, uri, UNLABELLED);
  }

  /** Index of the true class, where it is known. */
  public OptionalInt label() {
    return classIndex == UNLABELLED ? OptionalInt.empty() : OptionalInt.of(classIndex);
  }

  /** The same image with its class. */
  public ImageReference withLabel(int label) {
    return new ImageReference(imageId, uri, label);
  }

  /** The last segment of the id. */
  public String fileName() {
    return imageId.substring(imageId.lastIndexOf('/') + 1);
  }
}
