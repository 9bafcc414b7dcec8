package org.saccade.job;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.Secrets;
import org.saccade.UserException;
import org.saccade.dataset.Storage;

/**
 * The output folder of a command that writes its result in one go: tables and files of known names,
 * {@code summary.json}, {@code manifest.json} and {@code _SUCCESS}.
 */
public final class ResultFolder {
  /** What Hadoop's globs are made of. */
  private static final Pattern PATTERN = Pattern.compile("[*?\\[\\]{}\\\\]");

  private static final String SUMMARY = "summary.json";
  private static final String MANIFEST = "manifest.json";
  private static final String SUCCESS = "_SUCCESS";

  private final FileSystem files;
  private final Path root;
  private final String result;
  private final Predicate<String> ours;

  /**
   * @param result what the folder is to hold, for people, such as {@code an audit}
   * @param names of the tables and files beside those that every result has
   * @throws UserException if there is no such file system
   */
  public ResultFolder(String output, String result, List<String> names, Configuration hadoop) {
    this(output, result, names::contains, hadoop);
  }

  /**
   * @param result what the folder is to hold, for people, such as {@code an audit}
   * @param names whether a name is one of the tables and files beside those that every result has
   * @throws UserException if there is no such file system
   */
  public ResultFolder(String output, String result, Predicate<String> names, Configuration hadoop) {
    this.result = result;
    this.ours = names.or(Set.of(SUCCESS, SUMMARY, MANIFEST)::contains);
    requireLiteral(output);
    try {
      Path path = new Path(output);
      this.files = Storage.of(path, hadoop);
      this.root = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be an output folder: %s".formatted(output, e.getMessage()), e);
    }
  }

  /**
   * Checks that a folder of tables can be read by its name.
   *
   * @throws UserException if Spark would take the name for a pattern
   */
  public static void requireLiteral(String folder) {
    if (PATTERN.matcher(folder).find()) {
      throw new UserException(
          ("%s cannot hold tables: Spark takes the characters * ? [ ] { } \\ in a path for a"
                  + " pattern; choose a folder without them")
              .formatted(folder));
    }
  }

  public Path root() {
    return root;
  }

  public String table(String name) {
    return new Path(root, name).toString();
  }

  /**
   * Makes sure that nothing is lost by writing here.
   *
   * @throws UserException if the folder holds something else, or a result that may not be
   *     overwritten
   */
  public void requireFree(boolean overwrite) {
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
        if (!ours.test(name)) {
          throw new UserException(
              ("the output folder %s holds something else (%s): give one that is empty or does"
                      + " not exist")
                  .formatted(root, name));
        }
        if (!overwrite) {
          throw new UserException(
              "the output folder %s holds %s already: add --overwrite to replace it"
                  .formatted(root, result));
        }
      }
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be read: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Makes the folder and deletes an earlier result in it, and nothing that is not ours. */
  public void prepare(boolean overwrite) throws IOException {
    files.mkdirs(root);
    if (overwrite) {
      for (FileStatus file : files.listStatus(root)) {
        if (ours.test(file.getPath().getName())) {
          files.delete(file.getPath(), true);
        }
      }
    }
  }

  /** Writes a file of the result, without the keys and passwords that stand in some locations. */
  public void write(String name, String text) throws IOException {
    try (OutputStream out = files.create(new Path(root, name), true)) {
      out.write(Secrets.hidden(text).getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Writes what schedulers and programs look at, the mark of success last. */
  public void finish(String summaryJson, String manifestJson) throws IOException {
    finish(summaryJson, manifestJson, true);
  }

  /** As {@link #finish(String, String)}; the mark only if all went well. */
  public void finish(String summaryJson, String manifestJson, boolean success) throws IOException {
    write(SUMMARY, summaryJson);
    write(MANIFEST, manifestJson);
    if (success) {
      write(SUCCESS, "");
    }
  }
}
