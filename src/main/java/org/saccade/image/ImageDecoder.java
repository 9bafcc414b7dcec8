package org.saccade.image;

/**
 * Decodes image files by content, whatever they are called: JPEG, PNG, GIF, BMP and WebP.
 *
 * <p>The result is that of Pillow's {@code Image.open(f).convert("RGB")}: colour profiles are not
 * applied, transparency is dropped, of an animation the first frame is shown. It differs on purpose
 * for 16-bit grey, which Pillow clips and which is scaled here, and by a few grey levels for lossy
 * WebP, whose chroma is not interpolated.
 */
public final class ImageDecoder {
  private ImageDecoder() {}

  /**
   * Decodes a whole file.
   *
   * @throws ImageException if the content is not a whole, supported picture within the bound;
   *     nothing else is thrown, whatever the content
   */
  public static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    if (bytes.length == 0) {
      throw new ImageException(ImageFault.EMPTY_FILE, "the file is empty");
    }
    ImageFormat format = ImageFormat.of(bytes);
    try {
      return switch (format) {
        case JPEG -> JpegDecoder.decode(bytes, options);
        case PNG -> PngDecoder.decode(bytes, options);
        case GIF -> GifDecoder.decode(bytes, options);
        case BMP -> BmpDecoder.decode(bytes, options);
        case WEBP -> WebpDecoder.decode(bytes, options);
        default ->
            throw new ImageException(
                ImageFault.UNSUPPORTED_FORMAT,
                "the content is %s; JPEG, PNG, GIF, BMP and WebP are read"
                    .formatted(format.description()));
      };
    } catch (RuntimeException e) {
      // The readers of the JDK and of TwelveMonkeys stumble over hostile content in many ways.
      throw new ImageException(
          ImageFault.CORRUPT, "the %s is corrupt: %s".formatted(format.description(), e), e);
    }
  }
}
