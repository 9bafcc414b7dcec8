package org.saccade.dataset;

import java.nio.charset.Charset;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * An entry of a folder, as listing it tells.
 *
 * @param path where it lies; for a file whose name is no text, with the bytes in question as {@code
 *     %XX}
 * @param type what it is, behind a link if it is one
 * @param nameable whether its name is text, without which it cannot be opened
 * @param length of a file in bytes
 */
record FolderEntry(Path path, Type type, boolean nameable, long length) {
  enum Type {
    FILE,
    FOLDER,
    /** A pipe, a socket or a device, which may have no end. */
    SPECIAL
  }

  /** An entry as Hadoop tells it. */
  static FolderEntry of(FileStatus file) {
    Type type = file.isDirectory() ? Type.FOLDER : Type.FILE;
    return new FolderEntry(file.getPath(), type, true, file.getLen());
  }

  String name() {
    return path.getName();
  }

  boolean isFolder() {
    return type == Type.FOLDER;
  }

  /** The entry as an image, whether it can be read or not. */
  ImageReference image(String root) {
    ImageLocation location =
        nameable
            ? new ImageLocation.WholeFile(path.toString())
            : new ImageLocation.Damage(
                path.toString(),
                0,
                "its name is not written in %s, as the locale says: rename it or correct LC_ALL"
                    .formatted(Charset.forName(System.getProperty("sun.jnu.encoding"))));
    return new ImageReference(
        FolderPart.relative(root, path),
        location,
        type == Type.FILE ? length : ImageReference.UNKNOWN_LENGTH,
        ImageReference.UNLABELLED);
  }
}
