package org.saccade.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * BMP without compression, by the JDK: palettes of 1, 4 and 8 bits, 16, 24 and 32 bits with any
 * masks.
 */
final class BmpDecoder {
  private static final int FILE_HEADER_BYTES = 14;
  private static final int CORE_HEADER_BYTES = 12;
  private static final int INFO_HEADER_BYTES = 40;
  private static final int COLOURS_AT = 46;
  private static final int UNCOMPRESSED = 0;
  private static final int MASKED = 3;

  private BmpDecoder() {}

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    ByteBuffer file = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    require(FILE_HEADER_BYTES + CORE_HEADER_BYTES, bytes);
    long headerBytes = file.getInt(FILE_HEADER_BYTES) & 0xffffffffL;
    boolean core = headerBytes == CORE_HEADER_BYTES;
    if (!core && (headerBytes < INFO_HEADER_BYTES || headerBytes > 1024)) {
      throw new ImageException(
          ImageFault.CORRUPT, "the BMP has a header of %d bytes".formatted(headerBytes));
    }
    require(FILE_HEADER_BYTES + headerBytes, bytes);
    long width = core ? file.getShort(18) : file.getInt(18);
    long height = Math.abs((long) (core ? file.getShort(20) : file.getInt(22)));
    options.admit(width, height);
    int depth = file.getShort(core ? 24 : 28);
    int compression = core ? UNCOMPRESSED : file.getInt(30);
    boolean readable =
        switch (depth) {
          case 1, 4, 8, 24 -> compression == UNCOMPRESSED;
          case 16, 32 -> compression == UNCOMPRESSED || compression == MASKED;
          default -> false;
        };
    if (!readable) {
      throw new ImageException(
          ImageFault.UNSUPPORTED_FORMAT,
          "the BMP has %d bits per pixel with compression %d; only uncompressed ones are read"
              .formatted(depth, compression));
    }
    long pixelsAt = file.getInt(10) & 0xffffffffL;
    require(pixelsAt + (width * depth + 31) / 32 * 4 * height, bytes);
    // The reader insists on the announced length, which others do not look at.
    file.putInt(2, bytes.length);
    if (!core) {
      // Longer headers start as the usual one does. What they add is masks, which follow the usual
      // one at the same place, and profiles, which are not to be applied.
      file.putInt(FILE_HEADER_BYTES, INFO_HEADER_BYTES).putInt(COLOURS_AT, 0);
      int headerEnd = FILE_HEADER_BYTES + (int) headerBytes;
      if (depth <= 8) {
        file.position(FILE_HEADER_BYTES + INFO_HEADER_BYTES);
        file.put(bytes, headerEnd, (int) pixelsAt - headerEnd);
      }
    }
    return JdkReader.BMP.read(file.array(), reader -> PixelImage.of(reader.read(0)));
  }

  private static void require(long length, byte[] bytes) throws ImageException {
    if (length > bytes.length) {
      throw new ImageException(
          ImageFault.TRUNCATED,
          "the BMP needs %d bytes but the file has %d".formatted(length, bytes.length));
    }
  }
}
