package org.saccade.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.Secrets;
import org.saccade.UserException;

/**
 * The folder a run writes: {@code explanations/*.parquet}, {@code manifest.json}, {@code
 * summary.json}, and {@code _SUCCESS} once all is well.
 */
final class RunFolder {
  private static final String TABLE = "explanations";
  private static final String MANIFEST = "manifest.json";
  private static final String SUMMARY = "summary.json";
  private static final String SUCCESS = "_SUCCESS";
  private static final List<String> OURS = List.of(SUCCESS, SUMMARY, TABLE, MANIFEST);

  private final FileSystem files;
  private final Path root;

  /**
   * @throws UserException if there is no such file system
   */
  RunFolder(String output, Configuration hadoop) {
    try {
      Path path = new Path(output);
      this.files = path.getFileSystem(hadoop);
      this.root = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be an output folder: %s".formatted(output, e.getMessage()), e);
    }
  }

  /** The folder of the table, for Spark. */
  Path table() {
    return new Path(root, TABLE);
  }

  Path root() {
    return root;
  }

  /**
   * The run that the folder holds, if any.
   *
   * @throws UserException if the folder holds something else, or is a file
   */
  Optional<Manifest> earlier() {
    try {
      if (!files.exists(root)) {
        return Optional.empty();
      }
      if (!files.getFileStatus(root).isDirectory()) {
        throw new UserException(
            "the output %s is a file: give a folder that is empty or does not exist"
                .formatted(root));
      }
      Path manifest = new Path(root, MANIFEST);
      if (files.exists(manifest)) {
        return Optional.of(read(manifest));
      }
      FileStatus[] others = files.listStatus(root);
      if (others.length > 0) {
        throw new UserException(
            ("the output folder %s holds something else (%s) and no run of Saccade:"
                    + " give one that is empty or does not exist")
                .formatted(root, others[0].getPath().getName()));
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be read: %s".formatted(root, e.getMessage()), e);
    }
  }

  private Manifest read(Path manifest) throws IOException {
    String json;
    try (FSDataInputStream in = files.open(manifest)) {
      json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try {
      Manifest found = Manifest.ofJson(json);
      if (Manifest.KIND.equals(found.kind())) {
        return found;
      }
    } catch (JsonProcessingException e) {
      // Not ours; said below.
    }
    throw new UserException(
        "%s is no manifest of an explanation run: give an output folder that is empty"
            .formatted(manifest));
  }

  /**
   * Whether the folder can be made and written to.
   *
   * @throws UserException if not
   */
  void prepare() {
    try {
      files.mkdirs(root);
      Path probe = new Path(root, "." + MANIFEST + ".probe");
      files.create(probe, true).close();
      files.delete(probe, false);
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Deletes an earlier run, and nothing that is not ours. */
  void clear() {
    try {
      for (String name : OURS) {
        files.delete(new Path(root, name), true);
      }
    } catch (IOException e) {
      throw new UserException(
          "the earlier run in %s cannot be deleted: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Deletes what tasks of a dead run left behind unfinished. */
  void clearLeftovers() {
    try {
      files.delete(new Path(table(), "_temporary"), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the table has at least one file. */
  boolean hasTable() {
    try {
      FileStatus[] found = files.globStatus(new Path(table(), "*.parquet"));
      return found != null && found.length > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes and files of the table. */
  ContentSummary size() {
    try {
      return files.getContentSummary(table());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void writeManifest(Manifest manifest) {
    write(MANIFEST, manifest.toJson());
  }

  void writeSummary(String json) {
    write(SUMMARY, json);
  }

  /** Marks the run as a full success, or takes the mark away. */
  void markSuccess(boolean success) {
    try {
      if (success) {
        write(SUCCESS, "");
      } else {
        files.delete(new Path(root, SUCCESS), false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the run, and the folder where nothing else is in it. */
  void remove() throws IOException {
    clear();
    if (files.listStatus(root).length == 0) {
      files.delete(root, false);
    }
  }

  private void write(String name, String text) {
    try (OutputStream out = files.create(new Path(root, name), true)) {
      out.write(Secrets.hidden(text).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
