package org.saccade.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** BMP without compression: palettes of 1, 4 and 8 bits, 16, 24 and 32 bits with any masks. */
final class BmpDecoder {
  private static final int FILE_HEADER_BYTES = 14;
  private static final int CORE_HEADER_BYTES = 12;
  private static final int INFO_HEADER_BYTES = 40;
  private static final int MASKED_HEADER_BYTES = 52;
  private static final int UNCOMPRESSED = 0;
  private static final int MASKED = 3;

  private final byte[] bytes;
  private final ByteBuffer file;
  private final DecodeOptions options;

  private BmpDecoder(byte[] bytes, DecodeOptions options) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.options = options;
  }

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    return new BmpDecoder(bytes, options).decode();
  }

  private PixelImage decode() throws ImageException {
    require(FILE_HEADER_BYTES + 4);
    long headerBytes = file.getInt(FILE_HEADER_BYTES) & 0xffffffffL;
    boolean core = headerBytes == CORE_HEADER_BYTES;
    if (!core && (headerBytes < INFO_HEADER_BYTES || headerBytes > 1024)) {
      throw new ImageException(
          ImageFault.CORRUPT, "the BMP has a header of %d bytes".formatted(headerBytes));
    }
    require(FILE_HEADER_BYTES + headerBytes);
    long width = core ? file.getShort(18) & 0xffff : file.getInt(18);
    long signedHeight = core ? file.getShort(20) & 0xffff : file.getInt(22);
    options.admit(width, Math.abs(signedHeight));
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
    long stride = (width * depth + 31) / 32 * 4;
    long pixelsAt = file.getInt(10) & 0xffffffffL;
    require(pixelsAt + stride * Math.abs(signedHeight));
    int height = (int) Math.abs(signedHeight);
    byte[] rgb = new byte[(int) width * height * PixelImage.CHANNELS];
    int[] palette = depth <= 8 ? palette(core, (int) headerBytes, depth) : new int[0];
    List<Channel> channels = depth <= 8 ? List.of() : channels(depth, compression);
    int to = 0;
    for (int y = 0; y < height; y++) {
      // Rows go up unless the height is negative.
      int row = (int) (pixelsAt + stride * (signedHeight < 0 ? y : height - 1 - y));
      for (int x = 0; x < width; x++) {
        if (depth <= 8) {
          int bit = x * depth;
          int index = (bytes[row + bit / 8] >> (8 - depth - bit % 8)) & ((1 << depth) - 1);
          rgb[to] = (byte) (palette[index] >> 16);
          rgb[to + 1] = (byte) (palette[index] >> 8);
          rgb[to + 2] = (byte) palette[index];
        } else {
          int pixel = pixel(row + x * depth / 8, depth);
          rgb[to] = channels.get(0).of(pixel);
          rgb[to + 1] = channels.get(1).of(pixel);
          rgb[to + 2] = channels.get(2).of(pixel);
        }
        to += PixelImage.CHANNELS;
      }
    }
    return new PixelImage((int) width, height, rgb);
  }

  private int pixel(int at, int depth) {
    return switch (depth) {
      case 16 -> file.getShort(at) & 0xffff;
      case 24 -> blueGreenRed(at);
      default -> file.getInt(at);
    };
  }

  private int blueGreenRed(int at) {
    return (file.getShort(at) & 0xffff) | (bytes[at + 2] & 0xff) << 16;
  }

  private int[] palette(boolean core, int headerBytes, int depth) throws ImageException {
    int[] palette = new int[1 << depth];
    int entryBytes = core ? 3 : 4;
    int announced = core ? 0 : file.getInt(46);
    int entries = announced == 0 ? palette.length : Math.min(announced, palette.length);
    int from = FILE_HEADER_BYTES + headerBytes;
    require(from + (long) entryBytes * entries);
    for (int i = 0; i < entries; i++) {
      palette[i] = blueGreenRed(from + entryBytes * i);
    }
    return palette;
  }

  private List<Channel> channels(int depth, int compression) throws ImageException {
    if (compression == MASKED) {
      // The masks follow a short header and are part of a longer one: the place is the same.
      require(FILE_HEADER_BYTES + MASKED_HEADER_BYTES);
      int from = FILE_HEADER_BYTES + INFO_HEADER_BYTES;
      return List.of(
          new Channel(file.getInt(from)),
          new Channel(file.getInt(from + 4)),
          new Channel(file.getInt(from + 8)));
    }
    return depth == 16
        ? List.of(new Channel(0x7c00), new Channel(0x3e0), new Channel(0x1f))
        : List.of(new Channel(0xff0000), new Channel(0xff00), new Channel(0xff));
  }

  private void require(long length) throws ImageException {
    if (length > bytes.length) {
      throw new ImageException(
          ImageFault.TRUNCATED,
          "the BMP needs %d bytes but the file has %d".formatted(length, bytes.length));
    }
  }

  /** The bits of a pixel that hold a channel. */
  private record Channel(int mask) {
    byte of(int pixel) {
      return mask == 0 ? 0 : (byte) (bits(pixel) * 255 / bits(-1));
    }

    private long bits(int pixel) {
      return Integer.toUnsignedLong((pixel & mask) >>> Integer.numberOfTrailingZeros(mask));
    }
  }
}
