package org.saccade.image;

/** What is done to a whole picture before the network's input is cropped from it. */
public sealed interface Resize {

  /** Nothing. */
  record None() implements Resize {}

  /** The whole picture becomes as large as the network's input, its aspect ratio is lost. */
  record Squash() implements Resize {}

  /**
   * The shortest side gets a given length, the aspect ratio stays; the other side is {@code
   * floor(size * long / short)} as in torchvision.
   *
   * @param size length of the shortest side, in pixels
   * @param unlessExact whether a picture that is as large as the network's input already is used as
   *     it is (by {@link Crops#CENTER} only, since its corners cannot be cropped)
   */
  record ShortestSide(int size, boolean unlessExact) implements Resize {

    /**
     * @throws IllegalArgumentException if the size is below 1
     */
    public ShortestSide {
      if (size < 1) {
        throw new IllegalArgumentException("the shortest side is at least 1, found " + size);
      }
    }
  }
}
