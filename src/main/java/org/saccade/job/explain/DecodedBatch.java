package org.saccade.job.explain;

import java.util.List;
import org.saccade.job.explain.ImageLoader.LoadedImage;

/** Images that go through the network together, and those met on the way that cannot. */
final class DecodedBatch {
  private final float[] tensor;
  private final List<LoadedImage> images;

  /**
   * Wraps a tensor without copying it.
   *
   * @param tensor {@code [n, C, H, W]}, the crops of the usable images one after the other, zeros
   *     after the last
   * @param images all images, usable or not, in the order of the set
   */
  DecodedBatch(float[] tensor, List<LoadedImage> images) {
    this.tensor = tensor;
    this.images = List.copyOf(images);
  }

  float[] tensor() {
    return tensor;
  }

  List<LoadedImage> images() {
    return images;
  }

  List<LoadedImage> usable() {
    return images.stream().filter(LoadedImage::usable).toList();
  }
}
