package org.saccade.job.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.ContentSummary;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.saccade.Secrets;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.job.Manifest;
import org.saccade.job.ResultFolder;
import org.saccade.job.images.Chunk;

/**
 * The folder a run writes: {@code explanations/*.parquet}, {@code manifest.json}, {@code
 * summary.json}, and {@code _SUCCESS} once all is well; beside them the list of images in {@code
 * _inventory}, {@code _lock}, and {@code _temporary}, which a run that was killed leaves behind.
 *
 * <p>The manifest says what counts: a file of the table belongs to the run when the manifest lists
 * the inventory that its name points to. The manifest is replaced in one step, so that a run killed
 * at any moment leaves either the old state or the new one.
 */
final class RunFolder {
  private static final String TABLE = "explanations";
  private static final String INVENTORY = "_inventory";
  private static final String TEMPORARY = "_temporary";
  private static final String LOCK = "_lock";
  private static final String MANIFEST = "manifest.json";
  private static final String NEW_MANIFEST = "_manifest.new";
  private static final String SUMMARY = "summary.json";
  private static final String SUCCESS = "_SUCCESS";

  /** What a run that never came to its manifest leaves behind. */
  private static final Set<String> BEFORE_MANIFEST =
      Set.of(INVENTORY, TEMPORARY, LOCK, NEW_MANIFEST);

  private final FileSystem files;
  private final Configuration hadoop;
  private final Path root;

  /**
   * @throws UserException if there is no such file system
   */
  RunFolder(String output, Configuration hadoop) {
    this.hadoop = hadoop;
    ResultFolder.requireLiteral(output);
    try {
      Path path = new Path(output);
      this.files = fileSystem(path, hadoop);
      this.root = files.makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "%s cannot be an output folder: %s".formatted(output, e.getMessage()), e);
    }
  }

  /**
   * The file system of a path, without the files of checksums that Hadoop puts beside local files:
   * a file and its checksums cannot be renamed in one step.
   */
  static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
    FileSystem files = Storage.of(path, hadoop);
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /**
   * Checks that the folder is no part of the images: its tables would be taken for images by the
   * next run.
   *
   * @throws UserException if it is
   */
  void requireOutside(String images) {
    if ((root + "/").startsWith(images.endsWith("/") ? images : images + "/")) {
      throw new UserException(
          "the output %s lies in the images %s, where the next run would look for images in it:"
                  .formatted(root, images)
              + " give a folder outside");
    }
  }

  /** The folder of the table. */
  Path table() {
    return new Path(root, TABLE);
  }

  Path root() {
    return root;
  }

  /** The folder of one list of images. */
  Path inventory(int generation) {
    return new Path(root, "%s/%03d".formatted(INVENTORY, generation));
  }

  /** A folder for what one process writes before it is whole. */
  Path temporary(String process) {
    return new Path(root, TEMPORARY + "/" + process);
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
      for (String name : List.of(MANIFEST, NEW_MANIFEST)) {
        Optional<Manifest> found = read(new Path(root, name));
        if (found.isPresent()) {
          return found;
        }
      }
      requireNothingElse();
      return Optional.empty();
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be read: %s".formatted(root, e.getMessage()), e);
    }
  }

  private void requireNothingElse() throws IOException {
    for (FileStatus file : files.listStatus(root)) {
      String name = file.getPath().getName();
      if (!BEFORE_MANIFEST.contains(name)) {
        throw new UserException(
            ("the output folder %s holds something else (%s) and no run of Saccade:"
                    + " give one that is empty or does not exist")
                .formatted(root, name));
      }
    }
  }

  private Optional<Manifest> read(Path manifest) throws IOException {
    String json;
    try (FSDataInputStream in = files.open(manifest)) {
      json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
    try {
      Manifest found = Manifest.ofJson(json);
      if (Manifest.KIND.equals(found.kind())) {
        return Optional.of(found);
      }
    } catch (JsonProcessingException e) {
      if (manifest.getName().equals(NEW_MANIFEST)) {
        // Its writer was killed, before it replaced anything.
        return Optional.empty();
      }
    }
    throw new UserException(
        "%s is no manifest of an explanation run: give an output folder that is empty"
            .formatted(manifest));
  }

  /**
   * Takes the folder for this process, making it if need be.
   *
   * @throws UserException if another process writes it, or it cannot be written
   */
  RunLock lock() {
    try {
      int made = 0;
      for (Path path = root; path != null && !files.exists(path); path = path.getParent()) {
        made++;
      }
      files.mkdirs(root);
      return RunLock.take(files, new Path(root, LOCK), made);
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Makes the folder that tasks of a process write to; without it they cannot. */
  void makeTemporary(String process) {
    try {
      files.mkdirs(temporary(process));
    } catch (IOException e) {
      throw new UserException(
          "the output folder %s cannot be written: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Makes the folder of the table. */
  void makeTable() {
    try {
      files.mkdirs(table());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes what processes wrote that never came to an end, this one's included. */
  void clearTemporary() {
    delete(new Path(root, TEMPORARY));
  }

  /**
   * Deletes what belongs to no list of images that the manifest knows: remains of a run that was
   * killed or replaced. Nothing that is not ours is touched.
   *
   * @param generations number of lists that the manifest knows
   */
  void clearFrom(int generations) {
    try {
      for (Path list : paths(new Path(root, INVENTORY))) {
        if (!list.getName().matches("\\d{3}") || Integer.parseInt(list.getName()) >= generations) {
          files.delete(list, true);
        }
      }
      for (Path file : paths(table())) {
        if (Chunk.generationOf(file.getName()).stream().anyMatch(g -> g >= generations)) {
          files.delete(file, false);
        }
      }
    } catch (IOException e) {
      throw new UserException(
          "the earlier run in %s cannot be deleted: %s".formatted(root, e.getMessage()), e);
    }
  }

  /** Moves a finished list of images to its place. */
  void adopt(Path inventory, int generation) {
    try {
      files.mkdirs(new Path(root, INVENTORY));
      if (!files.rename(inventory, inventory(generation))) {
        throw new IOException("%s is in the way".formatted(inventory(generation)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the files of the table. A chunk is done when its file is there. */
  Set<String> tableFiles() {
    Set<String> names = new HashSet<>();
    try {
      paths(table()).forEach(path -> names.add(path.getName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private List<Path> paths(Path folder) throws IOException {
    try {
      return Stream.of(files.listStatus(folder)).map(FileStatus::getPath).toList();
    } catch (FileNotFoundException e) {
      return List.of();
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

  /** Replaces the manifest in one step. */
  void writeManifest(Manifest manifest) {
    Path written = new Path(root, NEW_MANIFEST);
    write(NEW_MANIFEST, manifest.toJson());
    try {
      FileContext.getFileContext(root.toUri(), hadoop)
          .rename(written, new Path(root, MANIFEST), Options.Rename.OVERWRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void writeSummary(String json) {
    write(SUMMARY, json);
  }

  /** Marks the run as a full success, or takes the mark away. */
  void markSuccess(boolean success) {
    if (success) {
      write(SUCCESS, "");
    } else {
      delete(new Path(root, SUCCESS));
    }
  }

  private void delete(Path path) {
    try {
      files.delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes the run, and the folder where nothing else is in it. */
  void remove() throws IOException {
    // The manifest goes last: without it, what is left would not be known as ours.
    for (String name :
        List.of(SUCCESS, TABLE, INVENTORY, TEMPORARY, SUMMARY, LOCK, NEW_MANIFEST, MANIFEST)) {
      files.delete(new Path(root, name), true);
    }
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
