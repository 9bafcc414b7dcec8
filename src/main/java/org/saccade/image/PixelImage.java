package org.saccade.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;

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

  /**
   * The samples of a picture as they are stored, whatever its colour space: palettes are looked up,
   * of grey three are made, alpha is dropped, and all are brought to 8 bits.
   */
  static PixelImage of(BufferedImage image) {
    WritableRaster raster = image.getRaster();
    int bands = raster.getNumBands();
    int[] bits = raster.getSampleModel().getSampleSize();
    byte[] rgb = new byte[raster.getWidth() * raster.getHeight() * CHANNELS];
    int[] row = new int[raster.getWidth() * bands];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, raster.getWidth(), 1, row);
      for (int from = 0; from < row.length; from += bands) {
        if (image.getColorModel() instanceof IndexColorModel palette) {
          paint(rgb, to, palette.getRGB(row[from]));
        } else {
          for (int channel = 0; channel < CHANNELS; channel++) {
            int band = bands < CHANNELS ? 0 : channel;
            rgb[to + channel] = eightBits(row[from + band], bits[band]);
          }
        }
        to += CHANNELS;
      }
    }
    return new PixelImage(raster.getWidth(), raster.getHeight(), rgb);
  }

  private static byte eightBits(int sample, int bits) {
    return (byte) (bits > 8 ? sample >>> (bits - 8) : sample * 255 / ((1 << bits) - 1));
  }

  private static void paint(byte[] rgb, int at, int colour) {
    rgb[at] = (byte) (colour >> 16);
    rgb[at + 1] = (byte) (colour >> 8);
    rgb[at + 2] = (byte) colour;
  }

  /** This picture at a place on a larger canvas of one colour. */
  PixelImage on(int canvasWidth, int canvasHeight, int left, int top, int colour) {
    if (width == canvasWidth && height == canvasHeight) {
      return this;
    }
    byte[] canvas = new byte[canvasWidth * canvasHeight * CHANNELS];
    for (int at = 0; at < canvas.length; at += CHANNELS) {
      paint(canvas, at, colour);
    }
    int stride = width * CHANNELS;
    for (int y = 0; y < height; y++) {
      int to = ((top + y) * canvasWidth + left) * CHANNELS;
      System.arraycopy(rgb, y * stride, canvas, to, stride);
    }
    return new PixelImage(canvasWidth, canvasHeight, canvas);
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
