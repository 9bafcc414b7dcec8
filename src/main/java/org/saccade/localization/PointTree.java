package org.saccade.localization;

/**
 * A k-d tree over weighted points of the plane that answers how much weight lies near a place.
 *
 * <p>A node knows the box around its points and their weight, so that a disc takes or leaves it as
 * a whole unless the circle cuts it: {@code O(sqrt n)} nodes for points spread evenly.
 */
final class PointTree {
  private static final int LEAF = 8;

  private final float[] x;
  private final float[] y;
  private final double[] weight;
  // Per node, children of node i at 2i + 1 and 2i + 2.
  private final float[] left;
  private final float[] right;
  private final float[] top;
  private final float[] bottom;
  private final double[] total;

  /** Builds the tree over copies of the points. */
  PointTree(Fixations points, boolean weighted) {
    int n = points.size();
    x = new float[n];
    y = new float[n];
    weight = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = points.x(i);
      y[i] = points.y(i);
      weight[i] = weighted ? points.weight(i) : 1;
    }
    int nodes = 1;
    for (int extent = n; extent > LEAF; extent = (extent + 1) / 2) {
      nodes = 2 * nodes + 1;
    }
    left = new float[nodes];
    right = new float[nodes];
    top = new float[nodes];
    bottom = new float[nodes];
    total = new double[nodes];
    if (n > 0) {
      build(0, 0, n);
    }
  }

  double totalWeight() {
    return total[0];
  }

  /** Weight of all points strictly nearer than {@code radius} to a place. */
  double within(float px, float py, double radius) {
    return x.length == 0 ? 0 : within(0, 0, x.length, px, py, radius);
  }

  private double within(int node, int from, int to, float px, float py, double radius) {
    double nearX = Math.max(0, Math.max((double) left[node] - px, (double) px - right[node]));
    double nearY = Math.max(0, Math.max((double) top[node] - py, (double) py - bottom[node]));
    if (!(distance(nearX, nearY) < radius)) {
      return 0;
    }
    double farX = Math.max((double) px - left[node], (double) right[node] - px);
    double farY = Math.max((double) py - top[node], (double) bottom[node] - py);
    if (distance(farX, farY) < radius) {
      return total[node];
    }
    if (to - from <= LEAF) {
      double sum = 0;
      for (int i = from; i < to; i++) {
        if (distance((double) x[i] - px, (double) y[i] - py) < radius) {
          sum += weight[i];
        }
      }
      return sum;
    }
    int middle = (from + to) >>> 1;
    return within(2 * node + 1, from, middle, px, py, radius)
        + within(2 * node + 2, middle, to, px, py, radius);
  }

  private static double distance(double dx, double dy) {
    return Math.sqrt(dx * dx + dy * dy);
  }

  private void build(int node, int from, int to) {
    left[node] = x[from];
    right[node] = x[from];
    top[node] = y[from];
    bottom[node] = y[from];
    for (int i = from; i < to; i++) {
      left[node] = Math.min(left[node], x[i]);
      right[node] = Math.max(right[node], x[i]);
      top[node] = Math.min(top[node], y[i]);
      bottom[node] = Math.max(bottom[node], y[i]);
      total[node] += weight[i];
    }
    if (to - from <= LEAF) {
      return;
    }
    int middle = (from + to) >>> 1;
    boolean wide = right[node] - left[node] >= bottom[node] - top[node];
    select(wide ? x : y, from, to - 1, middle);
    build(2 * node + 1, from, middle);
    build(2 * node + 2, middle, to);
  }

  /** Hoare's selection: afterwards no key before {@code k} is above one at or after it. */
  private void select(float[] key, int from, int to, int k) {
    while (from < to) {
      float pivot = key[(from + to) >>> 1];
      int i = from;
      int j = to;
      while (i <= j) {
        while (key[i] < pivot) {
          i++;
        }
        while (key[j] > pivot) {
          j--;
        }
        if (i <= j) {
          swap(i++, j--);
        }
      }
      if (k <= j) {
        to = j;
      } else if (k >= i) {
        from = i;
      } else {
        return;
      }
    }
  }

  private void swap(int i, int j) {
    float swappedX = x[i];
    x[i] = x[j];
    x[j] = swappedX;
    float swappedY = y[i];
    y[i] = y[j];
    y[j] = swappedY;
    double swappedWeight = weight[i];
    weight[i] = weight[j];
    weight[j] = swappedWeight;
  }
}
