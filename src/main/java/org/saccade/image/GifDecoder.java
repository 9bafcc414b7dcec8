package org.saccade.image;

import com.twelvemonkeys.imageio.util.ProgressListenerBase;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The first frame of a GIF on its canvas, by the JDK. Where the frame leaves the canvas bare, the
 * transparent colour or else colour 0 shows, as in Pillow.
 *
 * <p>The JDK's reader leaves rows black for which it finds no data, so these are counted.
 */
final class GifDecoder {
  private static final int HEADER_BYTES = 13;
  private static final String METADATA = "javax_imageio_gif_image_1.0";
  private static final float WHOLE = 100;

  private final ByteBuffer file;
  private final DecodeOptions options;
  private float percentDone;
  private boolean damaged;

  private GifDecoder(byte[] bytes, DecodeOptions options) {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.options = options;
  }

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    return JdkReader.GIF.read(bytes, new GifDecoder(bytes, options)::firstFrame);
  }

  private PixelImage firstFrame(ImageReader reader) throws IOException, ImageException {
    if (file.limit() < HEADER_BYTES || reader.getNumImages(true) == 0) {
      throw incomplete();
    }
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    Node metadata = reader.getImageMetadata(0).getAsTree(METADATA);
    Element frame = (Element) metadata.getFirstChild();
    int left = Integer.parseInt(frame.getAttribute("imageLeftPosition"));
    int top = Integer.parseInt(frame.getAttribute("imageTopPosition"));
    int canvasWidth = Math.max(file.getShort(6) & 0xffff, left + width);
    int canvasHeight = Math.max(file.getShort(8) & 0xffff, top + height);
    options.admit(width, height);
    options.admit(canvasWidth, canvasHeight);
    reader.addIIOReadWarningListener(
        (source, warning) -> damaged |= warning.startsWith("Out-of-sequence"));
    reader.addIIOReadProgressListener(
        new ProgressListenerBase() {
          @Override
          public void imageProgress(ImageReader source, float percent) {
            percentDone = percent;
          }
        });
    BufferedImage image = reader.read(0);
    if (damaged) {
      throw new ImageException(ImageFault.CORRUPT, "the GIF's frame has a code without meaning");
    }
    if (percentDone < WHOLE) {
      throw incomplete();
    }
    IndexColorModel palette = (IndexColorModel) image.getColorModel();
    int bare = palette.getRGB(Math.max(0, palette.getTransparentPixel()));
    return PixelImage.of(image).on(canvasWidth, canvasHeight, left, top, bare);
  }

  private static ImageException incomplete() {
    return new ImageException(
        ImageFault.TRUNCATED, "the GIF's data end before its first frame is complete");
  }
}
