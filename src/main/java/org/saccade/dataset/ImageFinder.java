package org.saccade.dataset;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.saccade.UserException;

/** Lists all images of an {@link ImageSource} at once, for sets that fit the memory. */
public final class ImageFinder {
  private final Configuration hadoop;

  public ImageFinder(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The images at a location.
   *
   * @throws UserException if there is no such location or it holds no image
   */
  public ImageSet find(String location) {
    ImageSource source = ImageSource.open(location, hadoop);
    List<ImageReference> images = new ArrayList<>();
    long bytes = 0;
    long skipped = 0;
    for (ImagePart part : source.parts()) {
      try (ImageListing listing = part.list(hadoop)) {
        while (listing.hasNext()) {
          ImageReference image = listing.next();
          images.add(image);
          bytes += Math.max(0, image.length());
        }
        skipped += listing.skipped();
      }
    }
    if (images.isEmpty()) {
      throw source.noImage(skipped);
    }
    if (!source.ordered()) {
      images.sort(Comparator.comparing(ImageReference::imageId));
    }
    return new ImageSet(source.location(), images, bytes, skipped);
  }
}
