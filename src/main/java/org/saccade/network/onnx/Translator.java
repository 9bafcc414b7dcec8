package org.saccade.network.onnx;

import java.util.List;

/** Turns one operator into layers. */
@FunctionalInterface
interface Translator {

  /**
   * The values of the node's outputs, in order.
   *
   * @throws UnsupportedOperator if the node uses the operator in a way that is not supported
   */
  List<Value> translate(OnnxNode node);
}
