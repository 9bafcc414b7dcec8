package org.saccade.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.saccade.UserException;

/**
 * What a network needs besides its weights to be used.
 *
 * @param name the convention's name, or the file's path as given
 * @param preprocessing how a picture becomes the network's input
 * @param softmax whether probabilities are the softmax of the network's output
 * @param labels file with one class label per line, line 0 for class 0
 */
public record ModelDescription(
    String name, Preprocessing preprocessing, boolean softmax, Optional<Path> labels) {

  /**
   * A shipped description, e.g. {@code torchvision-imagenet}.
   *
   * @throws UserException if there is none of this name
   */
  public static ModelDescription named(String name) {
    throw new UserException("no description is named " + name);
  }

  /**
   * Reads a description file.
   *
   * @throws UserException if the file cannot be read, or a key is unknown, missing or has a bad
   *     value
   */
  public static ModelDescription read(Path file) {
    throw new UserException("cannot read " + file);
  }

  /**
   * The description beside a model: {@code squeezenet.properties} beside {@code squeezenet.onnx}.
   *
   * @throws UserException if there is one and it is faulty
   */
  public static Optional<ModelDescription> beside(Path model) {
    return Optional.empty();
  }

  /** The shipped names. */
  public static List<String> names() {
    return List.of();
  }

  /**
   * The class labels, empty where there is no file of them.
   *
   * @throws UserException if the file cannot be read
   */
  public List<String> classLabels() {
    return List.of();
  }

  /** The values by key, as in a file: what a run records about its preprocessing. */
  public Map<String, String> toProperties() {
    return Map.of();
  }
}
