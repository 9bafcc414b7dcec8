package org.saccade.dataset;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Walks a folder and what is below it, a folder at a time. */
final class FolderListing extends ImageListing {
  private final FolderPart part;
  private final Configuration hadoop;
  private final Deque<FolderPart> folders = new ArrayDeque<>();
  private final Deque<ImagePart> archives = new ArrayDeque<>();
  private Optional<OpenFolder> open = Optional.empty();
  private Optional<ImageListing> archive = Optional.empty();
  private long skipped;

  /** A folder whose entries are being read. */
  private static final class OpenFolder {
    private final EntryKind.Classifier kinds;
    private final FolderEntries entries;
    private final List<Path> archives = new ArrayList<>();
    private boolean holdsImages;

    OpenFolder(FolderPart part, Configuration hadoop) throws IOException {
      this.kinds = new EntryKind.Classifier(part.names());
      this.entries = part.entries(hadoop);
    }
  }

  FolderListing(FolderPart part, Configuration hadoop) {
    super(part.folder());
    this.part = part;
    this.hadoop = hadoop;
    folders.add(part);
  }

  @Override
  Optional<ImageReference> advance() throws IOException {
    while (true) {
      if (archive.isPresent()) {
        if (archive.get().hasNext()) {
          return Optional.of(archive.get().next());
        }
        closeArchive();
      } else if (!archives.isEmpty()) {
        archive = Optional.of(archives.remove().list(hadoop));
      } else if (open.isPresent()) {
        Optional<ImageReference> image = nextIn(open.get());
        if (image.isPresent()) {
          return image;
        }
        finish(open.get());
      } else if (!folders.isEmpty()) {
        open = Optional.of(new OpenFolder(folders.remove(), hadoop));
      } else {
        return Optional.empty();
      }
    }
  }

  private Optional<ImageReference> nextIn(OpenFolder folder) throws IOException {
    while (folder.entries.hasNext()) {
      FolderEntry entry = folder.entries.next();
      switch (folder.kinds.of(entry)) {
        case IMAGE -> {
          folder.holdsImages = true;
          return Optional.of(entry.image(part.root()));
        }
        case FOLDER -> {
          if (part.deep()) {
            folders.addLast(FolderPart.tree(part.root(), entry.path()));
          }
        }
        case ARCHIVE -> folder.archives.add(entry.path());
        case OTHER -> skipped++;
        case HIDDEN -> {}
      }
    }
    return Optional.empty();
  }

  private void finish(OpenFolder folder) {
    if (folder.holdsImages) {
      skipped += folder.archives.size();
    } else if (part.deep()) {
      folder.archives.stream()
          .sorted()
          .forEach(path -> archives.add(Archives.part(path, part.relative(path) + "/")));
    }
    open = Optional.empty();
  }

  private void closeArchive() {
    archive.ifPresent(
        listing -> {
          skipped += listing.skipped();
          listing.close();
        });
    archive = Optional.empty();
  }

  @Override
  public long skipped() {
    return skipped;
  }

  @Override
  public void close() {
    closeArchive();
    open.ifPresent(
        folder -> {
          try {
            folder.entries.close();
          } catch (IOException e) {
            // All that was wanted has been read.
          }
        });
  }
}
