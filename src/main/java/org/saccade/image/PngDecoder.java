package org.saccade.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * PNG of all colour types and depths, interlaced or not. Alpha and the low bytes of 16-bit samples
 * are dropped; of the ancillary chunks only the orientation is read, so that compressed texts and
 * profiles can do no harm.
 */
final class PngDecoder {
  private static final int SIGNATURE_BYTES = 8;
  private static final int HEADER_BYTES = 13;

  /** No byte of deflated data yields more. */
  private static final int MOST_INFLATION = 1032;

  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int INDEXED = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  private static final Pass WHOLE = new Pass(0, 0, 1, 1);

  /** Adam7. */
  private static final Pass[] INTERLACED = {
    new Pass(0, 0, 8, 8),
    new Pass(4, 0, 8, 8),
    new Pass(0, 4, 4, 8),
    new Pass(2, 0, 4, 4),
    new Pass(0, 2, 2, 4),
    new Pass(1, 0, 2, 2),
    new Pass(0, 1, 1, 2)
  };

  private final byte[] bytes;
  private final ByteBuffer file;
  private final DecodeOptions options;
  private final Deque<ByteBuffer> compressed = new ArrayDeque<>();
  private final byte[] palette = new byte[3 * 256];
  private boolean hasPalette;
  private int width;
  private int height;
  private int depth;
  private int colourType;
  private boolean interlaced;
  private Orientation orientation = Orientation.UPRIGHT;

  private PngDecoder(byte[] bytes, DecodeOptions options) {
    this.bytes = bytes;
    this.file = ByteBuffer.wrap(bytes);
    this.options = options;
  }

  static PixelImage decode(byte[] bytes, DecodeOptions options) throws ImageException {
    PngDecoder decoder = new PngDecoder(bytes, options);
    decoder.readChunks();
    PixelImage image = new PixelImage(decoder.width, decoder.height, decoder.rgb());
    return options.applyExifOrientation() ? decoder.orientation.upright(image) : image;
  }

  private void readChunks() throws ImageException {
    int at = SIGNATURE_BYTES;
    String type;
    do {
      if (at + 8 > bytes.length) {
        throw truncated();
      }
      long length = file.getInt(at) & 0xffffffffL;
      type = new String(bytes, at + 4, 4, ISO_8859_1);
      int data = at + 8;
      if (at == SIGNATURE_BYTES && !(type.equals("IHDR") && length == HEADER_BYTES)) {
        throw corrupt("does not start with its header");
      }
      if (data + length + 4 > bytes.length) {
        throw truncated();
      }
      readChunk(type, data, (int) length);
      at = data + (int) length + 4;
    } while (!type.equals("IEND"));
  }

  private void readChunk(String type, int data, int length) throws ImageException {
    if (type.equals("IHDR")) {
      readHeader(data);
    }
    boolean critical = Character.isUpperCase(type.charAt(0));
    if (critical && checksum(data - 4, length + 4) != file.getInt(data + length)) {
      throw corrupt("has a wrong checksum in its chunk " + type);
    }
    switch (type) {
      case "PLTE" -> {
        if (length % 3 != 0 || length > palette.length) {
          throw corrupt("has a palette of %d bytes".formatted(length));
        }
        System.arraycopy(bytes, data, palette, 0, length);
        hasPalette = true;
      }
      case "IDAT" -> compressed.add(ByteBuffer.wrap(bytes, data, length));
      case "eXIf" -> orientation = Orientation.ofExif(bytes, data, length);
      default -> {}
    }
  }

