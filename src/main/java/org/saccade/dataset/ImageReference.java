package org.saccade.dataset;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An image of a set, by where it lies; whether it can be read is found out later.
 *
 * @param imageId path relative to the images' root with {@code /} between segments, which is the
 *     file name for a flat folder; for a list file the path as the list has it; for an image inside
 *     an archive the archive's path and the image's path in it
 * @param location where its bytes lie
 * @param length size in bytes; for rows of a Parquet file their mean; {@link #UNKNOWN_LENGTH} where
 *     that would take opening the file
 * @param classIndex index of the true class, or {@link #UNLABELLED}
 */
public record ImageReference(String imageId, ImageLocation location, long length, int classIndex)
    implements Serializable {
  /** The class index of an image whose class is not known. */
  public static final int UNLABELLED = -1;

  /** The length of an image that was not looked at. */
  public static final long UNKNOWN_LENGTH = -1;

  /** An image in a file of its own, of which no more is known. */
  public static ImageReference ofFile(String imageId, String uri) {
    return new ImageReference(
        imageId, new ImageLocation.WholeFile(uri), UNKNOWN_LENGTH, UNLABELLED);
  }

  /** Where the image lies, for people and for the tables. */
  public String uri() {
    return location.uri();
  }

  /** Index of the true class, where it is known. */
  public OptionalInt label() {
    return classIndex == UNLABELLED ? OptionalInt.empty() : OptionalInt.of(classIndex);
  }

  /** The same image with its class. */
  public ImageReference withLabel(int label) {
    return new ImageReference(imageId, location, length, label);
  }

  /** The last segment of the id. */
  public String fileName() {
    return imageId.substring(imageId.lastIndexOf('/') + 1);
  }

  /** The topmost folder that the image lies in, inside its archive if it is in one. */
  public Optional<String> topFolder() {
    String path = location instanceof ImageLocation.WholeFile ? imageId : location.entry();
    int slash = path.indexOf('/');
    return slash > 0 ? Optional.of(path.substring(0, slash)) : Optional.empty();
  }
}
