package org.saccade.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

    EntryKind of(FolderEntry entry) {
      String name = entry.name();
      if (name.startsWith(".") || (names.isPresent() && !names.get().accept(entry.path()))) {
        return HIDDEN;
      }
      FileKind kind = FileKind.of(name);
      // What cannot be opened, and would hold images, is one that cannot be read.
      boolean closed = !entry.nameable() || entry.type() == FolderEntry.Type.SPECIAL;
      if (kind == FileKind.IMAGE || (closed && (kind.isArchive() || entry.isFolder()))) {
        return IMAGE;
      }
      if (entry.isFolder()) {
        return leadsBack(entry.path()) ? HIDDEN : FOLDER;
      }
      if (kind.isArchive()) {
        return ARCHIVE;
      }
      return names.isPresent() ? IMAGE : OTHER;
    }

    /** Whether a folder is a link to one that it lies in, and would have no end. */
    private static boolean leadsBack(org.apache.hadoop.fs.Path folder) {
      if (!"file".equals(folder.toUri().getScheme())) {
        return false;
      }
      Path path = Path.of(folder.toUri().getPath());
      try {
        if (!Files.isSymbolicLink(path)) {
          return false;
        }
        Path target = path.toRealPath();
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
          if (above.toRealPath().equals(target)) {
            return true;
          }
        }
        return false;
      } catch (IOException e) {
        // Whoever lists the folder will be told.
        return false;
      }
    }
  }
}
