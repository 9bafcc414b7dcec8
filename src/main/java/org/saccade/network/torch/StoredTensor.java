package org.saccade.network.torch;

import java.nio.ByteBuffer;
import java.util.List;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * A tensor as it lies in a file: a strided view of a storage.
 *
 * @param type element type
 * @param sizes extents, outermost first
 * @param strides steps along each axis, in elements
 * @param offset first element, counted from the start of the storage
 * @param storage the elements, in the file's byte order
 */
record StoredTensor(
    ElementType type, Shape sizes, List<Long> strides, long offset, ByteBuffer storage) {

  /** The element types of PyTorch that a network for inference may contain. */
  enum ElementType {
    UINT8(1),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FLOAT16(2),
    FLOAT32(4),
    FLOAT64(8),
    BOOL(1),
    BFLOAT16(2);

    private final int bytes;

    ElementType(int bytes) {
      this.bytes = bytes;
    }

    boolean floating() {
      return this == FLOAT16 || this == FLOAT32 || this == FLOAT64 || this == BFLOAT16;
    }
  }

  private static final int MAX_BROADCAST = 1 << 20;

  StoredTensor {
    strides = List.copyOf(strides);
  }

  /**
   * What this tensor is in a graph: a number if it is a single integer, otherwise a constant.
   *
   * @throws IllegalArgumentException if an element lies outside the storage, or many lie at the
   *     same place
   */
  Value toValue() {
    checkBounds();
    return sizes.rank() == 0 && !type.floating()
        ? new Value.Int(toLong())
        : new Value.Constant(toTensor());
  }

  private void checkBounds() {
    if (strides.size() != sizes.rank()) {
      throw new IllegalArgumentException(
          "a tensor of shape %s has %d strides".formatted(sizes, strides.size()));
    }
    long elements = storage.remaining() / type.bytes;
    long last = offset;
    long count = 1;
    for (int axis = 0; axis < sizes.rank(); axis++) {
      if (strides.get(axis) < 0) {
        throw new IllegalArgumentException("a tensor has the stride " + strides.get(axis));
      }
      count = Math.multiplyExact(count, sizes.dim(axis));
      last = Math.addExact(last, Math.multiplyExact(strides.get(axis), sizes.dim(axis) - 1L));
    }
    if (offset < 0 || (count > 0 && last >= elements)) {
      throw new IllegalArgumentException(
          "a tensor of shape %s lies outside its storage of %d elements"
              .formatted(sizes, elements));
    }
    if (count > elements && count > MAX_BROADCAST) {
      throw new IllegalArgumentException(
          "a tensor of shape %s repeats the elements of a storage of %d"
              .formatted(sizes, elements));
    }
  }

  /** The values as float32, row-major. */
  private Tensor toTensor() {
    float[] values = new float[sizes.size()];
    long[] index = new long[sizes.rank()];
    long at = offset;
    for (int i = 0; i < values.length; i++) {
      values[i] = element((int) at);
      for (int axis = index.length - 1; axis >= 0; axis--) {
        at += strides.get(axis);
        if (++index[axis] < sizes.dim(axis)) {
          break;
        }
        at -= strides.get(axis) * index[axis];
        index[axis] = 0;
      }
    }
    return Tensor.of(sizes, values);
  }

  private long toLong() {
    int at = storage.position() + (int) offset * type.bytes;
    return switch (type) {
      case UINT8 -> Byte.toUnsignedLong(storage.get(at));
      case INT8, BOOL -> storage.get(at);
      case INT16 -> storage.getShort(at);
      case INT32 -> storage.getInt(at);
      case INT64 -> storage.getLong(at);
      case FLOAT16, FLOAT32, FLOAT64, BFLOAT16 ->
          throw new IllegalStateException("not an integer tensor: " + type);
    };
  }

  private float element(int index) {
    int at = storage.position() + index * type.bytes;
    return switch (type) {
      case UINT8 -> Byte.toUnsignedInt(storage.get(at));
      case INT8, BOOL -> storage.get(at);
      case INT16 -> storage.getShort(at);
      case INT32 -> storage.getInt(at);
      case INT64 -> storage.getLong(at);
      case FLOAT16 -> half(storage.getShort(at));
      case FLOAT32 -> storage.getFloat(at);
      case FLOAT64 -> (float) storage.getDouble(at);
      case BFLOAT16 -> Float.intBitsToFloat(storage.getShort(at) << 16);
    };
  }

  /** IEEE 754 binary16. */
  private static float half(short bits) {
    int exponent = (bits >> 10) & 0x1F;
    int mantissa = bits & 0x3FF;
    float magnitude;
    if (exponent == 0x1F) {
      magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = mantissa * 0x1p-24f;
    } else {
      magnitude = Math.scalb(1 + mantissa * 0x1p-10f, exponent - 15);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
