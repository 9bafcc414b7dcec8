package org.saccade.image;

/** Interleaved 8-bit samples {@code [height, width, channels]} on their way to a tensor. */
final class Raster {
  private final int width;
  private final int height;
  private final int channels;
  private final byte[] samples;

  Raster(int width, int height, int channels, byte[] samples) {
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.samples = samples;
  }

  static Raster rgb(PixelImage image) {
    return new Raster(image.width(), image.height(), PixelImage.CHANNELS, image.rgb());
  }

  /** Luma of ITU-R 601-2 in Pillow's fixed point. */
  static Raster luma(PixelImage image) {
    byte[] rgb = image.rgb();
    byte[] luma = new byte[image.width() * image.height()];
    for (int i = 0; i < luma.length; i++) {
      int red = rgb[3 * i] & 0xff;
      int green = rgb[3 * i + 1] & 0xff;
      int blue = rgb[3 * i + 2] & 0xff;
      luma[i] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
    }
    return new Raster(image.width(), image.height(), 1, luma);
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int channels() {
    return channels;
  }

  byte[] samples() {
    return samples;
  }

  /** A rectangle of this raster; itself where that is all of it. */
  Raster part(int x, int y, int partWidth, int partHeight) {
    if (partWidth == width && partHeight == height) {
      return this;
    }
    int stride = width * channels;
    int partStride = partWidth * channels;
    byte[] part = new byte[partHeight * partStride];
    for (int row = 0; row < partHeight; row++) {
      int from = (y + row) * stride + x * channels;
      System.arraycopy(samples, from, part, row * partStride, partStride);
    }
    return new Raster(partWidth, partHeight, channels, part);
  }
}
