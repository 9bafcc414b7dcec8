package org.saccade.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The first frame of a GIF on its canvas. Where the frame leaves the canvas bare, the transparent
 * colour or else colour 0 shows, as in Pillow.
 */
final class GifDecoder {
  private static final int HEADER_BYTES = 13;
  private static final int EXTENSION = 0x21;
  private static final int FRAME = 0x2c;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int MOST_CODE_BITS = 12;

  /** First row and step of the four passes of an interlaced frame. */
  private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private static final int[][] STRAIGHT = {{0, 1}};

  private final byte[] bytes;
  private final ByteBuffer file;
  private final DecodeOptions options;
  private int at;
  private int bare;

  private GifDecoder(byte[] bytes, DecodeOptions options) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.options = options;
  }

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    return new GifDecoder(bytes, options).decode();
  }

  private PixelImage decode() throws ImageException {
    require(HEADER_BYTES);
    int screenWidth = unsignedShort(6);
    int screenHeight = unsignedShort(8);
    int flags = bytes[10];
    at = HEADER_BYTES;
    int palette = skipPalette(flags);
    while (true) {
      int block = next();
      if (block == EXTENSION) {
        readExtension();
      } else if (block == FRAME) {
        return readFrame(screenWidth, screenHeight, palette, paletteSize(flags));
      } else {
        throw new ImageException(
            ImageFault.CORRUPT, "the GIF has a block of type %d before any frame".formatted(block));
      }
    }
  }

  private void readExtension() throws ImageException {
    int label = next();
    int length = next();
    while (length > 0) {
      require(length);
      boolean transparent = label == GRAPHIC_CONTROL && length >= 4 && (bytes[at] & 1) == 1;
      if (transparent) {
        bare = bytes[at + 3] & 0xff;
      }
      at += length;
      length = next();
    }
  }

  private PixelImage readFrame(int screenWidth, int screenHeight, int palette, int colours)
      throws ImageException {
    require(9);
    int left = unsignedShort(at);
    int top = unsignedShort(at + 2);
    int width = unsignedShort(at + 4);
    int height = unsignedShort(at + 6);
    int flags = bytes[at + 8];
    at += 9;
    int canvasWidth = Math.max(screenWidth, left + width);
    int canvasHeight = Math.max(screenHeight, top + height);
    options.admit(canvasWidth, canvasHeight);
    options.admit(width, height);
    int ownPalette = skipPalette(flags);
    int[] rgb =
        ownPalette > 0 ? palette(ownPalette, paletteSize(flags)) : palette(palette, colours);
    byte[] indices = readIndices(width * height);
    byte[] canvas = new byte[canvasWidth * canvasHeight * PixelImage.CHANNELS];
    if (width < canvasWidth || height < canvasHeight) {
      for (int pixel = 0; pixel < canvasWidth * canvasHeight; pixel++) {
        paint(canvas, pixel, rgb[bare]);
      }
    }
    int from = 0;
    for (int[] pass : (flags & 0x40) != 0 ? INTERLACED : STRAIGHT) {
      for (int y = pass[0]; y < height; y += pass[1]) {
        int to = (top + y) * canvasWidth + left;
        for (int x = 0; x < width; x++) {
          paint(canvas, to + x, rgb[indices[from++] & 0xff]);
        }
      }
    }
    return new PixelImage(canvasWidth, canvasHeight, canvas);
  }

  private static void paint(byte[] canvas, int pixel, int rgb) {
    canvas[3 * pixel] = (byte) (rgb >> 16);
    canvas[3 * pixel + 1] = (byte) (rgb >> 8);
    canvas[3 * pixel + 2] = (byte) rgb;
  }

  /** The colours of a palette; those it lacks are greys, as in Pillow. */
  private int[] palette(int from, int colours) {
    int[] rgb = new int[256];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = from > 0 && i < colours ? colour(from + 3 * i) : i * 0x010101;
    }
    return rgb;
  }

  private int colour(int from) {
    return (bytes[from] & 0xff) << 16 | (bytes[from + 1] & 0xff) << 8 | (bytes[from + 2] & 0xff);
  }

  /** LZW with codes of growing length, low bits first. */
  private byte[] readIndices(int count) throws ImageException {
    int dataBits = next();
    if (dataBits < 1 || dataBits > 8) {
      throw new ImageException(
          ImageFault.CORRUPT, "the GIF's frame starts with codes of %d bits".formatted(dataBits));
    }
    int clear = 1 << dataBits;
    int end = clear + 1;
    int[] prefix = new int[1 << MOST_CODE_BITS];
    byte[] last = new byte[1 << MOST_CODE_BITS];
    byte[] first = new byte[1 << MOST_CODE_BITS];
    int[] length = new int[1 << MOST_CODE_BITS];
    for (int code = 0; code < clear; code++) {
      last[code] = (byte) code;
      first[code] = (byte) code;
      length[code] = 1;
    }
    byte[] indices = new byte[count];
    int written = 0;
    int codes = end + 1;
    int codeBits = dataBits + 1;
    int previous = -1;
    int bits = 0;
    int bitCount = 0;
    int blockLeft = 0;
    while (written < count) {
      while (bitCount < codeBits) {
        if (blockLeft == 0) {
          blockLeft = next();
          if (blockLeft == 0) {
            throw incomplete();
          }
        }
        bits |= next() << bitCount;
        bitCount += 8;
        blockLeft--;
      }
      int code = bits & ((1 << codeBits) - 1);
      bits >>>= codeBits;
      bitCount -= codeBits;
      if (code == clear) {
        codes = end + 1;
        codeBits = dataBits + 1;
        previous = -1;
        continue;
      }
      if (code == end) {
        throw incomplete();
      }
      if (code > codes || (previous < 0 && code > end) || (code == codes && previous < 0)) {
        throw new ImageException(ImageFault.CORRUPT, "the GIF's frame has a code without meaning");
      }
      if (previous >= 0 && codes < prefix.length) {
        prefix[codes] = previous;
        first[codes] = first[previous];
        last[codes] = first[code == codes ? previous : code];
        length[codes] = length[previous] + 1;
        codes++;
        if (codes == 1 << codeBits && codeBits < MOST_CODE_BITS) {
          codeBits++;
        }
      }
      int run = length[code];
      int from = code;
      for (int i = run - 1; i >= 0; i--) {
        if (written + i < count) {
          indices[written + i] = last[from];
        }
        from = prefix[from];
      }
      written += run;
      previous = code;
    }
    return indices;
  }

  /** Skips a palette; its position, or 0 if the flags say there is none. */
  private int skipPalette(int flags) throws ImageException {
    if ((flags & 0x80) == 0) {
      return 0;
    }
    int from = at;
    require(3 * paletteSize(flags));
    at += 3 * paletteSize(flags);
    return from;
  }

  private static int paletteSize(int flags) {
    return 2 << (flags & 7);
  }

  private int unsignedShort(int from) {
    return file.getShort(from) & 0xffff;
  }

  private int next() throws ImageException {
    require(1);
    return bytes[at++] & 0xff;
  }

  private void require(int count) throws ImageException {
    if (at + count > bytes.length) {
      throw new ImageException(
          ImageFault.TRUNCATED, "the file ends before the GIF's first frame does");
    }
  }

  private static ImageException incomplete() {
    return new ImageException(
        ImageFault.TRUNCATED, "the GIF's data end before its first frame is complete");
  }
}
