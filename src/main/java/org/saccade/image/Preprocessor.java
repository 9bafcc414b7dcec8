package org.saccade.image;

import java.util.List;

/**
 * A {@link Preprocessing} bound to one network's input and one way to crop. Immutable and safe for
 * use by many threads.
 */
public final class Preprocessor {
  private final Preprocessing preprocessing;
  private final int height;
  private final int width;
  private final Crops crops;

  Preprocessor(Preprocessing preprocessing, int height, int width, Crops crops) {
    this.preprocessing = preprocessing;
    this.height = height;
    this.width = width;
    this.crops = crops;
  }

  /** Channels of the network's input, {@code C}. */
  public int channels() {
    return preprocessing.channelOrder().channels();
  }

  /** Height of the network's input, {@code H}. */
  public int height() {
    return height;
  }

  /** Width of the network's input, {@code W}. */
  public int width() {
    return width;
  }

  /** Crops of each picture. */
  public Crops crops() {
    return crops;
  }

  /** Floats that {@link #prepare} writes for one picture: {@code crops * C * H * W}. */
  public int size() {
    return crops.count() * channels() * height * width;
  }

  /** Where the crops of a picture of this size lie, in the order of {@link Crops}. */
  public List<Geometry> geometries(int imageWidth, int imageHeight) {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes a picture's crops {@code [crops, C, H, W]} into a batch.
   *
   * @param batch where to write; {@link #size} floats from {@code offset} on are overwritten
   * @return where the crops lie, one entry each
   */
  public List<Geometry> prepare(PixelImage image, float[] batch, int offset) {
    return geometries(image.width(), image.height());
  }
}
