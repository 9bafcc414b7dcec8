package org.saccade.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.NoSuchElementException;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system that is little but names: {@code many:/FOLDERS/FILES} holds so many folders of so
 * many files each, which are listed one by one as HDFS and S3 do. All of them hold the same small
 * picture.
 */
public final class ManyFiles extends FileSystem {
  private static final byte[] PICTURE = picture();
  private static final FsPermission READABLE = new FsPermission((short) 0444);

  /** Settings that know the file system. */
  static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set("fs.many.impl", ManyFiles.class.getName());
    return configuration;
  }

  @Override
  public URI getUri() {
    return URI.create("many:///");
  }

  @Override
  public FileStatus getFileStatus(Path path) throws FileNotFoundException {
    return switch (path.depth()) {
      case 0, 1, 2, 3 -> status(path, !path.getName().endsWith(".jpg"));
      case 4 -> status(path, false);
      default -> throw new FileNotFoundException(path.toString());
    };
  }

  @Override
  public RemoteIterator<FileStatus> listStatusIterator(Path path) {
    boolean root = path.depth() == 2;
    Path set = root ? path : path.getParent();
    int count = Integer.parseInt(root ? set.getParent().getName() : set.getName());
    return new RemoteIterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < count;
      }

      @Override
      public FileStatus next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        String name = "%07d".formatted(next++);
        return root
            ? status(new Path(path, "n" + name), true)
            : status(new Path(path, name + ".jpg"), false);
      }
    };
  }

  private FileStatus status(Path path, boolean folder) {
    return new FileStatus(
        folder ? 0 : PICTURE.length,
        folder,
        1,
        1 << 20,
        0,
        0,
        READABLE,
        "",
        "",
        makeQualified(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) {
    throw new UnsupportedOperationException("millions at once: " + path);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) {
    return new FSDataInputStream(new Contents());
  }

  private static byte[] picture() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB), "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  private static final class Contents extends FSInputStream {
    private int position;

    @Override
    public int read() {
      return position < PICTURE.length ? PICTURE[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int count = Math.min(length, PICTURE.length - position);
      if (count <= 0) {
        return length == 0 ? 0 : -1;
      }
      System.arraycopy(PICTURE, position, buffer, offset, count);
      position += count;
      return count;
    }

    @Override
    public void seek(long target) {
      position = Math.toIntExact(target);
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("read only");
  }

  @Override
  public boolean rename(Path from, Path to) {
    return false;
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    return false;
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) {
    return false;
  }

  @Override
  public void setWorkingDirectory(Path path) {
    // There is only the root.
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path("many:/");
  }
}
