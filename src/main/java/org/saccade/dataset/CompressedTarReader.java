package org.saccade.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads images of a tar file that is compressed with gzip. It can only go forward: an image before
 * the one read last costs decompressing the file from its beginning.
 */
final class CompressedTarReader implements ArchiveReader {
  private final Path file;
  private final Configuration hadoop;
  private InputStream in;
  private long position;

  CompressedTarReader(Path file, Configuration hadoop) throws IOException {
    this.file = file;
    this.hadoop = hadoop;
    this.in = TarStreams.open(file, hadoop);
  }

  @Override
  public byte[] read(ImageReference image) throws IOException {
    long wanted = image.location().position();
    if (wanted < position) {
      in.close();
      in = TarStreams.open(file, hadoop);
      position = 0;
    }
    // Whatever goes wrong below, the stream is then nowhere, and the next image starts over.
    long from = position;
    position = Long.MAX_VALUE;
    in.skipNBytes(wanted - from);
    byte[] bytes = in.readNBytes((int) image.length());
    if (bytes.length < image.length()) {
      throw new EOFException("the tar file ends within the image");
    }
    position = wanted + bytes.length;
    return bytes;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
