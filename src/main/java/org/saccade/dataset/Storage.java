package org.saccade.dataset;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.saccade.UserException;

/** Where files lie: Hadoop's file systems, by the scheme of a path. */
public final class Storage {
  private Storage() {}

  /**
   * The file system of a path.
   *
   * @throws IOException if there is none for its scheme, or it cannot be reached
   */
  public static FileSystem of(Path path, Configuration hadoop) throws IOException {
    try {
      return path.getFileSystem(hadoop);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException) {
        IOException missing =
            new UnsupportedFileSystemException(
                "Hadoop's connector for %s: is not installed, docs/inputs.md says how to add it"
                    .formatted(path.toUri().getScheme()));
        missing.initCause(e);
        throw missing;
      }
      throw e;
    }
  }

  /**
   * A path with its file system's scheme and every folder on the way.
   *
   * @throws UserException if it names no file system that can be reached
   */
  public static String inFull(String file, Configuration hadoop) {
    try {
      Path path = new Path(file);
      return of(path, hadoop).makeQualified(path).toString();
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be opened
   */
  static FSDataInputStream open(Path file, Configuration hadoop) throws IOException {
    FileSystem files = of(file, hadoop);
    // Hadoop looks for checksums beside a file, under a name that it cannot spell with a colon.
    return files instanceof ChecksumFileSystem checked && file.getName().indexOf(':') >= 0
        ? checked.getRawFileSystem().open(file)
        : files.open(file);
  }
}
