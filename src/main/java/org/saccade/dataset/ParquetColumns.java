package org.saccade.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.saccade.UserException;

/**
 * Which columns of a Parquet file hold images, their paths and their labels: a binary column, or
 * the Hugging Face layout with a column of {@code bytes} and {@code path}; {@code label} holds
 * class indexes.
 *
 * @param image the column of images
 * @param path column or field that holds the image's path, by the names leading to it
 */
record ParquetColumns(
    MessageType schema, Type image, Optional<List<String>> path, Optional<String> label) {
  private static final String BYTES = "bytes";
  private static final String LABEL = "label";
  private static final List<String> IMAGE_NAMES = List.of("image", "img", "jpg", "content", BYTES);
  private static final List<String> PATH_NAMES =
      List.of("path", "image_id", "file_name", "filename", "uri");

  /**
   * Finds the columns.
   *
   * @param file for messages
   * @throws UserException if no column, or none that can be told from others, holds images
   */
  static ParquetColumns of(MessageType schema, String file) {
    List<Type> candidates = schema.getFields().stream().filter(ParquetColumns::isImage).toList();
    if (candidates.isEmpty()) {
      throw new UserException(
          "%s has no column of images, its columns are %s: one must be binary, or have a field bytes"
              .formatted(file, names(schema.getFields())));
    }
    Type image =
        IMAGE_NAMES.stream()
            .flatMap(name -> candidates.stream().filter(type -> type.getName().equals(name)))
            .findFirst()
            .orElse(candidates.get(0));
    if (candidates.size() > 1 && !IMAGE_NAMES.contains(image.getName())) {
      throw new UserException(
          "%s has several binary columns (%s): name the one with the images 'image'"
              .formatted(file, names(candidates)));
    }
    return new ParquetColumns(
        schema, image, path(schema, image), field(schema, LABEL, ParquetColumns::isInteger));
  }

  /** The file's columns without the bytes of the images; no column at all if there are none. */
  Optional<MessageType> withoutBytes() {
    List<Type> fields = new ArrayList<>();
    path.ifPresent(
        names -> {
          Type top = schema.getType(names.get(0));
          fields.add(
              names.size() == 1
                  ? top
                  : top.asGroupType().withNewFields(top.asGroupType().getType(names.get(1))));
        });
    label.ifPresent(name -> fields.add(schema.getType(name)));
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(new MessageType(schema.getName(), fields));
  }

  /** The bytes of the images alone. */
  MessageType bytesOnly() {
    Type only =
        image.isPrimitive()
            ? image
            : image.asGroupType().withNewFields(image.asGroupType().getType(BYTES));
    return new MessageType(schema.getName(), only);
  }

  /** The dotted path of the primitive column with the bytes. */
  String bytesColumn() {
    return image.isPrimitive() ? image.getName() : image.getName() + "." + BYTES;
  }

  /** The names that lead to the bytes. */
  List<String> bytesPath() {
    return image.isPrimitive() ? List.of(image.getName()) : List.of(image.getName(), BYTES);
  }

  private static Optional<List<String>> path(MessageType schema, Type image) {
    if (!image.isPrimitive()) {
      Optional<String> inner = field(image.asGroupType(), "path", ParquetColumns::isText);
      if (inner.isPresent()) {
        return Optional.of(List.of(image.getName(), inner.get()));
      }
    }
    return PATH_NAMES.stream()
        .flatMap(name -> field(schema, name, ParquetColumns::isText).stream())
        .findFirst()
        .map(List::of);
  }

  private static Optional<String> field(GroupType group, String name, Predicate<Type> fits) {
    return group.containsField(name) && fits.test(group.getType(name))
        ? Optional.of(name)
        : Optional.empty();
  }

  private static boolean isImage(Type type) {
    return isBytes(type)
        || (!type.isPrimitive()
            && !type.isRepetition(Type.Repetition.REPEATED)
            && type.asGroupType().containsField(BYTES)
            && isBytes(type.asGroupType().getType(BYTES)));
  }

  private static boolean isBytes(Type type) {
    return isBinary(type) && type.getLogicalTypeAnnotation() == null;
  }

  private static boolean isText(Type type) {
    return isBinary(type)
        && (type.getLogicalTypeAnnotation() == null
            || type.getLogicalTypeAnnotation().equals(LogicalTypeAnnotation.stringType()));
  }

  private static boolean isBinary(Type type) {
    return isPlain(type)
        && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  private static boolean isInteger(Type type) {
    if (!isPlain(type)) {
      return false;
    }
    PrimitiveTypeName name = type.asPrimitiveType().getPrimitiveTypeName();
    return name == PrimitiveTypeName.INT32 || name == PrimitiveTypeName.INT64;
  }

  private static boolean isPlain(Type type) {
    return type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED);
  }

  private static String names(List<Type> fields) {
    return String.join(", ", fields.stream().map(Type::getName).toList());
  }
}
