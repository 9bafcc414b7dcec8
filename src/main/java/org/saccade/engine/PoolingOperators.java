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
   * Pooling as libtorch has it where the window is dense and padded alike on both sides; else the
   * input is padded and cropped to just what the windows cover, so that what libtorch knows of
   * padding and ceiling no longer matters.
   */
  static Operator pooling(Layer.Pooling layer, Shape input, Shape output, Weights weights) {
    boolean maximum = layer.kind() == PoolingKind.MAX;
    Window window = layer.window();
    if (maximum && libtorchTakesPadding(window) && dense(window)) {
      ai.djl.ndarray.types.Shape kernel = djl(window.kernel());
      ai.djl.ndarray.types.Shape stride = djl(window.stride());
      ai.djl.ndarray.types.Shape padding = djl(window.padBefore());
      return Operator.unary(x -> JniUtils.maxPool(x, kernel, stride, padding, layer.ceil()));
    }
    double nothing = maximum ? Double.NEGATIVE_INFINITY : 0;
    Operator.Unary covered = covering(window, input, output, nothing);
    Operator.Unary pooled =
        dense(window)
            ? densePooling(layer.kind(), window)
            : dilatedPooling(layer.kind(), window, output, weights);
    Operator.Unary corrected =
        maximum ? pooled : withDivisors(pooled, layer, input, output, weights);
    return Operator.unary(
        x -> {
          try (PtNDArray cells = covered.apply(x)) {
            return corrected.apply(cells);
          }
        });
  }

  private static boolean dense(Window window) {
    return window.dilation().stream().allMatch(step -> step == 1);
  }

  private static boolean libtorchTakesPadding(Window window) {
    if (!window.padBefore().equals(window.padAfter())) {
      return false;
    }
    for (int axis = 0; axis < window.axes(); axis++) {
      if (2 * window.padBefore().get(axis) > window.kernel().get(axis)) {
        return false;
      }
    }
    return true;
  }

  /** Pads, or crops where no window reaches, so that the windows fit exactly. */
  private static Operator.Unary covering(Window window, Shape input, Shape output, double padding) {
    List<Integer> after = new ArrayList<>();
    boolean exact = true;
    for (int axis = 0; axis < window.axes(); axis++) {
      int covered = (output.dim(axis + 1) - 1) * window.stride().get(axis) + window.reach(axis);
      int missing = covered - input.dim(axis + 1) - window.padBefore().get(axis);
      after.add(missing);
      exact &= missing == 0 && window.padBefore().get(axis) == 0;
    }
    if (exact) {
      return x -> OperatorCompiler.reshape(x, input);
    }
    long[] amounts = PaddingOperators.spatial(window.padBefore(), after);
    return x -> JniUtils.pad(x, amounts, padding);
  }

  private static Operator.Unary densePooling(PoolingKind kind, Window window) {
    ai.djl.ndarray.types.Shape kernel = djl(window.kernel());
    ai.djl.ndarray.types.Shape stride = djl(window.stride());
    ai.djl.ndarray.types.Shape none = djl(Shape.repeat(0, window.axes()));
    return kind == PoolingKind.MAX
        ? x -> JniUtils.maxPool(x, kernel, stride, none, false)
        : x -> JniUtils.avgPool(x, kernel, stride, none, false, true);
  }

  /** The taps of all windows, one at a time: libtorch through DJL has no dilated pooling. */
  private static Operator.Unary dilatedPooling(
      PoolingKind kind, Window window, Shape output, Weights weights) {
    List<Integer> kernel = window.kernel();
    int taps = kernel.stream().reduce(1, Math::multiplyExact);
    PtNDArray count = weights.scalar(taps);
    return x -> {
      PtNDArray summary = null;
      for (int tap = 0; tap < taps; tap++) {
        try (PtNDArray values = tap(x, window, output, tap)) {
          PtNDArray before = summary;
          if (before == null) {
            summary = JniUtils.clone(values);
          } else if (kind == PoolingKind.MAX) {
            try (before) {
              summary = JniUtils.max(before, values);
            }
          } else {
            JniUtils.addi(before, values);
          }
        }
      }
      if (kind == PoolingKind.AVERAGE) {
        JniUtils.divi(summary, count);
      }
      return summary;
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
