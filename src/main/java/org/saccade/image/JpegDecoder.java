package org.saccade.image;

import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;

/**
 * JPEG by the JDK's libjpeg, as Pillow's decodes it.
 *
 * <p>The JDK's reader decides for itself how to interpret colours, applies profiles, and fills what
 * a truncated file lacks with grey. It is given a file without application segments, declared as
 * plain RGB or CMYK, so that it returns the components as they are stored; the conversion to RGB is
 * ours, in libjpeg's and Pillow's fixed point.
 */
final class JpegDecoder {
  /** Fractional bits of libjpeg's colour conversion. */
  private static final int BITS = 16;

  private static final int HALF = 1 << (BITS - 1);
  private static final int[] RED_OF_CR = new int[256];
  private static final int[] BLUE_OF_CB = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];

  static {
    for (int sample = 0; sample < 256; sample++) {
      int chroma = sample - 128;
      RED_OF_CR[sample] = (fixed(1.402) * chroma + HALF) >> BITS;
      BLUE_OF_CB[sample] = (fixed(1.772) * chroma + HALF) >> BITS;
      GREEN_OF_CR[sample] = -fixed(0.71414) * chroma;
      GREEN_OF_CB[sample] = -fixed(0.34414) * chroma + HALF;
    }
  }

  private JpegDecoder() {}

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    JpegStructure structure = JpegStructure.scan(bytes, options);
    byte[] components = components(structure);
    int pixels = structure.width() * structure.height();
    byte[] rgb =
        switch (structure.colours()) {
          case GREY -> rgbOfGrey(components, pixels);
          case RGB -> components;
          case YCC -> rgbOfYcc(components, 3);
          case CMYK -> rgbOfCmyk(components, pixels);
          case YCCK -> rgbOfCmyk(cmykOfYcck(components), pixels);
        };
    PixelImage image = new PixelImage(structure.width(), structure.height(), rgb);
    return options.applyExifOrientation() ? structure.orientation().upright(image) : image;
  }

  /** The stored components, interleaved. */
  private static byte[] components(JpegStructure structure) throws ImageException {
    JpegDamage damage = new JpegDamage();
    DataBuffer samples =
        JdkReader.JPEG.read(
            structure.bareFile(),
            reader -> {
              reader.addIIOReadWarningListener(damage);
              return reader.readRaster(0, null).getDataBuffer();
            });
    damage.raise();
    byte[] components = ((DataBufferByte) samples).getData();
    if (components.length != structure.width() * structure.height() * structure.components()) {
      throw new ImageException(
          ImageFault.CORRUPT, "the JPEG's headers contradict each other about its size");
    }
    return components;
  }

  private static byte[] rgbOfGrey(byte[] grey, int pixels) {
    byte[] rgb = new byte[pixels * 3];
    for (int i = 0; i < pixels; i++) {
      rgb[3 * i] = grey[i];
      rgb[3 * i + 1] = grey[i];
      rgb[3 * i + 2] = grey[i];
    }
    return rgb;
  }

  /** Converts the first three components in place. */
  private static byte[] rgbOfYcc(byte[] samples, int components) {
    for (int at = 0; at < samples.length; at += components) {
      int luma = samples[at] & 0xff;
      int cb = samples[at + 1] & 0xff;
      int cr = samples[at + 2] & 0xff;
      samples[at] = clamped(luma + RED_OF_CR[cr]);
      samples[at + 1] = clamped(luma + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> BITS));
      samples[at + 2] = clamped(luma + BLUE_OF_CB[cb]);
    }
    return samples;
  }

  /** Converts in place: the first three are luma and chroma of the inks' complements. */
  private static byte[] cmykOfYcck(byte[] samples) {
    rgbOfYcc(samples, 4);
    for (int at = 0; at < samples.length; at++) {
      if (at % 4 != 3) {
        samples[at] = (byte) ~samples[at];
      }
    }
    return samples;
  }

  /**
   * Pillow's conversion: inks are stored inverted, as Adobe's software does, so that a sample of
   * 255 is no ink.
   */
  private static byte[] rgbOfCmyk(byte[] cmyk, int pixels) {
    byte[] rgb = new byte[pixels * 3];
    for (int i = 0; i < pixels; i++) {
      int white = cmyk[4 * i + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        int product = (255 - (cmyk[4 * i + c] & 0xff)) * white + 128;
        rgb[3 * i + c] = clamped(white - (((product >> 8) + product) >> 8));
      }
    }
    return rgb;
  }

  private static byte clamped(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << BITS) + 0.5);
  }
}
