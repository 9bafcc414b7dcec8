package org.saccade.image;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An image stream over bytes in memory: no copy, no disk cache, and no patience with readers that
 * take the end for zeros and go on for hours.
 */
final class ByteArrayImageInputStream extends ImageInputStreamImpl {
  /** Readers may fetch a few words ahead. */
  private static final int MOST_READS_BEYOND_END = 64;

  private final byte[] bytes;
  private int readsBeyondEnd;

  ByteArrayImageInputStream(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : beyondEnd();
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    bitOffset = 0;
    if (streamPos >= bytes.length) {
      return beyondEnd();
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  private int beyondEnd() throws IOException {
    if (++readsBeyondEnd > MOST_READS_BEYOND_END) {
      throw new IOException("the data end before the picture does");
    }
    return -1;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
