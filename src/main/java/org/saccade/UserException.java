package org.saccade;

/**
 * Something the user gave us is at fault: a file, a model, a folder, a device.
 *
 * <p>The message is one clear sentence that names the culprit, the value found, the value expected
 * and the remedy; {@linkplain Secrets secrets} are hidden. The command line prints it without a
 * stack trace and exits with code 2.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UserException(String message) {
    super(Secrets.hidden(message));
  }

  public UserException(String message, Throwable cause) {
    super(Secrets.hidden(message), cause);
  }
}
