package org.saccade.dataset;

import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** A share of the images at a location that can be listed on its own, on any machine. */
public interface ImagePart extends Serializable {
  /** Lists the images one by one; the listing is to be closed. */
  ImageListing list(Configuration hadoop);
}
