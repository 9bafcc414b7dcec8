package org.saccade.network.onnx;

/** A node cannot be translated; the message says why and what would work. */
final class UnsupportedOperator extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedOperator(String reason) {
    super(reason, null, false, false);
  }
}
