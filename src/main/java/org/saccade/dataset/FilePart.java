package org.saccade.dataset;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** A single image. */
record FilePart(ImageReference image) implements ImagePart {
  private static final long serialVersionUID = 1L;

  @Override
  public ImageListing list(Configuration hadoop) {
    return new ImageListing(image.uri()) {
      private Optional<ImageReference> rest = Optional.of(image);

      @Override
      Optional<ImageReference> advance() {
        Optional<ImageReference> only = rest;
        rest = Optional.empty();
        return only;
      }

      @Override
      public long skipped() {
        return 0;
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
