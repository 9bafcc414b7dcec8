package org.saccade.image;

/**
 * How to decode.
 *
 * @param maxPixels pictures whose header announces more pixels (width times height) are refused
 *     before anything is allocated for them
 * @param applyExifOrientation whether the picture is turned upright as its EXIF orientation asks;
 *     networks were usually trained on pictures as they are stored, so it is off by default
 */
public record DecodeOptions(long maxPixels, boolean applyExifOrientation) {

  /** A hundred megapixels, which take 300 MB decoded. */
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
}
