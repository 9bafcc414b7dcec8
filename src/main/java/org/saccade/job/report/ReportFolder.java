package org.saccade.job.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.job.ResultFolder;
import org.saccade.report.SiteFiles;

/** The folder that {@code report} writes. Tasks write into it as well as the driver. */
final class ReportFolder implements SiteFiles, Serializable {
  private static final long serialVersionUID = 1L;

  private static final List<String> CONTENT =
      List.of(
          "assets",
          "audit",
          "data",
          "images",
          "walks",
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
      this.root = Storage.of(path, hadoop).makeQualified(path).toString();
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be an output folder: %s".formatted(output, e.getMessage()), e);
    }
  }

  /** The same folder as a whole: whether it is free, cleared, and marked as finished. */
  static ResultFolder whole(String output, Configuration hadoop) {
    return new ResultFolder(output, "a report", CONTENT, hadoop);
  }

  /** The page to open. */
  String index() {
    return new Path(root, "index.html").toString();
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
    FileSystem files = Storage.of(path, hadoop.value());
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }
}
