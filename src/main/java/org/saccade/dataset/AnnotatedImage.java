package org.saccade.dataset;

import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * What is known to be on an image.
 *
 * @param imageId name as the ground truth has it, a path or a file name, with or without extension
 * @param width width of the picture whose pixels the boxes are in, 0 where the ground truth does
 *     not tell
 * @param height its height, 0 likewise
 * @param labels indices of the classes on the image
 * @param boxes the objects, possibly none
 */
public record AnnotatedImage(
    String imageId, int width, int height, Set<Integer> labels, List<TrueBox> boxes)
    implements Serializable {

  public AnnotatedImage {
    labels = Set.copyOf(labels);
    boxes = List.copyOf(boxes);
  }

  /** Whether the size of the picture that the boxes are in is known. */
  public boolean sized() {
    return width > 0;
  }
}
