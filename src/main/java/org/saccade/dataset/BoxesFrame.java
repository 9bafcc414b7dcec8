package org.saccade.dataset;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.saccade.UserException;

/**
 * In which picture's pixels the boxes of a ground truth are.
 *
 * @param kind which picture
 * @param width its width for {@link Kind#FIXED}, else 0
 * @param height its height likewise
 */
public record BoxesFrame(Kind kind, int width, int height) implements Serializable {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");

  /** Which picture. */
  public enum Kind {
    /** The image that was explained. */
    IMAGE,
    /** The original, of which the image that was explained may be a resized copy. */
    ORIGINAL,
    /** A copy of one size for all images. */
    FIXED
  }

  /** The boxes are in the pixels of the images that were explained. */
  public static final BoxesFrame IMAGE = new BoxesFrame(Kind.IMAGE, 0, 0);

  /** The boxes are in the pixels of the originals, whose sizes the ground truth gives. */
  public static final BoxesFrame ORIGINAL = new BoxesFrame(Kind.ORIGINAL, 0, 0);

  /**
   * Reads {@code image}, {@code original} or a size as {@code 256x256}.
   *
   * @throws UserException for anything else
   */
  public static BoxesFrame parse(String text) {
    if (text.equals("image")) {
      return IMAGE;
    }
    if (text.equals("original")) {
      return ORIGINAL;
    }
    Matcher size = SIZE.matcher(text);
    if (size.matches()) {
      int width = Integer.parseInt(size.group(1));
      int height = Integer.parseInt(size.group(2));
      if (width > 0 && height > 0) {
        return new BoxesFrame(Kind.FIXED, width, height);
      }
    }
    throw new UserException(
        ("the frame of boxes '%s' is unknown: give image (pixels of the images explained), original"
                + " (pixels of the originals, with their sizes) or a size such as 256x256")
            .formatted(text));
  }

  @Override
  public String toString() {
    return switch (kind) {
      case IMAGE -> "pixels of the images explained";
      case ORIGINAL -> "pixels of the original images";
      case FIXED -> "pixels of copies of %d x %d".formatted(width, height);
    };
  }
}
