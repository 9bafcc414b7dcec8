package org.saccade.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.dataset.UnreadableImageException.Fault;

/**
 * Reads the bytes of images. Keeps the archive open that it read from last: images are read fastest
 * in the order they were listed in. For one thread.
 */
public final class ImageReader implements AutoCloseable {
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  /** Which bits of a mode tell a file's type, and what they are for a pipe, as of stat(2). */
  private static final int FILE_TYPE = 0xF000;

  private static final int PIPE = 0x1000;

  private final Configuration hadoop;
  private Optional<Open> open = Optional.empty();

  private record Open(String file, ArchiveReader reader) {}

  public ImageReader(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The bytes of an image.
   *
   * @throws UnreadableImageException if they cannot be had; others may still be read
   */
  public byte[] read(ImageReference image) throws UnreadableImageException {
    requireFits(image.length());
    try {
      if (image.location() instanceof ImageLocation.WholeFile whole) {
        return readFile(new Path(whole.file()));
      }
      if (image.location() instanceof ImageLocation.Damage damage) {
        throw new UnreadableImageException(Fault.UNREADABLE, damage.reason());
      }
      return archive(image.location()).read(image);
    } catch (FileNotFoundException e) {
      throw new UnreadableImageException(Fault.NOT_FOUND, "there is no such file", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnreadableImageException(Fault.UNREADABLE, "the file cannot be read", e);
    }
  }

  /** Closes the archive that is open. */
  @Override
  public void close() {
    open.ifPresent(
        archive -> {
          try {
            archive.reader().close();
          } catch (IOException e) {
            // Nothing was written to it.
          }
        });
    open = Optional.empty();
  }

  private ArchiveReader archive(ImageLocation location) throws IOException {
    if (open.isEmpty() || !open.get().file().equals(location.file())) {
      close();
      open = Optional.of(new Open(location.file(), reader(location)));
    }
    return open.get().reader();
  }

  private ArchiveReader reader(ImageLocation location) throws IOException {
    Path file = new Path(location.file());
    if (location instanceof ImageLocation.ParquetRow) {
      return new ParquetImageReader(file, hadoop);
    }
    return FileKind.isCompressedTar(file.getName())
        ? new CompressedTarReader(file, hadoop)
        : new TarReader(file, hadoop);
  }

  private byte[] readFile(Path path) throws IOException, UnreadableImageException {
    FileSystem files = Storage.of(path, hadoop);
    FileStatus file = files.getFileStatus(path);
    if (file.isDirectory()) {
      throw new UnreadableImageException(Fault.NOT_A_FILE, "a folder, not a file");
    }
    if (file.getLen() == 0) {
      requireEnd(files, path);
    }
    requireFits(file.getLen());
    try (FSDataInputStream in = Storage.open(path, hadoop)) {
      return in.readAllBytes();
    }
  }

  /** A device may have no end; a pipe has one, once somebody has written to it. */
  private static void requireEnd(FileSystem files, Path path)
      throws IOException, UnreadableImageException {
    if (files instanceof LocalFileSystem local) {
      java.nio.file.Path file = local.pathToFile(path).toPath();
      if (Files.readAttributes(file, BasicFileAttributes.class).isOther()
          && ((int) Files.getAttribute(file, "unix:mode") & FILE_TYPE) != PIPE) {
        throw new UnreadableImageException(Fault.NOT_A_FILE, "a socket or a device, not a file");
      }
    }
  }

  private static void requireFits(long length) throws UnreadableImageException {
    if (length > MOST_BYTES) {
      throw new UnreadableImageException(
          Fault.TOO_LARGE, "the file has %d bytes".formatted(length));
    }
  }
}
