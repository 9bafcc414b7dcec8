package org.saccade.engine;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/** Cells added around an activation. */
final class PaddingOperators {
  private PaddingOperators() {}

  static Operator padding(Layer.Padding layer, Shape input) {
    if (layer.fill() == Layer.Padding.Fill.CONSTANT) {
      long[] amounts = spatial(layer.before(), layer.after());
      return Operator.unary(x -> JniUtils.pad(x, amounts, layer.value()));
    }
    List<Operator.Unary> steps = new ArrayList<>();
    for (int axis = 0; axis < input.rank(); axis++) {
      int before = layer.before().get(axis);
      int after = layer.after().get(axis);
      if (before > 0 || after > 0) {
        steps.add(alongAxis(layer.fill(), axis + 1, input.dim(axis), before, after));
      }
    }
    return Operator.unary(
        x -> {
          PtNDArray padded = OperatorCompiler.reshape(x, input);
          for (Operator.Unary step : steps) {
            PtNDArray narrower = padded;
            try (narrower) {
              padded = step.apply(narrower);
            }
          }
          return padded;
        });
  }

  /** What libtorch calls the amounts of padding: last axis first, before and after in turn. */
  static long[] spatial(List<Integer> before, List<Integer> after) {
    long[] amounts = new long[2 * before.size()];
    for (int axis = 0; axis < before.size(); axis++) {
      int position = 2 * (before.size() - 1 - axis);
      amounts[position] = before.get(axis);
      amounts[position + 1] = after.get(axis);
    }
    return amounts;
  }

  /** The same with channels added after the others, before the cells of the spatial axes. */
  static long[] channelsAndCells(int channels, List<Integer> before, List<Integer> after) {
    long[] cells = spatial(before, after);
    long[] amounts = Arrays.copyOf(cells, cells.length + 2);
    amounts[cells.length + 1] = channels;
    return amounts;
  }

  private static Operator.Unary alongAxis(
      Layer.Padding.Fill fill, int axis, int extent, int before, int after) {
    return x -> {
      try (PtNDArray head = edge(fill, x, axis, 0, before, 1);
          PtNDArray tail = edge(fill, x, axis, extent, after, -1)) {
        return JniUtils.cat(new PtNDArray[] {head, x, tail}, axis);
      }
    };
  }

  /** The cells to add at one end, nearest to the end last for the head and first for the tail. */
  private static PtNDArray edge(
      Layer.Padding.Fill fill, PtNDArray x, int axis, int end, int cells, int inwards) {
    boolean head = inwards > 0;
    if (fill == Layer.Padding.Fill.REPLICATE) {
      int at = head ? 0 : end - 1;
      try (PtNDArray cell = JniUtils.slice(x, axis, at, at + 1, 1)) {
        return JniUtils.repeat(cell, cells, axis);
      }
    }
    int from = head ? 1 : end - 1 - cells;
    try (PtNDArray mirrored = JniUtils.slice(x, axis, from, from + cells, 1)) {
      return JniUtils.flip(mirrored, new long[] {axis});
    }
  }
}
