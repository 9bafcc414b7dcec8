package org.saccade.job;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.UserException;
import org.saccade.report.SiteFiles;

/** The folder that {@code report} writes. Tasks write into it as well as the driver. */
final class ReportFolder implements SiteFiles, Serializable {
  private static final long serialVersionUID = 1L;

  private static final String SUMMARY = "summary.json";
  private static final String SUCCESS = "_SUCCESS";
  private static final List<String> FOLDERS = List.of("assets", "audit", "data", "images", "walks");
  private static final List<String> PAGES =
      List.of(
          "index.html",
          "classes.html",
          "gallery.html",
          "walks.html",
          "audit.html",
          "failures.html",
          "run.html");

  private final String root;
  private final SerializableConfiguration hadoop;

  /**
   * @throws UserException if there is no such file system
   */
  ReportFolder(String output, Configuration hadoop) {
    this.hadoop = new SerializableConfiguration(hadoop);
    try {
      Path path = new Path(output);
      this.root = path.getFileSystem(hadoop).makeQualified(path).toString();
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be an output folder: %s".formatted(output, e.getMessage()), e);
    }
  }

  /** The page to open. */
  String index() {
    return new Path(root, "index.html").toString();
  }

  /**
   * Makes the folder, empty of an earlier report and holding nothing else.
   *
   * @throws UserException if it holds something else, or a report that may not be overwritten
   */
  void prepare(boolean overwrite) {
    Path folder = new Path(root);
    try {
      FileSystem files = files(folder);
      if (files.exists(folder)) {
        if (!files.getFileStatus(folder).isDirectory()) {
          throw new UserException(
              "the output %s is a file: give a folder that is empty or does not exist"
                  .formatted(root));
        }
        clear(files, files.listStatus(folder), overwrite);
      }
      files.mkdirs(folder);
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(root, e.getMessage()), e);
    }
  }

  private void clear(FileSystem files, FileStatus[] found, boolean overwrite) throws IOException {
    for (FileStatus file : found) {
      String name = file.getPath().getName();
      if (!ours(name)) {
        throw new UserException(
            "the output folder %s holds something else (%s): give one that is empty or does not exist"
                .formatted(root, name));
      }
    }
    if (found.length > 0 && !overwrite) {
      throw new UserException(
          "the output folder %s holds a report already: add --overwrite to replace it"
              .formatted(root));
    }
    for (FileStatus file : found) {
      files.delete(file.getPath(), true);
    }
  }

  private static boolean ours(String name) {
    return PAGES.contains(name)
        || FOLDERS.contains(name)
        || name.equals(SUMMARY)
        || name.equals(SUCCESS);
  }

  /** Writes what programs look at, the mark of success last. */
  void finish(String summary) throws IOException {
    write(SUMMARY, summary.getBytes(StandardCharsets.UTF_8));
    write(SUCCESS, new byte[0]);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    Path file = new Path(root, path);
    try (OutputStream out = files(file).create(file, true)) {
      out.write(content);
    }
  }

  /** Without the checksum file that Hadoop puts beside every file of a local disk. */
  private FileSystem files(Path path) throws IOException {
    FileSystem files = path.getFileSystem(hadoop.value());
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }
}
