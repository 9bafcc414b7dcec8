package org.saccade.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.Secrets;
import org.saccade.UserException;
import org.saccade.localization.Figure;

/**
 * The folder that {@code evaluate} writes: the tables {@code localization}, {@code overall}, {@code
 * by_class} and {@code by_size}, {@code summary.json}, {@code manifest.json} and {@code _SUCCESS}.
 */
final class EvaluationFolder {
  private static final String SUMMARY = "summary.json";
  private static final String MANIFEST = "manifest.json";
  private static final String SUCCESS = "_SUCCESS";
  private static final List<String> OURS =
      List.of(SUCCESS, SUMMARY, MANIFEST, "localization", "overall", "by_class", "by_size");

  private final FileSystem files;
  private final Path root;

  /**
   * @throws UserException if there is no such file system
   */
  EvaluationFolder(String output, Configuration hadoop) {
    try {
      Path path = new Path(output);
      this.files = path.getFileSystem(hadoop);
      this.root = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be an output folder: %s".formatted(output, e.getMessage()), e);
    }
  }

  static String table(Figure.Grouping grouping) {
    return switch (grouping) {
      case OVERALL -> "overall";
      case CLASS -> "by_class";
      case SIZE -> "by_size";
    };
  }

  /** Name of the column that tells the groups of a table apart. */
  static String column(Figure.Grouping grouping) {
    return switch (grouping) {
      case OVERALL -> "group";
      case CLASS -> "label";
      case SIZE -> "size_stratum";
    };
  }

  String table(String name) {
    return new Path(root, name).toString();
  }

  /**
   * Makes sure that nothing is lost by writing here.
   *
   * @throws UserException if the folder holds something else, or an evaluation that may not be
   *     overwritten
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
        if (!OURS.contains(name)) {
          throw new UserException(
              ("the output folder %s holds something else (%s): give one that is empty or does"
                      + " not exist")
                  .formatted(root, name));
        }
        if (!overwrite) {
          throw new UserException(
              "the output folder %s holds an evaluation already: add --overwrite to replace it"
                  .formatted(root));
        }
      }
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be read: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Makes the folder and deletes an earlier evaluation in it, and nothing that is not ours. */
  void prepare(boolean overwrite) throws IOException {
    files.mkdirs(root);
    if (overwrite) {
      for (String name : OURS) {
        files.delete(new Path(root, name), true);
      }
    }
  }

  /** Writes what schedulers and programs look at, the mark of success last. */
  void finish(EvaluationReport report) throws IOException {
    write(SUMMARY, report.summaryJson());
    write(MANIFEST, report.manifestJson());
    write(SUCCESS, "");
  }

  private void write(String name, String text) throws IOException {
    try (OutputStream out = files.create(new Path(root, name), true)) {
      out.write(Secrets.hidden(text).getBytes(StandardCharsets.UTF_8));
    }
  }
}
