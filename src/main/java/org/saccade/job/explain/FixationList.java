package org.saccade.job.explain;

import java.util.Arrays;
import org.saccade.image.Geometry;
import org.saccade.localization.Fixations;
import org.saccade.unravel.Points;
import org.saccade.unravel.Profile;

/**
 * Collects the ends of walks as fixations of one image.
 *
 * <p>In the profile {@code reference} every point stays, a pixel counting once for each channel and
 * crop, at the position that the authors' formula gives. In {@code default} the channels of a pixel
 * are summed, since nobody can look at one of them, and positions are exact.
 */
final class FixationList {
  private final Profile profile;
  private float[] x = new float[64];
  private float[] y = new float[64];
  private float[] weight = new float[64];
  private int size;

  FixationList(Profile profile) {
    this.profile = profile;
  }

  /** Appends points on the network's input {@code [C, H, W]}. */
  void add(Points points, Geometry geometry) {
    int from = size;
    for (int i = 0; i < points.size(); i++) {
      if (profile == Profile.REFERENCE) {
        append(
            geometry.authorsX(points.index(i, 2)),
            geometry.authorsY(points.index(i, 1)),
            points.weight(i));
        continue;
      }
      float imageX = (float) geometry.imageX(points.coordinate(i, 1));
      float imageY = (float) geometry.imageY(points.coordinate(i, 0));
      // Points come in order of position and then channel.
      if (size > from && x[size - 1] == imageX && y[size - 1] == imageY) {
        weight[size - 1] += points.weight(i);
      } else {
        append(imageX, imageY, points.weight(i));
      }
    }
  }

  Fixations fixations(int imageWidth, int imageHeight) {
    return Fixations.of(
        imageWidth,
        imageHeight,
        Arrays.copyOf(x, size),
        Arrays.copyOf(y, size),
        Arrays.copyOf(weight, size));
  }

  private void append(float pointX, float pointY, float pointWeight) {
    if (size == x.length) {
      x = Arrays.copyOf(x, 2 * size);
      y = Arrays.copyOf(y, 2 * size);
      weight = Arrays.copyOf(weight, 2 * size);
    }
    x[size] = pointX;
    y[size] = pointY;
    weight[size++] = pointWeight;
  }
}
