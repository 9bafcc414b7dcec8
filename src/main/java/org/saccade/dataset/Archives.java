package org.saccade.dataset;

import org.apache.hadoop.fs.Path;

/** Files that hold images. */
final class Archives {
  private Archives() {}

  /** An archive as an image, as long as none is recognized. */
  static ImagePart part(Path path, String idPrefix) {
    return new FilePart(ImageReference.ofFile(idPrefix + path.getName(), path.toString()));
  }
}
