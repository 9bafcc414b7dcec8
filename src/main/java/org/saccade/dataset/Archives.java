package org.saccade.dataset;

import org.apache.hadoop.fs.Path;

/** Files that hold images. */
final class Archives {
  private Archives() {}

  /**
   * The images in an archive.
   *
   * @param idPrefix what their ids begin with: the archive's path and a slash, or nothing where it
   *     is the only one
   */
  static ImagePart part(Path path, String idPrefix) {
    return FileKind.of(path.getName()) == FileKind.TAR
        ? new TarPart(path.toString(), idPrefix)
        : new ParquetPart(path.toString(), idPrefix);
  }
}
