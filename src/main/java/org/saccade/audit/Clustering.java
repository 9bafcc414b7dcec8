package org.saccade.audit;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.DoublePoint;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.clustering.MultiKMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.Well19937c;

/**
 * Spectral clustering of a few hundred points, as Ng, Jordan and Weiss (NIPS 2001) do it, with the
 * locally scaled affinities of Zelnik-Manor and Perona (NIPS 2004), so that no bandwidth has to be
 * chosen. The number of clusters is the one with the best mean silhouette; where none is convincing
 * there is one cluster.
 */
final class Clustering {
  private static final int MOST_CLUSTERS = 6;

  /** Points per cluster that have to be there on average. */
  private static final int FEWEST_PER_CLUSTER = 4;

  private static final int NEIGHBOUR = 7;
  private static final int STARTS = 8;
  private static final int ITERATIONS = 100;

  /** Below this mean silhouette clusters are taken for an accident of one cloud of points. */
  private static final double LEAST_SILHOUETTE = 0.2;

  /** Points that lie closer together than this share of the usual distance repeat one another. */
  private static final double CLOSE = 0.6;

  private static final int NONE = -1;

  /** The cluster of every point, the largest cluster first, from 0 on. */
  private final int[] labels;

  /** Of every point; 0 where there is one cluster or the point is alone in its own. */
  private final double[] silhouettes;

  /** The cluster of points that are unlike, or {@link #NONE}. */
  private final int rest;

  private Clustering(int[] labels, double[] silhouettes, int rest) {
    this.labels = labels;
    this.silhouettes = silhouettes;
    this.rest = rest;
  }

  /** Clusters points by their Euclidean distances. */
  static Clustering of(double[][] points, int seed) {
    int n = points.length;
    Clustering best = new Clustering(new int[n], new double[n], NONE);
    int most = Math.min(MOST_CLUSTERS, n / FEWEST_PER_CLUSTER);
    if (most < 2) {
      return best;
    }
    double[][] distances = distances(points);
    if (Arrays.stream(distances).flatMapToDouble(Arrays::stream).allMatch(d -> d == 0)) {
      return best;
    }
    EigenDecomposition spectrum = new EigenDecomposition(laplacian(distances));
    double bestMean = LEAST_SILHOUETTE;
    for (int k = 2; k <= most; k++) {
      int[] labels = kMeans(embedding(spectrum, n, k), k, seed);
      double[] silhouettes = silhouettes(distances, labels);
      double mean = Arrays.stream(silhouettes).average().orElse(0);
      if (mean > bestMean) {
        bestMean = mean;
        best = new Clustering(labels, silhouettes, NONE);
      }
    }
    return best.largestFirst();
  }

  /**
   * Clusters points most of which may be unlike all others. Where no partition of all of them
   * convinces, those that repeat one another are clusters, and the rest is one of its own: average
   * linkage, up to a share of the median distance.
   *
   * @param owners what every point belongs to
   * @param fewest owners that have to have a point in a cluster of repeated ones
   */
  static Clustering ofRepeated(double[][] points, int[] owners, int fewest, int seed) {
    Clustering all = of(points, seed);
    if (all.count() != 1) {
      return all;
    }
    double[][] distances = distances(points);
    double usual = median(distances);
    if (!(usual > 0)) {
      return all;
    }
    int[] linked = averageLinkage(distances, CLOSE * usual);
    int[] labels = new int[linked.length];
    int repeated = 0;
    for (int link : Arrays.stream(linked).distinct().toArray()) {
      int[] inside = IntStream.range(0, linked.length).filter(i -> linked[i] == link).toArray();
      if (Arrays.stream(inside).map(i -> owners[i]).distinct().count() >= fewest) {
        repeated++;
        for (int i : inside) {
          labels[i] = repeated;
        }
      }
    }
    if (repeated == 0 || Arrays.stream(labels).noneMatch(label -> label == 0)) {
      return all;
    }
    return new Clustering(labels, silhouettes(distances, labels), 0).largestFirst();
  }

  /** Whether a cluster holds what is unlike, left over by clusters of what repeats. */
  boolean isRest(int cluster) {
    return cluster == rest;
  }

  /** The cluster of a point. */
  int label(int point) {
    return labels[point];
  }

  /** Number of clusters. */
  int count() {
    return Arrays.stream(labels).max().orElse(-1) + 1;
  }

  /** Positions of the points of a cluster. */
  int[] members(int cluster) {
    return IntStream.range(0, labels.length).filter(i -> labels[i] == cluster).toArray();
  }

  /** Mean silhouette of a cluster. */
  double silhouette(int cluster) {
    return Arrays.stream(members(cluster)).mapToDouble(i -> silhouettes[i]).average().orElse(0);
  }

