package org.saccade.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Groups explanations by where they lie, and patches by what the network makes of them. */
final class Clusters {
  /** Share of a cluster's mean density that is called what it has in common. */
  private static final double CORE = 0.5;

  private static final int RANDOM_MEMBERS = 3;

  private Clusters() {}

  /** A member of a cluster: an explanation, or a patch of one. */
  private record Item(Member member, Frame region, double x, double y) {}

  /**
   * A cluster and the members it is made of.
   *
   * @param alike whether they are alike, not just what is left over by clusters of those that are
   */
  record Found(Cluster cluster, boolean alike, List<Member> members, List<Frame> regions) {
    Found {
      members = List.copyOf(members);
      regions = List.copyOf(regions);
    }
  }

  /**
   * Clusters of explanation maps.
   *
   * @param members distinct explanations with weight
   * @param others maps of other groups, for the purity
   */
  static List<Found> ofMaps(List<Member> members, List<FixationMap> others, long seed) {
    List<FixationMap> maps = members.stream().map(FixationMap::of).toList();
    double[][] points = maps.stream().map(FixationMap::roots).toArray(double[][]::new);
    double[][] foreign = others.stream().map(FixationMap::roots).toArray(double[][]::new);
    Clustering clustering = Clustering.of(points, (int) seed);
    List<Found> found = new ArrayList<>();
    for (int c = 0; c < clustering.count(); c++) {
      FixationMap mean = FixationMap.mean(pick(maps, clustering.members(c)));
      List<Item> items =
          IntStream.range(0, members.size())
              .mapToObj(
                  i ->
                      new Item(
                          members.get(i),
                          core(mean, members.get(i).seen()),
                          maps.get(i).meanX(),
                          maps.get(i).meanY()))
              .toList();
      found.add(
          found(
              Kind.CLUSTER,
              clustering,
              c,
              items,
              points,
              mean,
              purity(clustering, c, points, foreign),
              seed));
    }
    return found;
  }

  /**
   * Clusters of patches.
   *
   * @param members the explanation of every patch
   * @param descriptors of every patch, of length 1
   * @param fewest images that have to show one look where the others are unlike
   */
  static List<Found> ofPatches(
      List<Member> members,
      List<Frame> patches,
      List<double[]> descriptors,
      int fewest,
      long seed) {
    double[][] points = descriptors.toArray(double[][]::new);
    int[] images = members.stream().mapToInt(members::indexOf).toArray();
    Clustering clustering = Clustering.ofRepeated(points, images, fewest, (int) seed + 1);
    List<Item> items =
        IntStream.range(0, members.size())
            .mapToObj(
                i -> {
                  Frame patch = patches.get(i);
                  Frame seen = members.get(i).seen();
                  return new Item(
                      members.get(i),
                      patch,
                      seen.shareX((patch.left() + patch.right() - 1) / 2.0),
                      seen.shareY((patch.top() + patch.bottom() - 1) / 2.0));
                })
            .toList();
    List<Found> found = new ArrayList<>();
    for (int c = 0; c < clustering.count(); c++) {
      List<FixationMap> maps =
          pick(items, clustering.members(c)).stream().map(i -> FixationMap.of(i.member())).toList();
      found.add(
          found(
              Kind.PATCH, clustering, c, items, points, FixationMap.mean(maps), Double.NaN, seed));
    }
    return found;
  }

  private static Found found(
      Kind kind,
      Clustering clustering,
      int number,
      List<Item> items,
      double[][] points,
      FixationMap mean,
      double purity,
      long seed) {
    int[] inside = clustering.members(number);
    List<Item> own = pick(items, inside);
    double x = own.stream().mapToDouble(Item::x).average().orElseThrow();
    double y = own.stream().mapToDouble(Item::y).average().orElseThrow();
    double spread =
        Math.sqrt(
            own.stream()
                .mapToDouble(i -> (i.x() - x) * (i.x() - x) + (i.y() - y) * (i.y() - y))
                .average()
                .orElseThrow());
    Cluster cluster =
        new Cluster(
            kind,
            number,
            own.size(),
            (double) own.size() / items.size(),
            clustering.silhouette(number),
            purity,
            x,
            y,
            spread,
            mean,
            evidence(inside, items, points, new Random(seed + number)));
    return new Found(
        cluster,
        !clustering.isRest(number),
        own.stream().map(Item::member).toList(),
        own.stream().map(Item::region).toList());
  }

