package org.saccade.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads the bytes of images. Keeps the archive open that it read from last: images are read fastest
 * in the order they were listed in. For one thread.
 */
public final class ImageReader implements AutoCloseable {
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

  private final Configuration hadoop;

  public ImageReader(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The bytes of an image.
   *
   * @throws UnreadableImageException if they cannot be had; others may still be read
   */
  public byte[] read(ImageReference image) throws UnreadableImageException {
    try {
      ImageLocation location = image.location();
      if (location instanceof ImageLocation.WholeFile whole) {
        return readFile(new Path(whole.file()));
      }
      throw new IOException("no reader for " + location.uri());
    } catch (FileNotFoundException e) {
      throw new UnreadableImageException(
          UnreadableImageException.Fault.NOT_FOUND, "there is no such file", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnreadableImageException(
          UnreadableImageException.Fault.UNREADABLE, "the file cannot be read", e);
    }
  }

  /** Closes the archive that is open. */
  @Override
  public void close() {
    // A file of its own is closed once it is read.
  }

  private byte[] readFile(Path path) throws IOException, UnreadableImageException {
    FileSystem files = path.getFileSystem(hadoop);
    FileStatus file = files.getFileStatus(path);
    if (file.isDirectory()) {
      throw new UnreadableImageException(
          UnreadableImageException.Fault.NOT_A_FILE, "a folder, not a file");
    }
    requireFits(file.getLen());
    try (FSDataInputStream in = files.open(path)) {
      return in.readAllBytes();
    }
  }

  private static void requireFits(long length) throws UnreadableImageException {
    if (length > MOST_BYTES) {
      throw new UnreadableImageException(
          UnreadableImageException.Fault.TOO_LARGE, "the file has %d bytes".formatted(length));
    }
  }
}
