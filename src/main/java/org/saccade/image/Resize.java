package org.saccade.image;

/** What is done to a whole picture before the network's input is cropped from it. */
public sealed interface Resize {

  /** Nothing. */
  record None() implements Resize {}

  /** The whole picture becomes as large as the network's input; its aspect ratio is lost. */
  record Squash(Resampling resampling) implements Resize {}

  /**
   * The shortest side gets a given length and the aspect ratio stays; the other side is {@code
   * floor(length * longest / shortest)} as in torchvision.
   *
   * @param length of the shortest side afterwards, in pixels
   * @param unlessFits whether a picture that is as large as the network's input already is used as
   *     it is; by {@link Crops#CENTER} only, since five crops need room
   */
  record ShortestSide(int length, Resampling resampling, boolean unlessFits) implements Resize {

    /**
     * @throws IllegalArgumentException if the length is below 1
     */
    public ShortestSide {
      if (length < 1) {
        throw new IllegalArgumentException("a side is at least 1 pixel long, found " + length);
      }
    }
  }
}
