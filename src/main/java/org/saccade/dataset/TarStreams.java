package org.saccade.dataset;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Opens tar files to be read from their beginning. */
final class TarStreams {
  private static final int BUFFER_BYTES = 1 << 16;

  private TarStreams() {}

  /** The bytes of a tar file, decompressed if its name says so. */
  static InputStream open(Path file, Configuration hadoop) throws IOException {
    InputStream raw = Storage.open(file, hadoop);
    try {
      InputStream buffered = new BufferedInputStream(raw, BUFFER_BYTES);
      return FileKind.isCompressedTar(file.getName())
          ? GzipCompressorInputStream.builder()
              .setInputStream(buffered)
              .setDecompressConcatenated(true)
              .get()
          : buffered;
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }
}
