package org.saccade.unravel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Window;

/** Whole walks through random networks of every kind of layer. */
class UnravellerTest {
  private static final int IMAGES = 3;
  private static final int NETWORKS = 40;

  static Stream<Arguments> walks() {
    return IntStream.range(0, NETWORKS)
        .boxed()
        .flatMap(seed -> Stream.of(Profile.values()).map(profile -> Arguments.of(seed, profile)));
  }

  private interface Check {
    void on(Network network, Unraveller unraveller, Activations activations);
  }

  private static void withForwardPass(int seed, Profile profile, Check check) {
    Network network = RandomNetworks.of(seed);
    Unraveller unraveller = Unraveller.of(network, profile);
    Set<Integer> everything = new TreeSet<>();
    network.nodes().forEach(node -> everything.add(node.id()));
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations =
            engine.forward(RandomNetworks.batch(network, IMAGES, seed), IMAGES, everything)) {
      check.on(network, unraveller, activations);
    }
  }

  private static List<Target> targets(int... images) {
    return IntStream.of(images).mapToObj(image -> new Target(image, (image + 1) % 5)).toList();
  }

  @ParameterizedTest
  @MethodSource("walks")
  void findsWhatThePlainRulesFind(int seed, Profile profile) {
    withForwardPass(
        seed,
        profile,
        (network, unraveller, activations) -> {
          for (Walk walk : unraveller.unravel(activations, targets(0, 1, 2), true)) {
            Map<Integer, Map<List<Integer>, PlainWalk.Point>> plain =
                PlainWalk.of(network, profile, activations, walk.target());
            for (Depth depth : walk.trace().subList(0, walk.trace().size() - 1)) {
              assertThat(cells(depth.points()).keySet())
                  .as("cells at %s of %s", depth.name(), walk.target())
                  .isEqualTo(plain.get(depth.node()).keySet());
              assertSamePoints(depth, plain.get(depth.node()));
            }
          }
        });
  }

  private static Map<List<Integer>, Integer> cells(Points points) {
    Map<List<Integer>, Integer> cells = new HashMap<>();
    for (int i = 0; i < points.size(); i++) {
      int point = i;
      List<Integer> cell =
          IntStream.range(0, points.shape().rank())
              .mapToObj(axis -> points.index(point, axis))
              .toList();
      assertThat(cells.put(cell, i)).as("second point at %s", cell).isNull();
    }
    return cells;
  }

  private static void assertSamePoints(Depth depth, Map<List<Integer>, PlainWalk.Point> plain) {
    Points points = depth.points();
    cells(points)
        .forEach(
            (cell, i) -> {
              assertThat((double) points.weight(i))
                  .as("weight at %s of %s", cell, depth.name())
                  .isCloseTo(plain.get(cell).weight(), within(1e-5));
              for (int axis = 0; axis < points.shape().rank() - 1; axis++) {
                assertThat((double) points.coordinate(i, axis))
                    .as("axis %d of %s at %s", axis, cell, depth.name())
                    .isCloseTo(plain.get(cell).at().get(axis), within(1e-4));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("walks")
  void gathersTheSameOnTheDeviceAsInHostMemory(int seed, Profile profile) {
    withForwardPass(
        seed,
        profile,
        (network, unraveller, activations) -> {
          List<Walk> host = unraveller.unravel(activations, targets(0, 1, 2), true);
          List<Walk> device =
              unraveller.alwaysOnDevice().unravel(activations, targets(0, 1, 2), true);
          for (int walk = 0; walk < host.size(); walk++) {
            assertSameTrace(host.get(walk), device.get(walk), 1e-5);
          }
        });
  }

  private static void assertSameTrace(Walk expected, Walk actual, double tolerance) {
    assertThat(actual.trace()).hasSameSizeAs(expected.trace());
    for (int d = 0; d < expected.trace().size(); d++) {
      Points left = expected.trace().get(d).points();
      Points right = actual.trace().get(d).points();
      assertThat(actual.trace().get(d).name()).isEqualTo(expected.trace().get(d).name());
      assertThat(right.size()).isEqualTo(left.size());
      for (int i = 0; i < left.size(); i++) {
        assertThat(right.cell(i)).isEqualTo(left.cell(i));
        assertThat(right.weight(i)).isCloseTo(left.weight(i), within((float) tolerance));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("walks")
  void walksEachImageAsIfItWereAlone(int seed, Profile profile) {
    withForwardPass(
        seed,
        profile,
        (network, unraveller, activations) -> {
          List<Walk> together = unraveller.unravel(activations, targets(2, 0, 2, 1), true);
          int number = 0;
          for (int image : new int[] {2, 0, 2, 1}) {
            Walk alone = unraveller.unravel(activations, targets(image), true).get(0);
            assertSameTrace(alone, together.get(number++), 0);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("walks")
  void readsOnlyWhatItAskedFor(int seed, Profile profile) {
    Network network = RandomNetworks.of(seed);
    Unraveller unraveller = Unraveller.of(network, profile);
    float[] batch = RandomNetworks.batch(network, IMAGES, seed);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations = engine.forward(batch, IMAGES, unraveller.requiredActivations())) {
      assertThat(unraveller.unravel(activations, targets(0, 1, 2), false))
          .hasSize(3)
          .allSatisfy(walk -> assertThat(walk.trace()).isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("walks")
  void staysInsideEveryTensor(int seed, Profile profile) {
    withForwardPass(
        seed,
        profile,
        (network, unraveller, activations) -> {
          for (Walk walk : unraveller.unravel(activations, targets(0, 1, 2), true)) {
            for (Depth depth : walk.trace()) {
              Points points = depth.points();
              for (int i = 0; i < points.size(); i++) {
                assertThat(points.cell(i)).isBetween(0, points.shape().size() - 1);
                assertThat(points.weight(i)).isPositive();
                for (int axis = 0; axis < points.shape().rank() - 1; axis++) {
                  assertThat(points.coordinate(i, axis))
                      .isBetween(-0.5f, points.shape().dim(axis + 1) - 0.5f);
                }
              }
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("walks")
  void neverPutsAPointWhereNoPointAboveReads(int seed, Profile profile) {
    withForwardPass(
        seed,
        profile,
        (network, unraveller, activations) -> {
          for (Walk walk : unraveller.unravel(activations, targets(0, 1, 2), true)) {
            Map<Integer, Points> at = new HashMap<>();
            walk.trace().forEach(depth -> at.put(depth.node(), depth.points()));
            for (int id : at.keySet()) {
              List<Node> readers = new ArrayList<>();
              network.consumers(id).stream()
                  .filter(at::containsKey)
                  .forEach(reader -> readers.add(network.node(reader)));
              boolean windowsOnly = readers.stream().allMatch(node -> Windows.of(node).isPresent());
              if (!readers.isEmpty() && windowsOnly) {
                assertCovered(at.get(id), readers, at);
              }
            }
          }
        });
  }

  private static void assertCovered(Points points, List<Node> readers, Map<Integer, Points> at) {
    for (int i = 0; i < points.size(); i++) {
      int point = i;
      assertThat(readers)
          .as("windows over point %d of %s", i, points.shape())
          .anySatisfy(
              reader ->
                  assertThat(Windows.covers(reader, at.get(reader.id()), points, point)).isTrue());
    }
  }

  /** Plain window arithmetic. */
  private static final class Windows {
    private Windows() {}

    static Optional<Window> of(Node node) {
      if (node.layer() instanceof Layer.Convolution convolution) {
        return Optional.of(convolution.window());
      }
      if (node.layer() instanceof Layer.Pooling pooling) {
        return Optional.of(pooling.window());
      }
      return Optional.empty();
    }

    static boolean covers(Node reader, Points above, Points below, int point) {
      Window window = of(reader).orElseThrow();
      return IntStream.range(0, above.size())
          .anyMatch(
              i ->
                  IntStream.range(0, window.axes())
                      .allMatch(
                          axis -> {
                            int first =
                                above.index(i, axis + 1) * window.stride().get(axis)
                                    - window.padBefore().get(axis);
                            int offset = below.index(point, axis + 1) - first;
                            return offset >= 0 && offset < window.reach(axis);
                          }));
    }
  }

  @ParameterizedTest
  @MethodSource("walks")
  void refusesTargetsThatDoNotExist(int seed, Profile profile) {
    withForwardPass(
        seed,
        profile,
        (network, unraveller, activations) -> {
          assertThatThrownBy(
                  () -> unraveller.unravel(activations, List.of(new Target(3, 0)), false))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("a batch of 3 images has no image 3");
          assertThatThrownBy(
                  () -> unraveller.unravel(activations, List.of(new Target(0, 5)), false))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("a network of 5 classes has no class 5");
        });
  }
}
