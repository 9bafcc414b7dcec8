package org.saccade.demo.scene;

import java.awt.image.BufferedImage;
import java.util.Optional;

/**
 * A picture and the truth about it.
 *
 * @param name unique within its set, e.g. {@code star-007}
 * @param picture {@link SceneSet#SIDE} pixels wide and high
 * @param motif what it shows
 * @param box around the object
 * @param cue what was planted in it
 */
public record Scene(
    String name, BufferedImage picture, Motif motif, Bounds box, Optional<Cue> cue) {

  /**
   * The first and the last pixel of an object along both axes, all inside the picture.
   *
   * @param x0 left
   * @param y0 top
   * @param x1 right
   * @param y1 bottom
   */
  public record Bounds(int x0, int y0, int x1, int y1) {}
}
