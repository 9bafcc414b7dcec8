package org.saccade.image;

/** A file that could not be decoded, with a message for people and a fault for programs. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ImageFault fault;

  ImageException(ImageFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  ImageException(ImageFault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  public ImageFault fault() {
    return fault;
  }
}
