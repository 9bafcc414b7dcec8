package org.saccade.dataset;

/** The bytes of one image cannot be had; the rest of the run goes on. */
public final class UnreadableImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong; the names are the codes in the tables. */
  public enum Fault {
    NOT_FOUND,
    NOT_A_FILE,
    TOO_LARGE,
    UNREADABLE
  }

  private final Fault fault;

  UnreadableImageException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  UnreadableImageException(Fault fault, String message, Throwable cause) {
    super(cause.getMessage() == null ? message : message + ": " + cause.getMessage(), cause);
    this.fault = fault;
  }

  /** What is wrong. */
  public Fault fault() {
    return fault;
  }
}
