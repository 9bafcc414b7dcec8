package org.saccade.dataset;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;

/**
 * The annotated images of a data set.
 *
 * <p>Images are found by path without extension; where ground truth and images disagree about
 * folders, by file name without extension, as long as only one annotated image has that name.
 */
public final class GroundTruth implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String format;
  private final BoxesFrame frame;
  private final HashMap<String, AnnotatedImage> byPath = new HashMap<>();
  private final HashMap<String, Integer> countByName = new HashMap<>();
  private final HashMap<String, AnnotatedImage> byName = new HashMap<>();

  /**
   * @param format what the ground truth was read as, for people
   * @param frame in which picture's pixels its boxes are
   */
  GroundTruth(String format, BoxesFrame frame, Collection<AnnotatedImage> images) {
    this.format = format;
    this.frame = frame;
    for (AnnotatedImage image : images) {
      byPath.put(path(image.imageId()), image);
      byName.put(name(image.imageId()), image);
      countByName.merge(name(image.imageId()), 1, Integer::sum);
    }
  }

  /** What the ground truth was read as, for people. */
  public String format() {
    return format;
  }

  /** In which picture's pixels the boxes are. */
  public BoxesFrame frame() {
    return frame;
  }

  /** All annotated images. */
  public List<AnnotatedImage> images() {
    return List.copyOf(byPath.values());
  }

  /** What is known of an image; empty when nothing is, or when its name fits more than one. */
  public Optional<AnnotatedImage> of(String imageId) {
    AnnotatedImage image = byPath.get(path(imageId));
    if (image == null && countByName.getOrDefault(name(imageId), 0) == 1) {
      image = byName.get(name(imageId));
    }
    return Optional.ofNullable(image);
  }

  /** A path without its extension. */
  static String path(String imageId) {
    int dot = imageId.lastIndexOf('.');
    return dot > imageId.lastIndexOf('/') + 1 ? imageId.substring(0, dot) : imageId;
  }

  private static String name(String imageId) {
    String path = path(imageId);
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
