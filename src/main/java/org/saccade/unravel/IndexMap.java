package org.saccade.unravel;

import java.util.Arrays;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/**
 * Which input cell an output cell is a copy of, for layers that only move cells about: the sum over
 * the output's axes of one offset per index.
 *
 * @param output shape of the result
 * @param offsets per axis of the output and index, what it adds to the input cell; {@link #NONE}
 *     where the result is made up
 * @param keepsAxes whether the axes of the result are those of the input, so that a point keeps its
 *     place within its cell
 * @param identity whether every cell is a copy of the same cell
 * @param within spatial extents of the input where they are others than the result's, which points
 *     that keep their place are not to leave
 */
@SuppressWarnings("ArrayRecordComponent") // Tables for hot loops, package-private, never compared.
record IndexMap(Shape output, int[][] offsets, boolean keepsAxes, boolean identity, int[] within) {
  private static final int NONE = -1;

  private IndexMap(Shape output, int[][] offsets) {
    this(output, offsets, false, false, new int[0]);
  }

  static IndexMap of(Layer.Slice slice, Shape input, Shape output) {
    IndexMap map = stretched(input, output, false);
    int stride = stride(input, slice.axis());
    Arrays.setAll(map.offsets[slice.axis()], i -> (slice.start() + i * slice.step()) * stride);
    return map;
  }

  static IndexMap of(Layer.Padding padding, Shape input, Shape output) {
    IndexMap map = stretched(input, output, false);
    for (int axis = 0; axis < input.rank(); axis++) {
      int extent = input.dim(axis);
      int before = padding.before().get(axis);
      int stride = stride(input, axis);
      Arrays.setAll(
          map.offsets[axis],
          o -> {
            int i = o - before;
            int last = extent - 1;
            if (i >= 0 && i <= last) {
              return i * stride;
            }
            return switch (padding.fill()) {
              case CONSTANT -> NONE;
              case REFLECT -> (i < 0 ? -i : 2 * last - i) * stride;
              case REPLICATE -> (i < 0 ? 0 : last) * stride;
            };
          });
    }
    return map;
  }

  static IndexMap of(Layer.Permutation permutation, Shape input, Shape output) {
    int[][] offsets = new int[output.rank()][];
    for (int axis = 0; axis < output.rank(); axis++) {
      offsets[axis] = multiples(output.dim(axis), stride(input, permutation.axes().get(axis)));
    }
    return new IndexMap(output, offsets);
  }

  /** The token that an embedding's row belongs to. */
  static IndexMap embedding(Shape input, Shape output) {
    int[][] offsets = new int[output.rank()][];
    for (int axis = 0; axis < input.rank(); axis++) {
      offsets[axis] = multiples(output.dim(axis), stride(input, axis));
    }
    offsets[input.rank()] = new int[output.dim(input.rank())];
    return new IndexMap(output, offsets);
  }

  /** An operand that is stretched to the shape of the result, as NumPy broadcasts. */
  static IndexMap broadcast(Shape operand, Shape output) {
    return stretched(operand, output, operand.equals(output));
  }

  private static IndexMap stretched(Shape operand, Shape output, boolean identity) {
    int[][] offsets = new int[output.rank()][];
    for (int axis = 0; axis < output.rank(); axis++) {
      int own = axis - (output.rank() - operand.rank());
      boolean stretched = own < 0 || operand.dim(own) == 1;
      offsets[axis] = multiples(output.dim(axis), stretched ? 0 : stride(operand, own));
    }
    boolean keepsAxes = operand.rank() > 0 && operand.rank() == output.rank();
    boolean moves = keepsAxes && !operand.spatial().equals(output.spatial());
    int[] within = moves ? operand.spatial().toArray() : new int[0];
    return new IndexMap(output, offsets, keepsAxes, identity, within);
  }

  private static int[] multiples(int count, int step) {
    int[] multiples = new int[count];
    Arrays.setAll(multiples, i -> i * step);
    return multiples;
  }

  private static int stride(Shape shape, int axis) {
    List<Integer> inner = shape.dims().subList(axis + 1, shape.rank());
    return inner.stream().reduce(1, Math::multiplyExact);
  }

  /** The input cell, or a negative number if there is none. */
  int source(int cell) {
    int source = 0;
    int rest = cell;
    for (int axis = output.rank() - 1; axis >= 0; axis--) {
      int extent = output.dim(axis);
      int offset = offsets[axis][rest % extent];
      if (offset == NONE) {
        return NONE;
      }
      source += offset;
      rest /= extent;
    }
    return source;
  }
}
