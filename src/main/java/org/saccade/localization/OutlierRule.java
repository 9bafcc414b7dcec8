package org.saccade.localization;

/**
 * Which points are company and which are strays: a point stays if more than a share of all points
 * lies strictly nearer to it than a radius, itself included.
 *
 * <p>Source: {@code out_rem} of the authors' {@code demo/utils.py}. Takes {@code O(n sqrt n)} at
 * worst instead of comparing all pairs, with the same result.
 *
 * @param radius in pixels of the image, at least 0
 * @param share of the points (or of their weight) that must be nearer, in [0, 1]
 * @param weighted whether a point counts its weight instead of 1
 */
public record OutlierRule(double radius, double share, boolean weighted) {
  private static final double AUTHORS_SHARE_OF_DIAGONAL = 0.10;
  private static final double AUTHORS_SHARE_OF_POINTS = 0.05;

  /**
   * @throws IllegalArgumentException if the radius is negative or the share outside [0, 1]
   */
  public OutlierRule {
    if (!(radius >= 0) || !(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "an outlier rule has a radius of at least 0 and a share in [0, 1], found %s and %s"
              .formatted(radius, share));
    }
  }

  /** The authors' rule: more than 5 % of the points within 10 % of the image's diagonal. */
  public static OutlierRule authors(int width, int height) {
    double diagonal = Math.sqrt((double) height * height + (double) width * width);
    return new OutlierRule(diagonal * AUTHORS_SHARE_OF_DIAGONAL, AUTHORS_SHARE_OF_POINTS, false);
  }

  /**
   * Ours: the authors' shares, but points count their weight and the radius never falls below one
   * and a half cells of the network's coarsest layer, so that neighbouring cells are neighbours.
   *
   * @param stride distance between neighbouring cells of the network's last spatial layer, in
   *     pixels of the image (the larger of the two axes)
   */
  public static OutlierRule strideAware(int width, int height, double stride) {
    return new OutlierRule(
        Math.max(authors(width, height).radius, 1.5 * stride), AUTHORS_SHARE_OF_POINTS, true);
  }

  /** The points that have company, in the same order. */
  public Fixations apply(Fixations points) {
    PointTree tree = new PointTree(points, weighted);
    double needed = share * tree.totalWeight();
    return points.filter(i -> tree.within(points.x(i), points.y(i), radius) > needed);
  }
}
