package org.saccade.dataset;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The images that a list file names, in its order. */
record ListPart(String list) implements ImagePart {
  private static final long serialVersionUID = 1L;

  @Override
  public ImageListing list(Configuration hadoop) {
    return new ListListing(new Path(list), hadoop);
  }
}
