package org.saccade.dataset;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The images in a tar file, plain or compressed with gzip. */
record TarPart(String file, String idPrefix) implements ImagePart {
  private static final long serialVersionUID = 1L;

  @Override
  public ImageListing list(Configuration hadoop) {
    return new TarListing(new Path(file), idPrefix, hadoop);
  }
}
