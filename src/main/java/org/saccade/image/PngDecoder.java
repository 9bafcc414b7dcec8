package org.saccade.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * PNG of all colour types and depths, interlaced or not, by the JDK. Alpha and the low bytes of
 * 16-bit samples are dropped.
 *
 * <p>The JDK's reader ignores checksums and the end of the file. It is given the chunks that make
 * the picture, once they have been checked, and no other, so that transparency does not change the
 * colours and compressed texts and profiles can do no harm.
 */
final class PngDecoder {
  private static final int SIGNATURE_BYTES = 8;
  private static final int HEADER_BYTES = 13;
  private static final int DEPTH_AT = 24;
  private static final int LONGEST_PALETTE = 3 * 256;
  private static final Set<String> PICTURE = Set.of("IHDR", "PLTE", "IDAT", "IEND");

  /** No byte of deflated data yields more. */
  private static final int MOST_INFLATION = 1032;

  private final byte[] bytes;
  private final ByteBuffer file;
  private final DecodeOptions options;
  private final ByteArrayOutputStream picture = new ByteArrayOutputStream();
  private Orientation orientation = Orientation.UPRIGHT;

  private PngDecoder(byte[] bytes, DecodeOptions options) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes);
    this.options = options;
  }

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    PngDecoder decoder = new PngDecoder(bytes, options);
    decoder.readChunks();
    PixelImage image =
        JdkReader.PNG.read(decoder.picture.toByteArray(), reader -> PixelImage.of(reader.read(0)));
    return options.applyExifOrientation() ? decoder.orientation.upright(image) : image;
  }

  private void readChunks() throws ImageException {
    picture.write(bytes, 0, SIGNATURE_BYTES);
    int at = SIGNATURE_BYTES;
    String type;
    do {
      if (at + 8 > bytes.length) {
        throw truncated("the file ends before the PNG's last chunk");
      }
      long length = file.getInt(at) & 0xffffffffL;
      type = new String(bytes, at + 4, 4, ISO_8859_1);
      if (at == SIGNATURE_BYTES && !(type.equals("IHDR") && length == HEADER_BYTES)) {
        throw corrupt("does not start with its header");
      }
      if (at + 12 + length > bytes.length) {
        throw truncated("the file ends within the PNG's chunk " + type);
      }
      readChunk(type, at + 8, (int) length);
      at += 12 + (int) length;
    } while (!type.equals("IEND"));
    requirePlausibleSize();
  }

  private void readChunk(String type, int data, int length) throws ImageException {
    boolean critical = Character.isUpperCase(type.charAt(0));
    if (critical && checksum(data - 4, length + 4) != file.getInt(data + length)) {
      throw corrupt("has a wrong checksum in its chunk " + type);
    }
    if (type.equals("IHDR")) {
      options.admit(file.getInt(data) & 0xffffffffL, file.getInt(data + 4) & 0xffffffffL);
    } else if (type.equals("PLTE") && (length % 3 != 0 || length > LONGEST_PALETTE)) {
      throw corrupt("has a palette of %d bytes".formatted(length));
    } else if (type.equals("eXIf")) {
      orientation = Orientation.ofExif(bytes, data, length);
    }
    if (PICTURE.contains(type)) {
      picture.write(bytes, data - 8, length + 12);
    }
  }

  /** Keeps tiny files from asking for huge pictures. */
  private void requirePlausibleSize() throws ImageException {
    long width = file.getInt(2 * SIGNATURE_BYTES);
    long height = file.getInt(2 * SIGNATURE_BYTES + 4);
    long leastBytes = height * (1 + width * bytes[DEPTH_AT] / 8);
    if (leastBytes > (long) picture.size() * MOST_INFLATION) {
      throw truncated(
          "the PNG announces %d x %d pixels but has only %d bytes for them"
              .formatted(width, height, picture.size()));
    }
  }

  private int checksum(int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static ImageException truncated(String message) {
    return new ImageException(ImageFault.TRUNCATED, message);
  }

  private static ImageException corrupt(String what) {
    return new ImageException(ImageFault.CORRUPT, "the PNG " + what);
  }
}
