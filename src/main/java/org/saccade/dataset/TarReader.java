package org.saccade.dataset;

import java.io.EOFException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads images of a plain tar file, in any order. */
final class TarReader implements ArchiveReader {
  private final FSDataInputStream in;
  private final long length;

  TarReader(Path file, Configuration hadoop) throws IOException {
    FileSystem files = Storage.of(file, hadoop);
    this.length = files.getFileStatus(file).getLen();
    this.in = Storage.open(file, hadoop);
  }

  @Override
  public byte[] read(ImageReference image) throws IOException {
    long position = image.location().position();
    if (position + image.length() > length) {
      throw new EOFException("the tar file ends within the image");
    }
    byte[] bytes = new byte[(int) image.length()];
    in.seek(position);
    in.readFully(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
