package org.saccade.engine;

import static org.saccade.engine.NativeMemory.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Shape;
import org.saccade.network.Window;

/** Pooling over one to three spatial axes. */
final class PoolingOperators {
  private PoolingOperators() {}

  static Operator adaptive(PoolingKind kind, Shape output) {
    ai.djl.ndarray.types.Shape size = djl(output);
    return kind == PoolingKind.MAX
        ? Operator.unary(x -> JniUtils.adaptiveMaxPool(x, size))
        : Operator.unary(x -> JniUtils.adaptiveAvgPool(x, size));
  }

  /**
   * Pooling of an input that is padded to just what the windows cover, so that what libtorch knows
   * of padding and ceiling does not matter.
   */
  static Operator pooling(Layer.Pooling layer, Shape input, Shape output, Weights weights) {
    Window window = layer.window();
    if (layer.kind() == PoolingKind.MAX) {
      return onCovered(window, input, output, Double.NEGATIVE_INFINITY, maxima(window, output));
    }
    Operator.Unary averages =
        dense(window) ? denseAverages(window) : dilatedAverages(window, output, weights);
    return onCovered(
        window, input, output, 0, withDivisors(averages, layer, input, output, weights));
  }

  private static boolean dense(Window window) {
    return window.dilation().stream().allMatch(step -> step == 1);
  }

  /** Cells behind the last window stay: libtorch rounds the number of windows down. */
  private static Operator onCovered(
      Window window, Shape input, Shape output, double padding, Operator.Unary pooling) {
    List<Integer> after = new ArrayList<>();
    boolean covered = true;
    for (int axis = 0; axis < window.axes(); axis++) {
      int end = (output.dim(axis + 1) - 1) * window.stride().get(axis) + window.reach(axis);
      int missing = end - input.dim(axis + 1) - window.padBefore().get(axis);
      after.add(Math.max(missing, 0));
      covered &= missing <= 0 && window.padBefore().get(axis) == 0;
    }
    if (covered) {
      return Operator.unary(pooling);
    }
    long[] amounts = PaddingOperators.spatial(window.padBefore(), after);
    return Operator.unary(
        x -> {
          try (PtNDArray padded = JniUtils.pad(x, amounts, padding)) {
            return pooling.apply(padded);
          }
        });
  }

  /**
   * Maxima along one axis after the other, each of views of the input that are shifted by a tap.
   * Those are compared a vector register at a time; libtorch's own pooling goes value by value and
   * keeps positions that nobody asks for.
   */
  private static Operator.Unary maxima(Window window, Shape output) {
    return x -> {
      PtNDArray maxima = alongAxis(x, 0, window, output);
      for (int axis = 1; axis < window.axes(); axis++) {
        try (PtNDArray before = maxima) {
          maxima = alongAxis(before, axis, window, output);
        }
      }
      return maxima;
    };
  }

  private static PtNDArray alongAxis(PtNDArray x, int axis, Window window, Shape output) {
    int stride = window.stride().get(axis);
    int reach = (output.dim(axis + 1) - 1) * stride + 1;
    PtNDArray maxima = JniUtils.slice(x, axis + 2, 0, reach, stride);
    for (int tap = 1; tap < window.kernel().get(axis); tap++) {
      int from = tap * window.dilation().get(axis);
      try (PtNDArray before = maxima;
          PtNDArray values = JniUtils.slice(x, axis + 2, from, from + reach, stride)) {
        maxima = JniUtils.max(before, values);
      }
    }
    return maxima;
  }

  private static Operator.Unary denseAverages(Window window) {
    ai.djl.ndarray.types.Shape kernel = djl(window.kernel());
    ai.djl.ndarray.types.Shape stride = djl(window.stride());
    ai.djl.ndarray.types.Shape none = djl(Shape.repeat(0, window.axes()));
    return x -> JniUtils.avgPool(x, kernel, stride, none, false, true);
  }

  /** The taps of all windows, one at a time: libtorch has no dilated average. */
  private static Operator.Unary dilatedAverages(Window window, Shape output, Weights weights) {
    int taps = window.kernel().stream().reduce(1, Math::multiplyExact);
    PtNDArray count = weights.scalar(taps);
    return x -> {
      PtNDArray sum;
      try (PtNDArray first = tap(x, window, output, 0)) {
        sum = JniUtils.clone(first);
      }
      for (int tap = 1; tap < taps; tap++) {
        try (PtNDArray values = tap(x, window, output, tap)) {
          JniUtils.addi(sum, values);
        }
      }
      JniUtils.divi(sum, count);
      return sum;
    };
  }

  /** What the given tap, counted row-major, of every window sees. */
  private static PtNDArray tap(PtNDArray x, Window window, Shape output, int tap) {
    long[] start = new long[window.axes() + 2];
    long[] end = x.getShape().getShape().clone();
    long[] step = new long[window.axes() + 2];
    Arrays.fill(step, 1);
    int rest = tap;
    for (int axis = window.axes() - 1; axis >= 0; axis--) {
      int kernel = window.kernel().get(axis);
      start[axis + 2] = (long) (rest % kernel) * window.dilation().get(axis);
      step[axis + 2] = window.stride().get(axis);
      end[axis + 2] = start[axis + 2] + (output.dim(axis + 1) - 1) * step[axis + 2] + 1;
      rest /= kernel;
    }
    return JniUtils.index(x, start, end, step, x.getManager());
  }

  /**
   * Averages divide by the whole kernel so far; where a window counts fewer cells they are scaled
   * up. (DJL ignores the flag that leaves padding out of the divisor.)
   */
  private static Operator.Unary withDivisors(
      Operator.Unary averages, Layer.Pooling layer, Shape input, Shape output, Weights weights) {
    Shape spatial = output.spatial();
    float[] scale = new float[spatial.size()];
    Arrays.fill(scale, 1);
    int inner = 1;
    for (int axis = spatial.rank() - 1; axis >= 0; axis--) {
      int extent = spatial.dim(axis);
      for (int cell = 0; cell < scale.length; cell++) {
        int position = cell / inner % extent;
        scale[cell] *=
            (float) layer.window().kernel().get(axis)
                / counted(layer, axis, position, input.dim(axis + 1));
      }
      inner *= extent;
    }
    boolean plain = true;
    for (float factor : scale) {
      plain &= factor == 1;
    }
    if (plain) {
      return averages;
    }
    PtNDArray factors = weights.of(spatial, scale);
    return x -> {
      PtNDArray scaled = averages.apply(x);
      JniUtils.muli(scaled, factors);
      return scaled;
    };
  }

  /** Taps of a window, along one axis, that the divisor counts; at least 1. */
  private static int counted(Layer.Pooling layer, int axis, int position, int extent) {
    Window window = layer.window();
    int padBefore = window.padBefore().get(axis);
    int first = layer.countIncludePad() ? -padBefore : 0;
    int last = layer.countIncludePad() ? extent + window.padAfter().get(axis) : extent;
    int start = position * window.stride().get(axis) - padBefore;
    int counted = 0;
    for (int tap = 0; tap < window.kernel().get(axis); tap++) {
      int cell = start + tap * window.dilation().get(axis);
      if (cell >= first && cell < last) {
        counted++;
      }
    }
    // A window that sees only padding averages nothing; its sum is 0 whatever the divisor.
    return Math.max(counted, 1);
  }
}
