package org.saccade.dataset;

import java.io.Closeable;
import java.io.IOException;

/** Writes images into one file. */
public interface ShardWriter extends Closeable {
  /** Adds an image, with its label if it has one. */
  void add(ImageReference image, byte[] bytes) throws IOException;
}
