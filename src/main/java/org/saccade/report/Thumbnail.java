package org.saccade.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.saccade.image.PixelImage;
import org.saccade.image.Resampling;

/** Pictures in a size that pages can afford, as JPEG. */
public final class Thumbnail {
  /** Longest side of the pictures of the gallery, in pixels. */
  public static final int SIDE = 320;

  private static final float QUALITY = 0.82f;

  private Thumbnail() {}

  /**
   * A picture whose longest side has at most so many pixels; smaller ones keep their size.
   *
   * @return a JPEG file
   */
  public static byte[] jpeg(PixelImage image, int longestSide) {
    double scale = Math.min(1, (double) longestSide / Math.max(image.width(), image.height()));
    int width = Math.max(1, (int) Math.round(image.width() * scale));
    int height = Math.max(1, (int) Math.round(image.height() * scale));
    BufferedImage small = Overlay.picture(Resampling.BILINEAR.resize(image, width, height));
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(small, null, null), quality);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
