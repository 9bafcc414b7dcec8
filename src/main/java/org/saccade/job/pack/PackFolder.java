package org.saccade.job.pack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.job.ResultFolder;

/**
 * The folder that {@code pack} writes: {@code shard-00000.tar} and so on, {@code unreadable/} with
 * lists of the images left out, {@code manifest.json}, {@code summary.json} and {@code _SUCCESS}.
 */
final class PackFolder {
  static final String UNREADABLE = "unreadable";
  static final String TEMPORARY = "_temporary";
  private static final Pattern SHARD = Pattern.compile("shard-\\d{5,}\\.(tar|parquet)");

  private final ResultFolder folder;
  private final FileSystem files;

  /**
   * @throws UserException if there is no such file system
   */
  PackFolder(String output, Configuration hadoop) {
    this.folder = new ResultFolder(output, "shards", PackFolder::isOurs, hadoop);
    try {
      this.files = Storage.of(folder.root(), hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path root() {
    return folder.root();
  }

  /**
   * Makes sure that nothing is lost by writing here.
   *
   * @throws UserException if the folder holds something else, or shards that may not be overwritten
   */
  void requireFree(boolean overwrite) {
    folder.requireFree(overwrite);
  }

  /**
   * Makes the folder and deletes earlier shards in it, and nothing that is not ours.
   *
   * @throws UserException if it cannot be written
   */
  void prepare() {
    try {
      folder.prepare(true);
      files.mkdirs(new Path(root(), TEMPORARY));
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(root(), e.getMessage()), e);
    }
  }

  /** Writes what schedulers and programs look at, the mark of success last. */
  void finish(PackReport report, boolean success) {
    try {
      files.delete(new Path(root(), TEMPORARY), true);
      folder.finish(report.summaryJson(), report.manifestJson(), success);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOurs(String name) {
    return name.equals(UNREADABLE) || name.equals(TEMPORARY) || SHARD.matcher(name).matches();
  }
}
