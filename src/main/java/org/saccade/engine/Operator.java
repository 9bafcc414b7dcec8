package org.saccade.engine;

import ai.djl.pytorch.engine.PtNDArray;

/**
 * A layer made ready to run: its weights in native memory, everything that depends only on shapes
 * worked out.
 */
@FunctionalInterface
interface Operator {

  /**
   * Computes the layer's result {@code [N, shape...]} as a new array on the inputs' manager, which
   * may share memory with an input. Arrays made on the way are closed.
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
}
