package org.saccade.image;

/** A decoded picture: 8-bit RGB, immutable by convention. */
public final class PixelImage {
  static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] rgb;

  /**
   * Takes the samples over without copying them; the caller must not change them afterwards.
   *
   * @param rgb {@code [height, width, 3]}, row by row from the top left
   * @throws IllegalArgumentException if a side is below 1 or the number of samples does not fit
   */
  public PixelImage(int width, int height, byte[] rgb) {
    if (width < 1 || height < 1 || rgb.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "%d samples are not an RGB picture of %d x %d pixels"
              .formatted(rgb.length, width, height));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /**
   * The samples themselves, not a copy: {@code [height, width, 3]}, bytes to be read as unsigned.
   */
  public byte[] rgb() {
    return rgb;
  }

  @Override
  public String toString() {
    return "PixelImage[" + width + " x " + height + "]";
  }
}
