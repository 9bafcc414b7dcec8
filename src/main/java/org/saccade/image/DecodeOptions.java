package org.saccade.image;

/**
 * How to decode.
 *
 * @param maxPixels pictures whose header announces more pixels (width times height) are refused
 *     before anything is allocated for them, as are sides of more than 65 535 pixels
 * @param applyExifOrientation whether the picture is turned upright as its EXIF orientation asks;
 *     networks were usually trained on pictures as they are stored, so it is off by default
 */
public record DecodeOptions(long maxPixels, boolean applyExifOrientation) {

  /** As many as a JPEG can have along a side. */
  private static final int LONGEST_SIDE = 65_535;

  /** A hundred megapixels: 300 MB decoded, and up to 800 MB more on the way there (16-bit RGBA). */
  public static final long DEFAULT_MAX_PIXELS = 100_000_000;

  /** The default bound, pictures as they are stored. */
  public static final DecodeOptions DEFAULT = new DecodeOptions(DEFAULT_MAX_PIXELS, false);

  /**
   * @throws IllegalArgumentException if the bound is not between 1 and the 715 million pixels that
   *     fit an array
   */
  public DecodeOptions {
    long most = Integer.MAX_VALUE / PixelImage.CHANNELS;
    if (maxPixels < 1 || maxPixels > most) {
      throw new IllegalArgumentException(
          "the pixel bound is between 1 and %d, found %d".formatted(most, maxPixels));
    }
  }

  /** Checks what a header announces, before anything is allocated for it. */
  void admit(long width, long height) throws ImageException {
    if (width < 1 || height < 1) {
      throw new ImageException(
          ImageFault.CORRUPT, "the header announces %d x %d pixels".formatted(width, height));
    }
    if (width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > maxPixels) {
      throw new ImageException(
          ImageFault.TOO_LARGE,
          "the header announces %d x %d pixels, at most %d in all and %d along a side are allowed"
              .formatted(width, height, maxPixels, LONGEST_SIDE));
    }
  }
}