  private Clustering largestFirst() {
    int[] order =
        IntStream.range(0, count())
            .boxed()
            .sorted((a, b) -> members(b).length - members(a).length)
            .mapToInt(Integer::intValue)
            .toArray();
    int[] rank = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      rank[order[i]] = i;
    }
    return new Clustering(
        Arrays.stream(labels).map(l -> rank[l]).toArray(),
        silhouettes,
        rest == NONE ? NONE : rank[rest]);
  }

  static double[][] distances(double[][] points) {
    EuclideanDistance euclidean = new EuclideanDistance();
    double[][] distances = new double[points.length][points.length];
    for (int i = 0; i < points.length; i++) {
      for (int j = 0; j < i; j++) {
        distances[i][j] = euclidean.compute(points[i], points[j]);
        distances[j][i] = distances[i][j];
      }
    }
    return distances;
  }

  /** The median distance between two points; 0 without two. */
  private static double median(double[][] distances) {
    double[] ascending =
        IntStream.range(0, distances.length)
            .boxed()
            .flatMapToDouble(i -> Arrays.stream(distances[i], 0, i))
            .sorted()
            .toArray();
    return ascending.length == 0 ? 0 : PairedTest.quantile(ascending, 0.5);
  }

  /**
   * Joins the two clusters with the smallest mean distance, until that is above a limit.
   *
   * @return for every point the first one of its cluster
   */
  private static int[] averageLinkage(double[][] distances, double limit) {
    int n = distances.length;
    double[][] mean = Arrays.stream(distances).map(double[]::clone).toArray(double[][]::new);
    int[] size = new int[n];
    Arrays.fill(size, 1);
    int[] first = IntStream.range(0, n).toArray();
    while (true) {
      int a = 0;
      int b = 0;
      double nearest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        for (int j = i + 1; size[i] > 0 && j < n; j++) {
          if (size[j] > 0 && mean[i][j] < nearest) {
            nearest = mean[i][j];
            a = i;
            b = j;
          }
        }
      }
      if (nearest > limit) {
        return first;
      }
      for (int i = 0; i < n; i++) {
        if (i != a && i != b) {
          mean[a][i] = (mean[a][i] * size[a] + mean[b][i] * size[b]) / (size[a] + size[b]);
          mean[i][a] = mean[a][i];
        }
        if (first[i] == b) {
          first[i] = a;
        }
      }
      size[a] += size[b];
      size[b] = 0;
    }
  }

  /** {@code D^-1/2 A D^-1/2}: its largest eigenvalues belong to the clusters. */
  private static Array2DRowRealMatrix laplacian(double[][] distances) {
    int n = distances.length;
    double[] scale = new double[n];
    for (int i = 0; i < n; i++) {
      double[] ascending = distances[i].clone();
      Arrays.sort(ascending);
      scale[i] = Math.max(1e-9, ascending[Math.min(NEIGHBOUR, n - 1)]);
    }
    double[][] affinity = new double[n][n];
    double[] degree = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        affinity[i][j] =
            i == j ? 0 : Math.exp(-distances[i][j] * distances[i][j] / (scale[i] * scale[j]));
        degree[i] += affinity[i][j];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        affinity[i][j] /= Math.sqrt(Math.max(1e-300, degree[i] * degree[j]));
      }
    }
    return new Array2DRowRealMatrix(affinity, false);
  }

  /** Rows of the first {@code k} eigenvectors, brought to length 1. */
  private static double[][] embedding(EigenDecomposition spectrum, int n, int k) {
    double[][] rows = new double[n][k];
    for (int c = 0; c < k; c++) {
      double[] vector = spectrum.getEigenvector(c).toArray();
      for (int i = 0; i < n; i++) {
        rows[i][c] = vector[i];
      }
    }
    for (double[] row : rows) {
      double length = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
      for (int c = 0; c < k && length > 0; c++) {
        row[c] /= length;
      }
    }
    return rows;
  }

  /** A point that knows its place in the list, which the library's clusters do not tell. */
  private static final class Row extends DoublePoint {
    private static final long serialVersionUID = 1L;
    private final int index;

    Row(int index, double[] values) {
      super(values);
      this.index = index;
    }
  }

  private static int[] kMeans(double[][] rows, int k, int seed) {
    KMeansPlusPlusClusterer<Row> once =
        new KMeansPlusPlusClusterer<>(
            k,
            ITERATIONS,
            new EuclideanDistance(),
            new Well19937c(seed),
            KMeansPlusPlusClusterer.EmptyClusterStrategy.FARTHEST_POINT);
    int[] labels = new int[rows.length];
    int cluster = 0;
    for (CentroidCluster<Row> found :
        new MultiKMeansPlusPlusClusterer<>(once, STARTS)
            .cluster(IntStream.range(0, rows.length).mapToObj(i -> new Row(i, rows[i])).toList())) {
      for (Row row : found.getPoints()) {
        labels[row.index] = cluster;
      }
      cluster++;
    }
    return labels;
  }

  /**
   * Rousseeuw's silhouettes: {@code (b - a) / max(a, b)}, with {@code a} the mean distance to the
   * others of the same cluster and {@code b} that to the nearest other cluster.
   */
  static double[] silhouettes(double[][] distances, int[] labels) {
    int clusters = Arrays.stream(labels).max().orElse(-1) + 1;
    double[] silhouettes = new double[labels.length];
    for (int i = 0; i < labels.length; i++) {
      double[] sum = new double[clusters];
      int[] count = new int[clusters];
      for (int j = 0; j < labels.length; j++) {
        if (j != i) {
          sum[labels[j]] += distances[i][j];
          count[labels[j]]++;
        }
      }
      double nearest = Double.POSITIVE_INFINITY;
      for (int c = 0; c < clusters; c++) {
        if (c != labels[i] && count[c] > 0) {
          nearest = Math.min(nearest, sum[c] / count[c]);
        }
      }
      if (count[labels[i]] > 0 && Double.isFinite(nearest)) {
        double own = sum[labels[i]] / count[labels[i]];
        double larger = Math.max(own, nearest);
        silhouettes[i] = larger > 0 ? (nearest - own) / larger : 0;
      }
    }
    return silhouettes;
  }
}
