package org.saccade.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.saccade.UserException;

/**
 * What a network needs besides its weights to be used: a small file of {@code key = value} lines,
 * beside the model or shipped under a name.
 *
 * @param name the shipped name, or the file's path as given
 * @param preprocessing how a picture becomes the network's input
 * @param softmax whether probabilities are the softmax of the network's output
 * @param labels file with one class label per line, the first line for class 0
 * @param output which of several outputs holds the class scores, as the model file calls it
 */
public record ModelDescription(
    String name,
    Preprocessing preprocessing,
    boolean softmax,
    Optional<Path> labels,
    Optional<String> output) {

  private static final String SUFFIX = ".properties";
  private static final int MOST_BYTES = 1 << 16;
  private static final List<String> NAMES =
      List.of(
          "squeezenet-bgr",
          "caffe-bgr",
          "torchvision-imagenet",
          "torchvision-imagenet-crop",
          "torchvision-imagenet-squash",
          "cifar10",
          "mnist");

  /** The names of the shipped descriptions. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * A shipped description, e.g. {@code torchvision-imagenet}.
   *
   * @throws UserException if there is none of this name
   */
  public static ModelDescription named(String name) {
    if (!NAMES.contains(name)) {
      throw new UserException(
          "no preprocessing is named '%s'; known names are %s, or give a description file"
              .formatted(name, String.join(", ", NAMES)));
    }
    String resource = "/models/" + name + SUFFIX;
    try (InputStream in = ModelDescription.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the class path lacks " + resource);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      DescriptionProperties properties = DescriptionProperties.parse(name, text);
      return new ModelDescription(
          name,
          properties.preprocessing(),
          properties.softmax(),
          Optional.empty(),
          properties.output());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a description file. A relative path of labels in it is relative to the file's folder.
   *
   * @throws UserException if the file cannot be read, or a key is unknown, missing or has a bad
   *     value
   */
  public static ModelDescription read(Path file) {
    DescriptionProperties properties =
        DescriptionProperties.parse(file.toString(), text(file, MOST_BYTES, "a description"));
    return new ModelDescription(
        file.toString(),
        properties.preprocessing(),
        properties.softmax(),
        properties.labels().map(file::resolveSibling),
        properties.output());
  }

  /**
   * A shipped description by its name, or else a file.
   *
   * @throws UserException if it is neither, or the file is faulty
   */
  public static ModelDescription namedOrRead(String nameOrFile) {
    return !NAMES.contains(nameOrFile) && Files.exists(Path.of(nameOrFile))
        ? read(Path.of(nameOrFile))
        : named(nameOrFile);
  }

  /**
   * A description from its {@linkplain #toProperties values}, as one machine passes it to another.
   *
   * @throws UserException if a key is unknown, missing or has a bad value
   */
  public static ModelDescription of(String name, Map<String, String> values) {
    DescriptionProperties properties = DescriptionProperties.of(name, values);
    return new ModelDescription(
        name,
        properties.preprocessing(),
        properties.softmax(),
        properties.labels().map(Path::of),
        properties.output());
  }

  /**
   * The description beside a model: {@code squeezenet.properties} beside {@code squeezenet.onnx}.
   *
   * @throws UserException if there is one and it is faulty
   */
  public static Optional<ModelDescription> beside(Path model) {
    String name = String.valueOf(model.getFileName());
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    Path file = model.resolveSibling(stem + SUFFIX);
    return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * The class labels, one per class; empty where there is no file of them.
   *
   * @throws UserException if the file cannot be read
   */
  public List<String> classLabels() {
    return labels
        .map(
            file ->
                text(file, Integer.MAX_VALUE, "class labels")
                    .stripTrailing()
                    .lines()
                    .map(String::strip)
                    .toList())
        .orElse(List.of());
  }

  /** The values by key as in a file, for a run to record what it did. */
  public Map<String, String> toProperties() {
    return DescriptionProperties.of(this);
  }

  private static String text(Path file, int mostBytes, String what) {
    try {
      if (Files.size(file) > mostBytes) {
        throw new UserException(
            "%s is no file with %s: it has more than %d bytes".formatted(file, what, mostBytes));
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new UserException("%s does not exist, expected %s".formatted(file, what), e);
    } catch (CharacterCodingException e) {
      throw new UserException("%s is no UTF-8 text, expected %s".formatted(file, what), e);
    } catch (IOException e) {
      throw new UserException("%s cannot be read, expected %s".formatted(file, what), e);
    }
  }
}