  private static List<Cluster.Evidence> evidence(
      int[] inside, List<Item> items, double[][] points, Random random) {
    int medoid = medoid(inside, points);
    List<Integer> byDistance =
        Arrays.stream(inside)
            .boxed()
            .filter(i -> i != medoid)
            .sorted(Comparator.comparingDouble(i -> -distance(points[i], points[medoid])))
            .toList();
    List<Cluster.Evidence> evidence = new ArrayList<>();
    evidence.add(evidence(Cluster.Role.MEDOID, medoid, medoid, items, points));
    if (!byDistance.isEmpty()) {
      evidence.add(evidence(Cluster.Role.EXTREME, byDistance.get(0), medoid, items, points));
    }
    List<Integer> rest = new ArrayList<>(byDistance.stream().skip(1).toList());
    Collections.shuffle(rest, random);
    rest.stream()
        .limit(RANDOM_MEMBERS)
        .forEach(i -> evidence.add(evidence(Cluster.Role.RANDOM, i, medoid, items, points)));
    return evidence;
  }

  private static Cluster.Evidence evidence(
      Cluster.Role role, int item, int medoid, List<Item> items, double[][] points) {
    return new Cluster.Evidence(
        role,
        items.get(item).member(),
        items.get(item).region(),
        distance(points[item], points[medoid]));
  }

  /** The point with the smallest sum of distances to the others of its cluster. */
  private static int medoid(int[] inside, double[][] points) {
    int best = inside[0];
    double bestSum = Double.POSITIVE_INFINITY;
    for (int i : inside) {
      double sum = Arrays.stream(inside).mapToDouble(j -> distance(points[i], points[j])).sum();
      if (sum < bestSum) {
        best = i;
        bestSum = sum;
      }
    }
    return best;
  }

  /**
   * Of the maps within the median distance of the cluster's members from its medoid, how many are
   * this group's, if all groups had as many maps.
   */
  private static double purity(
      Clustering clustering, int number, double[][] points, double[][] foreign) {
    if (foreign.length == 0) {
      return Double.NaN;
    }
    int[] inside = clustering.members(number);
    double[] medoid = points[medoid(inside, points)];
    double[] distances =
        Arrays.stream(inside).mapToDouble(i -> distance(points[i], medoid)).sorted().toArray();
    double radius = PairedTest.quantile(distances, 0.5);
    double own = shareWithin(points, medoid, radius);
    return own / (own + shareWithin(foreign, medoid, radius));
  }

  private static double shareWithin(double[][] points, double[] centre, double radius) {
    return (double) Arrays.stream(points).filter(p -> distance(p, centre) <= radius).count()
        / points.length;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  /** Around the cells that hold half of a mean density. */
  private static Frame core(FixationMap mean, Frame seen) {
    return coreRegion(mean, seen, seen.right(), seen.bottom()).bounds().orElse(seen);
  }

  /** The cells that hold half of a mean density, in a picture. */
  static Region coreRegion(FixationMap mean, Frame seen, int width, int height) {
    boolean[] core = mean.core(CORE);
    double side = FixationMap.SIDE;
    List<Frame> cells =
        IntStream.range(0, core.length)
            .filter(i -> core[i])
            .mapToObj(
                i -> {
                  int row = i / FixationMap.SIDE;
                  int column = i % FixationMap.SIDE;
                  return seen.part(
                      column / side, row / side, (column + 1) / side, (row + 1) / side);
                })
            .toList();
    return Region.of(width, height, cells);
  }

  private static <T> List<T> pick(List<T> from, int[] positions) {
    return Arrays.stream(positions).mapToObj(from::get).toList();
  }
}
