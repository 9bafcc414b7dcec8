package org.saccade.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;

/**
 * An endless row of image files with something wrong in them, the same for the same seed: the good
 * files of the fixtures and some larger ones, each damaged in one to three ways.
 */
final class DamagedFiles implements Iterator<byte[]> {
  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Numbers at which arithmetic goes wrong. */
  private static final int[] EXTREMES = {
    0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff
  };

  private final List<byte[]> good;
  private final Random random;

  DamagedFiles(long seed) {
    this.random = new Random(seed);
    this.good = new ArrayList<>();
    for (String[] columns : Fixtures.table("good.tsv")) {
      good.add(Fixtures.bytes("good/" + columns[0]));
    }
    good.addAll(larger());
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public byte[] next() {
    byte[] bytes = one();
    for (int left = 1 + random.nextInt(3); left > 0 && bytes.length > 0; left--) {
      bytes = damaged(bytes);
    }
    // A checksum that does not match ends the reading early; most damage is to get further.
    if (random.nextInt(4) > 0) {
      mendPngChecksums(bytes);
    }
    return bytes;
  }

  private byte[] one() {
    return good.get(random.nextInt(good.size())).clone();
  }

  private byte[] damaged(byte[] bytes) {
    return switch (random.nextInt(7)) {
      case 0 -> flipped(bytes, 1 + random.nextInt(8), bytes.length);
      case 1 -> flipped(bytes, 1 + random.nextInt(4), Math.min(bytes.length, 200));
      case 2 -> withExtreme(bytes, random.nextBoolean() ? bytes.length : 64);
      case 3 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 4 -> withoutPart(bytes);
      case 5 -> withPartTwice(bytes);
      default -> withForeignPart(bytes, one());
    };
  }

  private byte[] flipped(byte[] bytes, int count, int within) {
    for (int i = 0; i < count; i++) {
      bytes[random.nextInt(within)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private byte[] withExtreme(byte[] bytes, int within) {
    int size = 1 << random.nextInt(3);
    int room = Math.min(within, bytes.length) - size;
    if (room >= 0) {
      int value = EXTREMES[random.nextInt(EXTREMES.length)];
      boolean littleEndian = random.nextBoolean();
      int at = random.nextInt(room + 1);
      for (int i = 0; i < size; i++) {
        bytes[at + (littleEndian ? i : size - 1 - i)] = (byte) (value >> (8 * i));
      }
    }
    return bytes;
  }

  private byte[] withoutPart(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int gone = random.nextInt(Math.min(100, bytes.length - from));
    System.arraycopy(bytes, from + gone, bytes, from, bytes.length - from - gone);
    return Arrays.copyOf(bytes, bytes.length - gone);
  }

  private byte[] withPartTwice(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int length = random.nextInt(Math.min(1000, bytes.length - from));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
    System.arraycopy(bytes, from, longer, from + length, bytes.length - from);
    return longer;
  }

  private byte[] withForeignPart(byte[] bytes, byte[] other) {
    int length = random.nextInt(Math.min(other.length, bytes.length));
    int from = random.nextInt(other.length - length);
    System.arraycopy(other, from, bytes, random.nextInt(bytes.length - length), length);
    return bytes;
  }

  private static void mendPngChecksums(byte[] bytes) {
    if (bytes.length < 8 || !Arrays.equals(bytes, 0, 8, PNG_SIGNATURE, 0, 8)) {
      return;
    }
    ByteBuffer file = ByteBuffer.wrap(bytes);
    long at = 8;
    while (at + 12 <= bytes.length) {
      int chunk = (int) at;
      long length = file.getInt(chunk) & 0xffffffffL;
      if (chunk + 12 + length > bytes.length) {
        return;
      }
      CRC32 checksum = new CRC32();
      checksum.update(bytes, chunk + 4, (int) length + 4);
      file.putInt(chunk + 8 + (int) length, (int) checksum.getValue());
      at += 12 + length;
    }
  }

  /** Files of ordinary size, for which the fixtures are too small: several scans, blocks, rows. */
  private static List<byte[]> larger() {
    return List.of(
        written("jpg", BufferedImage.TYPE_INT_RGB, false),
        written("jpg", BufferedImage.TYPE_INT_RGB, true),
        written("jpg", BufferedImage.TYPE_BYTE_GRAY, true),
        written("png", BufferedImage.TYPE_INT_ARGB, false),
        written("png", BufferedImage.TYPE_BYTE_INDEXED, true),
        written("png", BufferedImage.TYPE_USHORT_GRAY, true),
        written("gif", BufferedImage.TYPE_BYTE_INDEXED, true),
        written("bmp", BufferedImage.TYPE_3BYTE_BGR, false));
  }

  private static byte[] written(String format, int type, boolean progressive) {
    BufferedImage picture = new BufferedImage(211, 157, type);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, 0xff000000 | ((x * y) << 8 ^ x << 16 ^ y * 3));
      }
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (how.canWriteProgressive()) {
        how.setProgressiveMode(
            progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
