package org.saccade.dataset;

import java.util.List;

/**
 * The images that a location holds, in a fixed order.
 *
 * @param location the location as it resolved, with the file system's scheme
 * @param images the images; ids are distinct
 * @param bytes total size of the files, 0 where a list file does not tell
 * @param skipped files left out because their names do not end like an image's
 */
public record ImageSet(String location, List<ImageReference> images, long bytes, long skipped) {
  public ImageSet {
    images = List.copyOf(images);
  }

  /** The first images of the set, at most {@code limit}. */
  public ImageSet limit(int limit) {
    return with(images.subList(0, Math.min(limit, images.size())));
  }

  /** The same location with other images; the size is scaled to their number. */
  public ImageSet with(List<ImageReference> chosen) {
    long size = images.isEmpty() ? 0 : Math.round((double) bytes / images.size() * chosen.size());
    return new ImageSet(location, chosen, size, skipped);
  }
}
