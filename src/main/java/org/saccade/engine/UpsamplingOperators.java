package org.saccade.engine;

import static org.saccade.engine.NativeMemory.longs;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Shape;

/** Resampling over one to three spatial axes. */
final class UpsamplingOperators {
  /** Position of "nearest" in libtorch's enumeration. */
  private static final int NEAREST = 0;

  private UpsamplingOperators() {}

  static Operator upsampling(Layer.Upsampling layer, Shape input, Weights weights) {
    if (layer.interpolation() == Layer.Upsampling.Interpolation.NEAREST) {
      long[] size = longs(layer.output().dims());
      return Operator.unary(x -> JniUtils.interpolate(x, size, NEAREST, false));
    }
    // DJL switches antialiasing on for every linear mode, which most of them refuse; so each axis
    // is a product with a matrix of its own.
    List<Operator.Unary> steps = new ArrayList<>();
    for (int axis = 0; axis < layer.output().rank(); axis++) {
      int from = input.dim(axis + 1);
      int to = layer.output().dim(axis);
      PtNDArray matrix =
          weights.of(Shape.of(to, from), interpolation(from, to, layer.alignCorners()));
      steps.add(alongAxis(axis + 2, matrix));
    }
    return Operator.unary(
        x -> {
          PtNDArray resampled = OperatorCompiler.reshape(x, input);
          for (Operator.Unary step : steps) {
            PtNDArray before = resampled;
            try (before) {
              resampled = step.apply(before);
            }
          }
          return resampled;
        });
  }

  private static Operator.Unary alongAxis(int axis, PtNDArray matrix) {
    return x -> {
      try (PtNDArray last = JniUtils.transpose(x, axis, -1);
          PtNDArray product = JniUtils.linear(last, matrix, null)) {
        return JniUtils.transpose(product, axis, -1);
      }
    };
  }

  /**
   * Row {@code i} holds the share of every input cell in output cell {@code i}; positions before
   * the first cell's centre read the first cell.
   */
  private static float[] interpolation(int from, int to, boolean alignCorners) {
    float[] matrix = new float[to * from];
    for (int i = 0; i < to; i++) {
      double position =
          alignCorners
              ? (to == 1 ? 0 : (double) i * (from - 1) / (to - 1))
              : Math.max(0, (i + 0.5) * from / to - 0.5);
      int lower = Math.min((int) position, from - 1);
      int upper = Math.min(lower + 1, from - 1);
      double share = position - lower;
      matrix[i * from + lower] += (float) (1 - share);
      matrix[i * from + upper] += (float) share;
    }
    return matrix;
  }
}
