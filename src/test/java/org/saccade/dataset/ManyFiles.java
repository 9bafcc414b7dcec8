package org.saccade.dataset;

import java.io.FileNotFoundException;
import java.net.URI;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system that is nothing but names: {@code many:/FOLDERS/FILES} holds so many folders of so
 * many files each, which are listed one by one as HDFS and S3 do.
 */
public final class ManyFiles extends FileSystem {
  private static final long FILE_BYTES = 110_000;
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
        folder ? 0 : FILE_BYTES, folder, 1, 1 << 20, 0, 0, READABLE, "", "", makeQualified(path));
  }

  @Override
  public FileStatus[] listStatus(Path path) {
    throw new UnsupportedOperationException("millions at once: " + path);
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) {
    throw new UnsupportedOperationException("no contents");
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
