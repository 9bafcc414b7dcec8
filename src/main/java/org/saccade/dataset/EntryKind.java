package org.saccade.dataset;

import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.GlobFilter;

/** What an entry of a folder is to a search for images. */
enum EntryKind {
  HIDDEN,
  IMAGE,
  FOLDER,
  ARCHIVE,
  OTHER;

  /** Tells the entries of one folder apart. */
  static final class Classifier {
    private final Optional<GlobFilter> names;

    /**
     * @param names glob for the entries that count, all files among them as images
     */
    Classifier(Optional<String> names) throws IOException {
      this.names = names.isPresent() ? Optional.of(new GlobFilter(names.get())) : Optional.empty();
    }

    EntryKind of(FileStatus entry) {
      String name = entry.getPath().getName();
      if (name.startsWith(".") || (names.isPresent() && !names.get().accept(entry.getPath()))) {
        return HIDDEN;
      }
      FileKind kind = FileKind.of(name);
      if (kind == FileKind.IMAGE) {
        return IMAGE;
      }
      if (entry.isDirectory()) {
        return FOLDER;
      }
      if (kind.isArchive()) {
        return ARCHIVE;
      }
      return names.isPresent() ? IMAGE : OTHER;
    }
  }
}
