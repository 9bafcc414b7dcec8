package org.saccade.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads the headers of a tar file, in the manner of WebDataset: entries that follow each other and
 * agree up to the first dot of their file name belong together, and the class index that a {@code
 * .cls} among them holds is the label of every image among them.
 *
 * <p>Where the file is damaged or cut off, the images before are kept and a single {@link
 * ImageLocation.Damage} stands for the rest; an image that is itself cut off speaks for itself.
 */
final class TarListing extends ImageListing {
  private static final String LABEL_EXTENSION = "cls";
  private static final int MOST_LABEL_BYTES = 64;

  /** Images of one key from which on no label is waited for. */
  private static final int MOST_IMAGES_PER_KEY = 1000;

  private final Path file;
  private final Configuration hadoop;
  private final ArchiveIds ids;
  private final Deque<ImageReference> group = new ArrayDeque<>();
  private final Deque<ImageReference> ready = new ArrayDeque<>();
  private Optional<TarArchiveInputStream> tar = Optional.empty();
  private long fileLength;
  private boolean finished;
  private String key = "";
  private int label = ImageReference.UNLABELLED;
  private long end;
  private boolean endsWithImage;
  private long skipped;

  TarListing(Path file, String idPrefix, Configuration hadoop) {
    super(file.toString());
    this.file = file;
    this.hadoop = hadoop;
    this.ids = new ArchiveIds(file, idPrefix);
  }

  @Override
  Optional<ImageReference> advance() throws IOException {
    while (ready.isEmpty() && !finished) {
      try {
        if (tar.isEmpty()) {
          tar = Optional.of(open());
        }
        readEntry(tar.get());
      } catch (FileNotFoundException e) {
        throw e;
      } catch (IOException | IllegalArgumentException e) {
        endsWithImage &= tar.isPresent() && tar.get().getBytesRead() < end;
        finish(Optional.of(String.valueOf(e.getMessage())));
      }
    }
    return Optional.ofNullable(ready.poll());
  }

  @Override
  public long skipped() {
    return skipped;
  }

  @Override
  public void close() {
    finished = true;
    tar.ifPresent(
        stream -> {
          try {
            stream.close();
          } catch (IOException e) {
            // All that could be had has been read.
          }
        });
    tar = Optional.empty();
  }

  private TarArchiveInputStream open() throws IOException {
    fileLength =
        FileKind.isCompressedTar(file.getName())
            ? Long.MAX_VALUE
            : Storage.of(file, hadoop).getFileStatus(file).getLen();
    return new TarArchiveInputStream(TarStreams.open(file, hadoop), StandardCharsets.UTF_8.name());
  }

  private void readEntry(TarArchiveInputStream stream) throws IOException {
    TarArchiveEntry entry = stream.getNextEntry();
    if (entry == null) {
      // The stream counts what it skips, even beyond the end of a file.
      boolean cutOff = end > Math.min(fileLength, stream.getBytesRead());
      finish(cutOff ? Optional.of("the file ends within an entry") : Optional.empty());
      return;
    }
    if (!entry.isCheckSumOK()) {
      throw new IOException("the checksum of a header is wrong");
    }
    long position = stream.getBytesRead();
    end = position + entry.getSize();
    endsWithImage = false;
    if (entry.isDirectory()) {
      return;
    }
    Optional<String> name = ArchiveIds.normalize(entry.getName());
    if (name.isEmpty() || !entry.isFile() || entry.isSparse() || isLink(entry)) {
      skipped++;
      return;
    }
    startGroup(key(name.get()));
    if (FileKind.of(name.get()) == FileKind.IMAGE) {
      endsWithImage = true;
      group.add(
          new ImageReference(
              ids.of(name.get(), position),
              new ImageLocation.TarEntry(file.toString(), position, name.get()),
              entry.getSize(),
              ImageReference.UNLABELLED));
    } else if (name.get().equals(key + "." + LABEL_EXTENSION)) {
      label = label(stream.readNBytes(MOST_LABEL_BYTES));
    }
    if (end > fileLength) {
      finish(Optional.of("the file ends within an entry"));
    }
  }

  private static boolean isLink(TarArchiveEntry entry) {
    return entry.isLink() || entry.isSymbolicLink();
  }

  private void startGroup(String next) {
    if (!next.equals(key) || group.size() == MOST_IMAGES_PER_KEY) {
      endGroup();
      key = next;
    }
  }

  private void endGroup() {
    for (ImageReference image : group) {
      ready.add(label == ImageReference.UNLABELLED ? image : image.withLabel(label));
    }
    group.clear();
    label = ImageReference.UNLABELLED;
  }

  private void finish(Optional<String> damage) {
    endGroup();
    if (damage.isPresent() && !endsWithImage) {
      ready.add(
          ids.damage(
              file.toString(), end, "the tar file is damaged, the rest is lost: " + damage.get()));
    }
    close();
  }

  /** The path up to the first dot of the file name. */
  private static String key(String name) {
    int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static int label(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8).strip();
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : ImageReference.UNLABELLED;
  }
}
