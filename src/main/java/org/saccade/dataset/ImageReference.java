package org.saccade.dataset;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern IN_TAR = Pattern.compile("(.+?)#(.*)@(\\d{1,18})\\+(\\d{1,18})");
  private static final Pattern IN_PARQUET = Pattern.compile("(.+)#(\\d{1,18})");

  /** An image in a file of its own, of which no more is known. */
  public static ImageReference ofFile(String imageId, String uri) {
    return new ImageReference(
        imageId, new ImageLocation.WholeFile(uri), UNKNOWN_LENGTH, UNLABELLED);
  }

  /**
   * An image by the {@link #uri} that it had, enough to read it again.
   *
   * @param uri as it stands in a table
   */
  public static ImageReference ofUri(String imageId, String uri) {
    Matcher inTar = IN_TAR.matcher(uri);
    if (inTar.matches() && FileKind.of(inTar.group(1)) == FileKind.TAR) {
      return new ImageReference(
          imageId,
          new ImageLocation.TarEntry(
              inTar.group(1), Long.parseLong(inTar.group(3)), inTar.group(2)),
          Long.parseLong(inTar.group(4)),
          UNLABELLED);
    }
    Matcher inParquet = IN_PARQUET.matcher(uri);
    if (inParquet.matches() && FileKind.of(inParquet.group(1)) == FileKind.PARQUET) {
      return new ImageReference(
          imageId,
          new ImageLocation.ParquetRow(inParquet.group(1), Long.parseLong(inParquet.group(2)), ""),
          UNKNOWN_LENGTH,
          UNLABELLED);
    }
    return ofFile(imageId, uri);
  }

  /**
   * Where the image lies, for people and for the tables: its file; for an image in a tar file
   * {@code FILE#ENTRY@POSITION+LENGTH} in bytes; for a row of a Parquet file {@code FILE#ROW}.
   */
  public String uri() {
    if (location instanceof ImageLocation.WholeFile) {
      return location.file();
    }
    return location instanceof ImageLocation.TarEntry
        ? "%s#%s@%d+%d".formatted(location.file(), location.entry(), location.position(), length)
        : location.file() + "#" + location.position();
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
