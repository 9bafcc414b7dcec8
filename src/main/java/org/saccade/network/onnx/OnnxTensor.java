package org.saccade.network.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.saccade.UserException;
import org.saccade.network.Shape;

/** Decodes the tensors stored in an ONNX model, or in files beside it, to float32 or int64. */
final class OnnxTensor {
  /** More would not fit one Java array of bytes, nor any sensible weight. */
  static final int MOST_ELEMENTS = 1 << 29;

  private final Path model;

  /**
   * @param model the model file, beside which external data may lie
   */
  OnnxTensor(Path model) {
    this.model = model;
  }

  /**
   * @throws UserException if the tensor is malformed, of a type that is no number, or its external
   *     data is missing, too short or outside the model's folder
   */
  Constant decode(TensorProto tensor) {
    Shape shape = shape(tensor);
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    if (type == null) {
      throw malformed(tensor, "its type %d is unknown".formatted(tensor.getDataType()));
    }
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return raw(tensor, type, shape, external(tensor, (long) shape.size() * bytes(tensor, type)));
    }
    if (tensor.hasRawData()) {
      return raw(tensor, type, shape, tensor.getRawData().asReadOnlyByteBuffer());
    }
    return typed(tensor, type, shape);
  }

  private Shape shape(TensorProto tensor) {
    long size = 1;
    List<Integer> dims = new ArrayList<>();
    for (long dim : tensor.getDimsList()) {
      if (dim < 0 || dim > MOST_ELEMENTS || size * Math.max(1, dim) > MOST_ELEMENTS) {
        throw malformed(
            tensor,
            "its shape %s is negative or has more than %d elements"
                .formatted(tensor.getDimsList(), MOST_ELEMENTS));
      }
      size *= Math.max(1, dim);
      dims.add((int) dim);
    }
    return new Shape(dims);
  }

  private int bytes(TensorProto tensor, TensorProto.DataType type) {
    return switch (type) {
      case INT8, UINT8, BOOL -> 1;
      case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
      case FLOAT, INT32, UINT32 -> 4;
      case DOUBLE, INT64, UINT64 -> 8;
      default ->
          throw malformed(
              tensor,
              ("its elements are %s where floating-point numbers, integers or truth values are"
                      + " expected")
                  .formatted(type));
    };
  }

  private Constant raw(
      TensorProto tensor, TensorProto.DataType type, Shape shape, ByteBuffer bytes) {
    int size = shape.size();
    if (bytes.remaining() != (long) size * bytes(tensor, type)) {
      throw malformed(
          tensor,
          "its shape %s needs %d bytes of %s, found %d"
              .formatted(shape, (long) size * bytes(tensor, type), type, bytes.remaining()));
    }
    ByteBuffer data = bytes.order(ByteOrder.LITTLE_ENDIAN);
    if (isFloatingPoint(type)) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] =
            switch (type) {
              case FLOAT -> data.getFloat();
              case DOUBLE -> (float) data.getDouble();
              case FLOAT16 -> halfToFloat(data.getShort());
              default -> bfloatToFloat(data.getShort());
            };
      }
      return Constant.of(shape, values);
    }
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          switch (type) {
            case INT8 -> data.get();
            case UINT8, BOOL -> data.get() & 0xFF;
            case INT16 -> data.getShort();
            case UINT16 -> data.getShort() & 0xFFFF;
            case INT32 -> data.getInt();
            case UINT32 -> data.getInt() & 0xFFFF_FFFFL;
            default -> data.getLong();
          };
    }
    return Constant.of(shape, values);
  }

  /** Elements in the field of their type; the small types share the field of 32-bit integers. */
  private Constant typed(TensorProto tensor, TensorProto.DataType type, Shape shape) {
    int found =
        switch (type) {
          case FLOAT -> tensor.getFloatDataCount();
          case DOUBLE -> tensor.getDoubleDataCount();
          case INT64 -> tensor.getInt64DataCount();
          case UINT32, UINT64 -> tensor.getUint64DataCount();
          default -> bytes(tensor, type) <= 4 ? tensor.getInt32DataCount() : 0;
        };
    if (found != shape.size()) {
      throw malformed(
          tensor,
          "its shape %s needs %d elements of %s, found %d"
              .formatted(shape, shape.size(), type, found));
    }
    if (isFloatingPoint(type)) {
      float[] values = new float[found];
      for (int i = 0; i < found; i++) {
        values[i] =
            switch (type) {
              case FLOAT -> tensor.getFloatData(i);
              case DOUBLE -> (float) tensor.getDoubleData(i);
              case FLOAT16 -> halfToFloat((short) tensor.getInt32Data(i));
              default -> bfloatToFloat((short) tensor.getInt32Data(i));
            };
      }
      return Constant.of(shape, values);
    }
    long[] values = new long[found];
    for (int i = 0; i < found; i++) {
      values[i] =
          switch (type) {
            case INT64 -> tensor.getInt64Data(i);
            case UINT32, UINT64 -> tensor.getUint64Data(i);
            default -> tensor.getInt32Data(i);
          };
    }
    return Constant.of(shape, values);
  }

  private static boolean isFloatingPoint(TensorProto.DataType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
      default -> false;
    };
  }

  /** The bytes of a tensor stored beside the model, never outside the model's folder. */
  private ByteBuffer external(TensorProto tensor, long expected) {
    Map<String, String> entries = entries(tensor);
    Path file = externalFile(tensor, entries.getOrDefault("location", ""));
    long offset = count(tensor, entries.getOrDefault("offset", "0"));
    long length = count(tensor, entries.getOrDefault("length", Long.toString(expected)));
    try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "r")) {
      if (length != expected || offset > data.length() - length || length > Integer.MAX_VALUE) {
        throw malformed(
            tensor,
            "it needs %d bytes at offset %d of %s, found a stated length of %d in a file of %d"
                .formatted(expected, offset, file, length, data.length()));
      }
      byte[] bytes = new byte[(int) length];
      data.seek(offset);
      data.readFully(bytes);
      return ByteString.copyFrom(bytes).asReadOnlyByteBuffer();
    } catch (IOException e) {
      throw new UserException(
          "the external data %s of %s cannot be read (%s)".formatted(file, model, e.getMessage()),
          e);
    }
  }

  private static Map<String, String> entries(TensorProto tensor) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    return entries;
  }

  /**
   * The file beside the model that holds a tensor's data, as the model names it.
   *
   * @throws UserException if there is none, or it lies outside the model's folder
   */
  Path externalFile(TensorProto tensor) {
    String location = entries(tensor).getOrDefault("location", "");
    externalFile(tensor, location);
    return model.resolveSibling(location);
  }

  private Path externalFile(TensorProto tensor, String location) {
    try {
      Path folder = model.toRealPath().getParent();
      Path named = folder.resolve(location).normalize();
      if (location.isEmpty() || Path.of(location).isAbsolute() || !named.startsWith(folder)) {
        throw escapes(tensor, location);
      }
      if (!Files.isRegularFile(named)) {
        throw new UserException(
            "the external data %s of %s is missing; put it beside the model"
                .formatted(named, model));
      }
      // A link inside the folder may still lead out of it.
      if (!named.toRealPath().startsWith(folder)) {
        throw escapes(tensor, location);
      }
      return named;
    } catch (InvalidPathException e) {
      throw new UserException(
          "tensor %s of %s names no valid file for its data: '%s'"
              .formatted(tensor.getName(), model, location),
          e);
    } catch (IOException e) {
      throw new UserException(
          "the external data '%s' of %s cannot be read (%s)"
              .formatted(location, model, e.getMessage()),
          e);
    }
  }

  private UserException escapes(TensorProto tensor, String location) {
    return new UserException(
        ("tensor %s of %s keeps its data in '%s', which is not a file inside the model's own folder;"
                + " move it there and export the model again")
            .formatted(tensor.getName(), model, location));
  }

  private long count(TensorProto tensor, String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new UserException(
          "tensor %s of %s states '%s' where a number of bytes is expected"
              .formatted(tensor.getName(), model, text),
          e);
    }
    throw malformed(tensor, "an offset or length of %s bytes is negative".formatted(text));
  }

  private UserException malformed(TensorProto tensor, String why) {
    return new UserException(
        "tensor %s of %s is malformed: %s; export the model again"
            .formatted(tensor.getName(), model, why));
  }

  /** IEEE 754 half precision, as bits, to single precision. */
  static float halfToFloat(short half) {
    int bits = half & 0xFFFF;
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 0x1F ? 0xFF : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | (wide << 23) | (fraction << 13));
  }

  private static float bfloatToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
