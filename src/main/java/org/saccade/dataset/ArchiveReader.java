package org.saccade.dataset;

import java.io.Closeable;
import java.io.IOException;

/** Reads images out of an archive that it keeps open. */
interface ArchiveReader extends Closeable {
  /**
   * The bytes of an image of this archive.
   *
   * @throws IOException if they cannot be read
   */
  byte[] read(ImageReference image) throws IOException;
}
