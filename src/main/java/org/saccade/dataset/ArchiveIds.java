package org.saccade.dataset;

import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** Gives the images of one archive distinct ids. */
final class ArchiveIds {
  private final String prefix;
  private final String archive;
  private final NameSet seen = new NameSet();

  /**
   * @param prefix what the ids begin with: the archive's path and a slash, or nothing
   */
  ArchiveIds(Path file, String prefix) {
    this.prefix = prefix;
    this.archive = prefix.isEmpty() ? file.getName() : prefix.substring(0, prefix.length() - 1);
  }

  /** The id of an image; an entry met before, or without a name, is told by its position. */
  String of(String entry, long position) {
    if (entry.isEmpty()) {
      return archive + "#" + position;
    }
    String id = prefix + entry;
    return seen.add(entry) ? id : id + "#" + position;
  }

  /** What stands for all images that damage hides. */
  ImageReference damage(String file, long position, String reason) {
    return new ImageReference(
        archive + "#damaged-at-" + position,
        new ImageLocation.Damage(file, position, reason),
        ImageReference.UNKNOWN_LENGTH,
        ImageReference.UNLABELLED);
  }

  /**
   * An entry's path without leading slashes and {@code ./}; empty if it is hidden, is no more than
   * a folder, or leaves the archive.
   */
  static Optional<String> normalize(String name) {
    String path =
        name.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*:/+", "").replaceFirst("^(\\.?/+)+", "");
    return path.isBlank() || path.endsWith("/") || ("/" + path).contains("/.")
        ? Optional.empty()
        : Optional.of(path);
  }
}
