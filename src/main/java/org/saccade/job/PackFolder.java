package org.saccade.job;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.Secrets;
import org.saccade.UserException;

/**
 * The folder that {@code pack} writes: {@code shard-00000.tar} and so on, {@code unreadable/} with
 * lists of the images left out, {@code manifest.json}, {@code summary.json} and {@code _SUCCESS}.
 */
final class PackFolder {
  static final String UNREADABLE = "unreadable";
  static final String TEMPORARY = "_temporary";
  private static final String MANIFEST = "manifest.json";
  private static final String SUMMARY = "summary.json";
  private static final String SUCCESS = "_SUCCESS";
  private static final Set<String> OURS = Set.of(MANIFEST, SUMMARY, SUCCESS, UNREADABLE, TEMPORARY);
  private static final Pattern SHARD = Pattern.compile("shard-\\d{5,}\\.(tar|parquet)");

  private final FileSystem files;
  private final Path root;

  /**
   * @throws UserException if there is no such file system
   */
  PackFolder(String output, Configuration hadoop) {
    try {
      Path path = new Path(output);
      this.files = path.getFileSystem(hadoop);
      this.root = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be an output folder: %s".formatted(output, e.getMessage()), e);
    }
  }

  Path root() {
    return root;
  }

  /**
   * Makes sure that nothing is lost by writing here.
   *
   * @throws UserException if the folder holds something else, or shards that may not be overwritten
   */
  void requireFree(boolean overwrite) {
    try {
      if (!files.exists(root)) {
        return;
      }
      if (!files.getFileStatus(root).isDirectory()) {
        throw new UserException(
            "the output %s is a file: give a folder that is empty or does not exist"
                .formatted(root));
      }
      for (FileStatus file : files.listStatus(root)) {
        String name = file.getPath().getName();
        if (!isOurs(name)) {
          throw new UserException(
              ("the output folder %s holds something else (%s): give one that is empty or does"
                      + " not exist")
                  .formatted(root, name));
        }
        if (!overwrite) {
          throw new UserException(
              "the output folder %s holds shards already: add --overwrite to replace them"
                  .formatted(root));
        }
      }
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be read: %s".formatted(root, e.getMessage()), e);
    }
  }

  /**
   * Makes the folder and deletes earlier shards in it, and nothing that is not ours.
   *
   * @throws UserException if it cannot be written
   */
  void prepare() {
    try {
      files.mkdirs(root);
      for (FileStatus file : files.listStatus(root)) {
        if (isOurs(file.getPath().getName())) {
          files.delete(file.getPath(), true);
        }
      }
      files.mkdirs(new Path(root, TEMPORARY));
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Writes what schedulers and programs look at, the mark of success last. */
  void finish(PackReport report, boolean success) {
    try {
      files.delete(new Path(root, TEMPORARY), true);
      write(SUMMARY, report.summaryJson());
      write(MANIFEST, report.manifestJson());
      if (success) {
        write(SUCCESS, "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOurs(String name) {
    return OURS.contains(name) || SHARD.matcher(name).matches();
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream out = files.create(new Path(root, name), true)) {
      out.write(Secrets.hidden(text).getBytes(StandardCharsets.UTF_8));
    }
  }
}
