package org.saccade.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClusteringTest {
  private final Random random = new Random(5);

  @Test
  void separateCloudsAreFoundTheLargestFirst() {
    double[][] points = clouds(20, 0, 12, 10, 6, 20);

    Clustering found = Clustering.of(points, 1);

    assertThat(found.count()).isEqualTo(3);
    assertThat(found.members(0)).containsExactly(IntStream.range(0, 20).toArray());
    assertThat(found.members(1)).containsExactly(IntStream.range(20, 32).toArray());
    assertThat(found.members(2)).containsExactly(IntStream.range(32, 38).toArray());
    assertThat(found.silhouette(0)).isGreaterThan(0.7);
  }

  @Test
  void oneCloudIsOneCluster() {
    double[][] points =
        IntStream.range(0, 60)
            .mapToObj(i -> random.doubles(20, -1, 1).toArray())
            .toArray(double[][]::new);
    Clustering found = Clustering.of(points, 1);
    assertThat(found.count()).isEqualTo(1);
    assertThat(found.silhouette(0)).isZero();
  }

  @Test
  void whatRepeatsItselfAmongUnlikePointsIsACluster() {
    double[][] points = unlike(60);
    repeat(points, 7, 19, 20, 33, 41, 58);
    int[] owners = IntStream.range(0, 60).map(i -> i / 2).toArray();

    assertThat(Clustering.of(points, 1).count()).isEqualTo(1);
    Clustering found = Clustering.ofRepeated(points, owners, 5, 1);

    assertThat(found.count()).isEqualTo(2);
    assertThat(found.members(1)).containsExactly(7, 19, 20, 33, 41, 58);
    assertThat(found.silhouette(1)).isGreaterThan(0.5);
    assertThat(found.isRest(0)).isTrue();
    assertThat(found.isRest(1)).isFalse();
  }

  @Test
  void whatOneOwnerRepeatsIsNoCluster() {
    double[][] points = unlike(60);
    repeat(points, 0, 1, 2, 3, 4, 5);
    int[] owners = IntStream.range(0, 60).map(i -> i / 6).toArray();

    Clustering found = Clustering.ofRepeated(points, owners, 5, 1);

    assertThat(found.count()).isEqualTo(1);
    assertThat(found.isRest(0)).isFalse();
  }

  @Test
  void unlikePointsRepeatNothing() {
    int[] owners = IntStream.range(0, 60).toArray();
    assertThat(Clustering.ofRepeated(unlike(60), owners, 5, 1).count()).isEqualTo(1);
    assertThat(Clustering.ofRepeated(new double[30][2], new int[30], 5, 1).count()).isEqualTo(1);
    assertThat(Clustering.ofRepeated(new double[0][], new int[0], 5, 1).count()).isZero();
  }

  private double[][] unlike(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> random.doubles(20, -1, 1).toArray())
        .toArray(double[][]::new);
  }

  /** Makes some points nearly equal to the first of them. */
  private void repeat(double[][] points, int... which) {
    for (int i : which) {
      double[] near = points[which[0]].clone();
      for (int d = 0; d < near.length; d++) {
        near[d] += random.nextDouble() * 0.2;
      }
      points[i] = near;
    }
  }

  @Test
  void fewOrEqualPointsAreOneCluster() {
    assertThat(Clustering.of(new double[0][], 1).count()).isZero();
    assertThat(Clustering.of(clouds(1, 0), 1).count()).isEqualTo(1);
    assertThat(Clustering.of(clouds(3, 0, 3, 9), 1).count()).isEqualTo(1);
    assertThat(Clustering.of(new double[30][2], 1).count()).isEqualTo(1);
  }

  @Test
  void theSameSeedGivesTheSameClusters() {
    double[][] points = clouds(20, 0, 15, 3, 6, 6);
    Clustering first = Clustering.of(points, 9);
    Clustering second = Clustering.of(points, 9);
    assertThat(IntStream.range(0, points.length).map(second::label).toArray())
        .containsExactly(IntStream.range(0, points.length).map(first::label).toArray());
  }

  /** Pairs of a size and a position along the diagonal. */
  private double[][] clouds(int... sizesAndPositions) {
    return IntStream.range(0, sizesAndPositions.length / 2)
        .boxed()
        .flatMap(
            cloud ->
                Stream.generate(
                        () ->
                            random
                                .doubles(4, -0.5, 0.5)
                                .map(d -> d + sizesAndPositions[2 * cloud + 1])
                                .toArray())
                    .limit(sizesAndPositions[2 * cloud]))
        .toArray(double[][]::new);
  }
}
