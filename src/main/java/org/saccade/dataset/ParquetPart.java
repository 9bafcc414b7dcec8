package org.saccade.dataset;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The images in the rows of a Parquet file. */
record ParquetPart(String file, String idPrefix) implements ImagePart {
  private static final long serialVersionUID = 1L;

  @Override
  public ImageListing list(Configuration hadoop) {
    return new ParquetListing(new Path(file), idPrefix, hadoop);
  }
}
