package org.saccade.network.torch;

/** An operator cannot become layers; the message says why and what would work. */
final class UnsupportedOperatorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedOperatorException(String reason) {
    super(reason);
  }
}
