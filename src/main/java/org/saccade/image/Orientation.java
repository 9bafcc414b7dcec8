package org.saccade.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a camera was held: EXIF's values 1 to 8, in order. */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  TURNED_LEFT(true, false, true),
  TRANSVERSED(true, true, true),
  TURNED_RIGHT(true, true, false);

  private static final int TAG = 0x0112;
  private static final int TYPE_SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  private final boolean transposed;
  private final boolean fromRight;
  private final boolean fromBottom;

  Orientation(boolean transposed, boolean fromRight, boolean fromBottom) {
    this.transposed = transposed;
    this.fromRight = fromRight;
    this.fromBottom = fromBottom;
  }

  /** Reads the orientation of EXIF data (a TIFF header and what follows); upright if in doubt. */
  static Orientation ofExif(byte[] bytes, int offset, int length) {
    ByteBuffer exif = ByteBuffer.wrap(bytes, offset, length).slice();
    if (length < 8) {
      return UPRIGHT;
    }
    exif.order(exif.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = exif.getInt(4) & 0xffffffffL;
    if (directory + 2 > length) {
      return UPRIGHT;
    }
    int entries = exif.getShort((int) directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) ENTRY_BYTES * i;
      if (entry + ENTRY_BYTES > length) {
        return UPRIGHT;
      }
      int at = (int) entry;
      if ((exif.getShort(at) & 0xffff) == TAG && exif.getShort(at + 2) == TYPE_SHORT) {
        int value = exif.getShort(at + 8) & 0xffff;
        return value >= 1 && value <= values().length ? values()[value - 1] : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  /** The picture as it was seen. */
  PixelImage upright(PixelImage image) {
    if (this == UPRIGHT) {
      return image;
    }
    int width = transposed ? image.height() : image.width();
    int height = transposed ? image.width() : image.height();
    byte[] stored = image.rgb();
    byte[] upright = new byte[stored.length];
    int to = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        int storedColumn = fromRight ? image.width() - 1 - column : column;
        int storedRow = fromBottom ? image.height() - 1 - row : row;
        int from = (storedRow * image.width() + storedColumn) * PixelImage.CHANNELS;
        upright[to] = stored[from];
        upright[to + 1] = stored[from + 1];
        upright[to + 2] = stored[from + 2];
        to += PixelImage.CHANNELS;
      }
    }
    return new PixelImage(width, height, upright);
  }
}
