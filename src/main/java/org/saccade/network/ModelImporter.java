package org.saccade.network;

import java.nio.file.Path;
import java.util.List;

/**
 * Reads one kind of model file. Implementations are found through {@link java.util.ServiceLoader}.
 */
public interface ModelImporter {

  /** What users call the format, with its file extension, e.g. {@code ONNX (.onnx)}. */
  String format();

  /**
   * Whether a file is of this format, judged by its name and its first bytes; it may still be
   * damaged.
   */
  boolean recognizes(Path file, byte[] head);

  /**
   * Files that the model keeps weights in, besides its own.
   *
   * @throws org.saccade.UserException if the file is damaged
   */
  default List<Path> companions(Path file) {
    return List.of();
  }

  /**
   * Reads a network in canonical form.
   *
   * @throws UnsupportedNetworkException with everything in the model that is not supported
   * @throws org.saccade.UserException if the file is damaged, ambiguous or no classifier
   */
  Network read(Path file, ImportOptions options);

  /**
   * Reads as much of a model as can be read, for people to look at.
   *
   * @throws org.saccade.UserException if the file is damaged or ambiguous
   */
  ModelSurvey survey(Path file, ImportOptions options);
}
