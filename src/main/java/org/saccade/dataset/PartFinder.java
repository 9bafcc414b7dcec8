package org.saccade.dataset;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Cuts folders into parts, going down from the top until there are enough of them. Takes bounded
 * time and memory whatever the folders hold.
 */
final class PartFinder {
  /** Parts from which on no further folder is cut: enough for any cluster to share. */
  static final int ENOUGH = 256;

  /** Entries of a folder from which on it is not looked through here but listed as one part. */
  static final int MOST_ENTRIES = 10_000;

  private final Configuration hadoop;

  PartFinder(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** The parts of some folders, in no particular order. */
  List<ImagePart> cut(List<FolderPart> folders) throws IOException {
    List<ImagePart> parts = new ArrayList<>();
    Queue<FolderPart> uncut = new ArrayDeque<>(folders);
    while (!uncut.isEmpty() && parts.size() + uncut.size() < ENOUGH) {
      FolderPart folder = uncut.remove();
      Optional<Contents> contents = contents(folder);
      if (contents.isEmpty()) {
        parts.add(folder);
        continue;
      }
      uncut.addAll(contents.get().folders);
      if (contents.get().loose) {
        parts.add(folder.shallow());
      }
      if (!contents.get().images) {
        parts.addAll(contents.get().archives);
      }
    }
    parts.addAll(uncut);
    return parts;
  }

  /** What lies directly in a folder. */
  private static final class Contents {
    private final List<FolderPart> folders = new ArrayList<>();
    private final List<ImagePart> archives = new ArrayList<>();
    private boolean images;
    private boolean loose;
  }

  /** What lies in a folder, empty if that is too much to hold. */
  private Optional<Contents> contents(FolderPart folder) throws IOException {
    EntryKind.Classifier kinds = new EntryKind.Classifier(folder.names());
    Contents contents = new Contents();
    try (FolderEntries entries = folder.entries(hadoop)) {
      for (int count = 0; entries.hasNext(); count++) {
        if (count == MOST_ENTRIES) {
          return Optional.empty();
        }
        FolderEntry entry = entries.next();
        Path path = entry.path();
        switch (kinds.of(entry)) {
          case IMAGE -> {
            contents.images = true;
            contents.loose = true;
          }
          case OTHER -> contents.loose = true;
          case FOLDER -> contents.folders.add(FolderPart.tree(folder.root(), path));
          case ARCHIVE -> contents.archives.add(Archives.part(path, folder.relative(path) + "/"));
          case HIDDEN -> {}
        }
      }
    }
    return Optional.of(contents);
  }
}
