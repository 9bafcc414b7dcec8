package org.saccade.engine;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * A layer made ready to run: its weights in native memory, everything that depends only on shapes
 * worked out.
 */
@FunctionalInterface
interface Operator {

  /**
   * Computes the layer's result {@code [N, shape...]} as a new array on the inputs' manager, which
   * may share memory with an input. Arrays made on the way are closed. An image's values do not
   * depend, to the last bit, on its place in the batch.
   *
   * @param inputs what the layer reads, {@code [N, shape...]} each; left as they are
   */
  PtNDArray apply(PtNDArray... inputs);

  /** An operator on the one value that a layer reads. */
  @FunctionalInterface
  interface Unary {
    PtNDArray apply(PtNDArray input);
  }

  static Operator unary(Unary operator) {
    return inputs -> operator.apply(inputs[0]);
  }

  /**
   * The operator applied to one image at a time. The element-wise kernels of libtorch treat what is
   * left over after the last full vector register with another code path; where the two differ in
   * the last bit, a whole batch at once would make an image's values depend on its place.
   */
  static Operator imageByImage(Operator operator) {
    return inputs -> {
      PtNDArray[] results = new PtNDArray[Math.toIntExact(inputs[0].getShape().get(0))];
      for (int image = 0; image < results.length; image++) {
        PtNDArray[] rows = new PtNDArray[inputs.length];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = JniUtils.slice(inputs[i], 0, image, image + 1L, 1);
        }
        results[image] = operator.apply(rows);
        closeAll(rows);
      }
      PtNDArray joined = JniUtils.cat(results, 0);
      closeAll(results);
      return joined;
    };
  }

  private static void closeAll(PtNDArray... arrays) {
    for (PtNDArray array : arrays) {
      array.close();
    }
  }
}