  private void readHeader(int at) throws ImageException {
    options.admit(file.getInt(at) & 0xffffffffL, file.getInt(at + 4) & 0xffffffffL);
    width = file.getInt(at);
    height = file.getInt(at + 4);
    depth = file.get(at + 8);
    colourType = file.get(at + 9);
    interlaced = file.get(at + 12) == 1;
    boolean known =
        switch (colourType) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case INDEXED -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known || file.get(at + 10) != 0 || file.get(at + 11) != 0 || file.get(at + 12) > 1) {
      throw corrupt(
          "has colour type %d with %d bits, compression %d, filter %d, interlace %d"
              .formatted(
                  colourType, depth, file.get(at + 10), file.get(at + 11), file.get(at + 12)));
    }
  }

  private byte[] rgb() throws ImageException {
    if (colourType == INDEXED && !hasPalette) {
      throw corrupt("lacks its palette");
    }
    Pass[] passes = interlaced ? INTERLACED : new Pass[] {WHOLE};
    requirePlausibleSize(passes);
    byte[] rgb = new byte[width * height * PixelImage.CHANNELS];
    Inflater inflater = new Inflater();
    try {
      for (Pass pass : passes) {
        if (pass.columns(width) > 0) {
          readPass(pass, inflater, rgb);
        }
      }
    } catch (DataFormatException e) {
      throw new ImageException(
          ImageFault.CORRUPT, "the PNG's data cannot be inflated: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
    return rgb;
  }

  /** Keeps tiny files from asking for huge pictures. */
  private void requirePlausibleSize(Pass[] passes) throws ImageException {
    long needed = 0;
    for (Pass pass : passes) {
      needed += (long) pass.rows(height) * (1 + rowBytes(pass.columns(width)));
    }
    long available = compressed.stream().mapToLong(ByteBuffer::remaining).sum();
    if (needed > available * MOST_INFLATION) {
      throw new ImageException(
          ImageFault.TRUNCATED,
          "the PNG announces %d x %d pixels but has only %d bytes for them"
              .formatted(width, height, available));
    }
  }

  private void readPass(Pass pass, Inflater inflater, byte[] rgb)
      throws DataFormatException, ImageException {
    int columns = pass.columns(width);
    int pixelBytes = Math.max(1, samplesPerPixel() * depth / 8);
    // A pixel of zeros stands to the left of each row, as the filters want it.
    byte[] above = new byte[pixelBytes + rowBytes(columns)];
    byte[] row = new byte[above.length];
    byte[] filter = new byte[1];
    for (int y = 0; y < pass.rows(height); y++) {
      inflate(inflater, filter, 0);
      inflate(inflater, row, pixelBytes);
      unfilter(filter[0], row, above, pixelBytes);
      int to = (pass.row + y * pass.rowStep) * width + pass.column;
      expand(row, pixelBytes, columns, rgb, to * PixelImage.CHANNELS, pass.columnStep);
      byte[] spare = above;
      above = row;
      row = spare;
    }
  }

  private void inflate(Inflater inflater, byte[] target, int from)
      throws DataFormatException, ImageException {
    int at = from;
    while (at < target.length) {
      int count = inflater.inflate(target, at, target.length - at);
      at += count;
      if (count == 0 && at < target.length) {
        if (inflater.needsDictionary()) {
          throw corrupt("asks for a dictionary");
        }
        if (inflater.finished() || compressed.isEmpty()) {
          throw new ImageException(
              ImageFault.TRUNCATED, "the PNG's data end before its picture does");
        }
        inflater.setInput(compressed.remove());
      }
    }
  }

  private void unfilter(int filter, byte[] row, byte[] above, int pixelBytes)
      throws ImageException {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = pixelBytes; i < row.length; i++) {
          row[i] += row[i - pixelBytes];
        }
      }
      case 2 -> {
        for (int i = pixelBytes; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = pixelBytes; i < row.length; i++) {
          row[i] += (byte) (((row[i - pixelBytes] & 0xff) + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = pixelBytes; i < row.length; i++) {
          int left = row[i - pixelBytes] & 0xff;
          row[i] += (byte) paeth(left, above[i] & 0xff, above[i - pixelBytes] & 0xff);
        }
      }
      default -> throw corrupt("uses filter %d, which there is not".formatted(filter));
    }
  }

  private static int paeth(int left, int above, int aboveLeft) {
    int estimate = left + above - aboveLeft;
    int toLeft = Math.abs(estimate - left);
    int toAbove = Math.abs(estimate - above);
    int toAboveLeft = Math.abs(estimate - aboveLeft);
    if (toLeft <= toAbove && toLeft <= toAboveLeft) {
      return left;
    }
    return toAbove <= toAboveLeft ? above : aboveLeft;
  }

  /** Turns the samples of a row into RGB pixels that lie {@code step} pixels apart. */
  private void expand(byte[] row, int from, int columns, byte[] rgb, int to, int step) {
    int perPixel = samplesPerPixel();
    int at = to;
    for (int x = 0; x < columns; x++) {
      int first = x * perPixel;
      switch (colourType) {
        case RGB, RGB_ALPHA -> {
          rgb[at] = (byte) sample(row, from, first);
          rgb[at + 1] = (byte) sample(row, from, first + 1);
          rgb[at + 2] = (byte) sample(row, from, first + 2);
        }
        case INDEXED -> System.arraycopy(palette, 3 * sample(row, from, first), rgb, at, 3);
        default -> {
          int white = (1 << Math.min(depth, 8)) - 1;
          byte grey = (byte) (sample(row, from, first) * 255 / white);
          rgb[at] = grey;
          rgb[at + 1] = grey;
          rgb[at + 2] = grey;
        }
      }
      at += step * PixelImage.CHANNELS;
    }
  }

  /** A sample's value, of 16 bits the upper 8. */
  private int sample(byte[] row, int from, int index) {
    return switch (depth) {
      case 16 -> row[from + 2 * index] & 0xff;
      case 8 -> row[from + index] & 0xff;
      default -> {
        int bit = index * depth;
        int shift = 8 - depth - bit % 8;
        yield (row[from + bit / 8] >> shift) & ((1 << depth) - 1);
      }
    };
  }

  private int samplesPerPixel() {
    return switch (colourType) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case RGB_ALPHA -> 4;
      default -> 1;
    };
  }

  private int rowBytes(int columns) {
    return (int) (((long) columns * samplesPerPixel() * depth + 7) / 8);
  }

  private int checksum(int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static ImageException truncated() {
    return new ImageException(ImageFault.TRUNCATED, "the file ends before the PNG's last chunk");
  }

  private static ImageException corrupt(String what) {
    return new ImageException(ImageFault.CORRUPT, "the PNG " + what);
  }

  /** A subset of the pixels: where it starts and how far apart they lie. */
  private record Pass(int column, int row, int columnStep, int rowStep) {
    int columns(int width) {
      return (width - column + columnStep - 1) / columnStep;
    }

    int rows(int height) {
      return (height - row + rowStep - 1) / rowStep;
    }
  }
}
