package org.saccade.dataset;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A folder of images, with or without what lies in its sub-folders.
 *
 * <p>Hidden files and folders (a leading dot) are passed over. A folder whose own name ends like an
 * image's counts as an image, one that will turn out unreadable, and is not entered. Archives are
 * opened, unless images lie beside them in the same folder, which they then most likely repeat.
 *
 * @param root what ids are relative to
 * @param folder the folder
 * @param glob for what is taken directly in the folder; with one, a file counts as an image
 *     whatever its name; empty without one, for parts travel to tasks and an {@code Optional} does
 *     not
 * @param deep whether sub-folders and archives are entered, or only loose images listed
 */
record FolderPart(String root, String folder, String glob, boolean deep) implements ImagePart {
  private static final long serialVersionUID = 1L;

  /** Everything below a folder. */
  static FolderPart tree(String root, Path folder) {
    return new FolderPart(root, folder.toString(), "", true);
  }

  Optional<String> names() {
    return glob.isEmpty() ? Optional.empty() : Optional.of(glob);
  }

  /** The images directly in the folder. */
  FolderPart shallow() {
    return new FolderPart(root, folder, glob, false);
  }

  @Override
  public ImageListing list(Configuration hadoop) {
    return new FolderListing(this, hadoop);
  }

  /** The entries of the folder itself. */
  FolderEntries entries(Configuration hadoop) throws IOException {
    return FolderEntries.open(new Path(folder), hadoop);
  }

  /** The path of a file below the root, {@code /} between segments. */
  String relative(Path file) {
    return relative(root, file);
  }

  static String relative(String root, Path file) {
    String prefix = new Path(root).toUri().getPath();
    String path = file.toUri().getPath();
    return path.substring(prefix.endsWith("/") ? prefix.length() : prefix.length() + 1);
  }
}
