package org.saccade.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.saccade.UserException;

/** Reads model files of any supported format, told apart by content and extension. */
public final class ModelReader {
  private static final int HEAD_BYTES = 64;

  private ModelReader() {}

  /**
   * Reads a network in canonical form.
   *
   * @throws UnsupportedNetworkException with everything in the model that is not supported
   * @throws UserException if the file is missing, unreadable, damaged, of no known format,
   *     ambiguous or no classifier
   */
  public static Network read(Path file, ImportOptions options) {
    return importerOf(file).read(file, options);
  }

  /**
   * Reads as much of a model as can be read, for people to look at.
   *
   * @throws UserException if the file is missing, unreadable, damaged, of no known format or
   *     ambiguous
   */
  public static ModelSurvey survey(Path file, ImportOptions options) {
    return importerOf(file).survey(file, options);
  }

  /**
   * All files of a model: the given one, and after it those it keeps weights in, in order of their
   * names.
   *
   * @throws UserException if the file is missing, unreadable, damaged or of no known format
   */
  public static List<Path> files(Path file) {
    List<Path> files = new ArrayList<>(List.of(file));
    importerOf(file).companions(file).stream().sorted().forEach(files::add);
    return files;
  }

  private static ModelImporter importerOf(Path file) {
    byte[] head = head(file);
    List<ModelImporter> importers = importers();
    for (ModelImporter importer : importers) {
      if (importer.recognizes(file, head)) {
        return importer;
      }
    }
    throw new UserException(
        "%s is not a model file that Saccade reads, which are %s; export the network to one of them"
            .formatted(
                file, String.join(", ", importers.stream().map(ModelImporter::format).toList())));
  }

  private static List<ModelImporter> importers() {
    // Spark tasks run with a context class loader of their own; ours is the one that sees the jar.
    return ServiceLoader.load(ModelImporter.class, ModelReader.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /** What to throw where a model file is not there. */
  public static UserException missing(Path file) {
    boolean elsewhere = file.toString().matches("[A-Za-z][A-Za-z0-9+.-]+:/.*");
    return new UserException(
        "there is no model file %s: %s"
            .formatted(
                file,
                elsewhere ? "a model lies on this machine, copy it here first" : "check the path"));
  }

  private static byte[] head(Path file) {
    if (Files.notExists(file)) {
      throw missing(file);
    }
    if (Files.isDirectory(file)) {
      throw new UserException("%s is a folder, not a model file".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEAD_BYTES);
    } catch (IOException e) {
      throw new UserException(
          "the model file %s cannot be read (%s)".formatted(file, e.getMessage()), e);
    }
  }
}
