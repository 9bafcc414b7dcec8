package org.saccade.job.explain;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.job.Manifest;
import org.saccade.job.Terminal;

/**
 * Deletes the output folders of old runs, and of those only what is provably ours: a folder counts
 * as a run when its manifest says so, a run that has not ended stays, and so does what somebody
 * else put into the folder of a run.
 *
 * @param runs the folder in which the output folders lie, or a glob that matches these
 * @param keep the newest runs that stay in any case
 * @param olderThan how long ago a run must have ended to be deleted
 * @param dryRun whether everything is said and nothing done
 */
public record Retention(
    String runs, OptionalInt keep, Optional<Duration> olderThan, boolean dryRun) {

  /** A run that has ended. */
  private record Ended(RunFolder folder, Instant end) {}

  /**
   * Deletes what is too old, saying of every run what becomes of it.
   *
   * @return number of runs deleted, or to be deleted in a dry run
   * @throws UserException if there is no such folder, or it cannot be read or deleted from
   */
  public int apply(Terminal terminal) {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    Instant now = Instant.now();
    try {
      Path given = new Path(runs);
      FileSystem files = Storage.of(given, hadoop);
      List<Ended> newestFirst = ended(folders(files, given), hadoop, terminal);
      int deleted = 0;
      for (int i = 0; i < newestFirst.size(); i++) {
        Ended run = newestFirst.get(i);
        boolean goes =
            i >= keep.orElse(0)
                && Duration.between(run.end(), now).compareTo(olderThan.orElse(Duration.ZERO)) >= 0;
        if (goes && !dryRun) {
          run.folder().remove();
        }
        say(terminal, goes ? (dryRun ? "would go" : "deleted") : "stays", run);
        deleted += goes ? 1 : 0;
      }
      return deleted;
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "the runs in %s cannot be looked through: %s".formatted(runs, e.getMessage()), e);
    }
  }

  private FileStatus[] folders(FileSystem files, Path given) throws IOException {
    FileStatus[] matches = files.globStatus(given);
    if (matches == null || matches.length == 0) {
      throw new UserException(
          "there is no folder %s: name the one in which the output folders lie".formatted(runs));
    }
    boolean exact = matches.length == 1 && matches[0].getPath().equals(files.makeQualified(given));
    return exact ? files.listStatus(given) : matches;
  }

  private static List<Ended> ended(FileStatus[] folders, Configuration hadoop, Terminal terminal) {
    List<Ended> ended = new ArrayList<>();
    for (FileStatus status : folders) {
      if (!status.isDirectory()) {
        continue;
      }
      RunFolder folder = new RunFolder(status.getPath().toString(), hadoop);
      Optional<Manifest> manifest = manifest(folder);
      if (manifest.isEmpty()) {
        terminal.out().printf("no run     %s%n", folder.root());
      } else if (manifest.get().ended().isEmpty()) {
        terminal.out().printf("not ended  %s%n", folder.root());
      } else {
        ended.add(new Ended(folder, Instant.parse(manifest.get().ended())));
      }
    }
    ended.sort(Comparator.comparing(Ended::end).reversed());
    return ended;
  }

  private static Optional<Manifest> manifest(RunFolder folder) {
    try {
      return folder.earlier();
    } catch (UserException notOurs) {
      return Optional.empty();
    }
  }

  private static void say(Terminal terminal, String what, Ended run) {
    terminal.out().printf("%-10s %s (ended %s)%n", what, run.folder().root(), run.end());
  }
}
