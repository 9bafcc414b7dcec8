package org.saccade.unravel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;

/**
 * Small networks of every common kind, exported from PyTorch to every kind of file: the forward
 * pass against PyTorch, the walk against a slow one, and what holds for any walk.
 *
 * <p>Writes {@code target/architectures.md}, of which {@code docs/architectures.md} is a copy.
 */
class EveryArchitectureTest {
  private static final String FOLDER = "/org/saccade/network/architectures/";
  private static final List<String> KINDS = List.of("onnx", "pt2", "pt");
  private static final double TOLERANCE = 1e-4;
  private static final int BATCH = 2;

  /** What one file showed. */
  private record Finding(double error, int points, int agreeing) {}

  private static final Map<String, Map<String, Finding>> FINDINGS =
      Collections.synchronizedMap(new LinkedHashMap<>());

  @TempDir static Path folder;

  private static JsonNode described() {
    try (InputStream in = EveryArchitectureTest.class.getResourceAsStream(FOLDER + "logits.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> architectures() {
    List<String> names = new ArrayList<>();
    described().fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> kinds(String architecture) {
    return KINDS.stream().filter(kind -> resource(architecture, kind).isPresent()).toList();
  }

  private static Optional<InputStream> resource(String architecture, String kind) {
    String name = FOLDER + architecture + "." + kind + ".gz";
    return Optional.ofNullable(EveryArchitectureTest.class.getResourceAsStream(name));
  }

  private static Network read(String architecture, String kind) throws IOException {
    Path file = folder.resolve(architecture + "." + kind);
    if (Files.notExists(file)) {
      try (InputStream in = new GZIPInputStream(resource(architecture, kind).orElseThrow())) {
        Files.copy(in, file);
      }
    }
    return ModelReader.read(file, ImportOptions.defaults());
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void everyFileGivesTheSameLayers(String architecture) throws IOException {
    List<String> layers = layers(read(architecture, "pt2"));

    for (String kind : kinds(architecture)) {
      assertThat(layers(read(architecture, kind))).as(kind).isEqualTo(layers);
    }
  }

  private static List<String> layers(Network network) {
    return network.nodes().stream()
        .map(
            node ->
                "%s %s %s"
                    .formatted(
                        node.layer().getClass().getSimpleName(), node.inputs(), node.shape()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void everyFileGivesPyTorchsLogitsAndTheSlowWalksPoints(String architecture) throws IOException {
    List<Set<Integer>> fixations = new ArrayList<>();
    for (String kind : kinds(architecture)) {
      Network network = read(architecture, kind);
      float[] batch = pixels(network.input().shape(), architecture.startsWith("text"));
      try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
          Activations activations = engine.forward(batch, BATCH, everyNode(network))) {
        double error = error(activations.host(network.logits().id()), architecture);
        assertThat(error).as("%s as %s", architecture, kind).isLessThan(TOLERANCE);
        Finding finding = compareWalks(network, activations, error, fixations);
        FINDINGS.computeIfAbsent(architecture, key -> new TreeMap<>()).put(kind, finding);
        assertThat(finding.agreeing())
            .as("%s as %s", architecture, kind)
            .isEqualTo(finding.points());
      }
    }
    assertThat(fixations.stream().distinct()).as("fixations of all files").hasSize(1);
  }

  /** Knuth's multiplicative hash, as the script that wrote the fixtures has it. */
  private static float[] pixels(Shape shape, boolean tokens) {
    float[] values = new float[BATCH * shape.size()];
    for (int i = 0; i < values.length; i++) {
      long hashed = (i + 1L) * 2654435761L % 4294967296L / 65536;
      float value = hashed / 32768f - 1;
      values[i] = tokens ? (int) ((value + 1) * 25) : value;
    }
    return values;
  }

  private static Set<Integer> everyNode(Network network) {
    return network.nodes().stream().map(Node::id).collect(Collectors.toSet());
  }

  private static double error(FloatBuffer logits, String architecture) {
    JsonNode expected = described().get(architecture).get("logits");
    double largest = 1;
    double worst = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.get(i).asDouble()));
      worst = Math.max(worst, Math.abs(expected.get(i).asDouble() - logits.get(i)));
    }
    return worst / largest;
  }

  private static Finding compareWalks(
      Network network, Activations activations, double error, List<Set<Integer>> fixations) {
    Unraveller reference = Unraveller.of(network, Profile.REFERENCE);
    Unraveller uniform = Unraveller.of(network, Profile.DEFAULT);
    int points = 0;
    int agreeing = 0;
    for (int image = 0; image < BATCH; image++) {
      double[][] values = values(network, activations, image);
      SlowWalk slow = new SlowWalk(network, values);
      Target target = new Target(image, largest(values[network.logits().id()]));
      Walk walk = reference.unravel(activations, List.of(target), true).get(0);
      Map<Integer, Set<Integer>> expected = slow.from(target.classIndex());
      Map<Integer, Set<Integer>> actual = cells(walk);
      for (Map.Entry<Integer, Set<Integer>> at : expected.entrySet()) {
        Set<Integer> found = actual.getOrDefault(at.getKey(), Set.of());
        Set<Integer> both = new TreeSet<>(at.getValue());
        both.retainAll(found);
        agreeing += both.size();
        points += at.getValue().size() + found.size() - both.size();
      }
      checkPaths(network, slow, walk);
      checkPaths(network, slow, uniform.unravel(activations, List.of(target), true).get(0));
      if (image == 0) {
        fixations.add(actual.getOrDefault(0, Set.of()));
      }
    }
    return new Finding(error, points, agreeing);
  }

  private static double[][] values(Network network, Activations activations, int image) {
    double[][] values = new double[network.nodes().size()][];
    for (Node node : network.nodes()) {
      FloatBuffer all = activations.host(node.id());
      int size = node.shape().size();
      values[node.id()] =
          IntStream.range(0, size).mapToDouble(i -> all.get(image * size + i)).toArray();
    }
    return values;
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static Map<Integer, Set<Integer>> cells(Walk walk) {
    Map<Integer, Set<Integer>> cells = new TreeMap<>();
    for (Depth depth : walk.trace()) {
      Set<Integer> here = new TreeSet<>();
      for (int i = 0; i < depth.points().size(); i++) {
        here.add(depth.points().cell(i));
      }
      cells.put(depth.node(), here);
    }
    return cells;
  }

  /** Every point is inside its tensor and was read by a point that the walk passed before it. */
  private static void checkPaths(Network network, SlowWalk slow, Walk walk) {
    Map<Integer, BitSet> reachable = new TreeMap<>();
    for (Depth depth : walk.trace()) {
      Node node = network.node(depth.node());
      boolean start = node.id() == network.logits().id();
      for (int i = 0; i < depth.points().size(); i++) {
        int cell = depth.points().cell(i);
        assertThat(cell).as(node.name()).isBetween(0, depth.points().shape().size() - 1);
        assertThat(depth.points().weight(i)).as(node.name()).isPositive();
        for (int axis = 0; axis < depth.points().shape().rank() - 1 && node.id() == 0; axis++) {
          assertThat(depth.points().coordinate(i, axis))
              .as("axis %d of the picture", axis)
              .isBetween(-0.501f, depth.points().shape().dim(axis + 1) - 0.499f);
        }
        if (!start) {
          BitSet read = reachable.get(node.id());
          assertThat(isRead(read, cell, depth.points().shape(), node.shape()))
              .as("cell %d of %s lies in a receptive field", cell, node.name())
              .isTrue();
        }
      }
      if (node.id() > 0) {
        for (int i = 0; i < depth.points().size(); i++) {
          for (SlowWalk.Cell read : slow.receptiveField(node, depth.points().cell(i))) {
            reachable.computeIfAbsent(read.node(), id -> new BitSet()).set(read.index());
          }
        }
      }
    }
  }

  /** At the input the default profile takes all channels for one. */
  private static boolean isRead(BitSet read, int cell, Shape points, Shape node) {
    if (points.equals(node)) {
      return read.get(cell);
    }
    int positions = points.size();
    return IntStream.range(0, node.channels()).anyMatch(c -> read.get(c * positions + cell));
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void theOnlyPathwayThereIsIsFound(String architecture) throws IOException {
    Network network = read(architecture, "pt2");
    Unraveller unraveller = Unraveller.of(network, Profile.REFERENCE);
    Random random = new Random(7);
    int found = 0;
    for (int attempt = 0; attempt < 200 && found < 3; attempt++) {
      Planted planted = new Planted(network);
      int target = random.nextInt(network.classes());
      Optional<Map<Integer, Set<Integer>>> path = planted.plant(target, random);
      if (path.isPresent()) {
        Walk walk = unraveller.unravel(planted, List.of(new Target(0, target)), true).get(0);
        assertThat(cells(walk)).isEqualTo(path.get());
        found++;
      }
    }
    assertThat(found).as("planted pathways").isEqualTo(3);
  }

  /** Activations that are zero but for the cells of one path, where they are one. */
  private static final class Planted implements Activations {
    private final Network network;
    private final double[][] values;

    Planted(Network network) {
      this.network = network;
      this.values =
          network.nodes().stream()
              .map(node -> new double[node.shape().size()])
              .toArray(double[][]::new);
    }

    /** Plants a path from a class back to the input; empty if weights happened to block it. */
    Optional<Map<Integer, Set<Integer>>> plant(int target, Random random) {
      Map<Integer, Set<Integer>> path = new TreeMap<>();
      SlowWalk slow = new SlowWalk(network, values);
      SlowWalk.Cell at = new SlowWalk.Cell(network.logits().id(), target);
      path.put(at.node(), Set.of(at.index()));
      while (at.node() > 0) {
        Optional<SlowWalk.Cell> next = next(slow, at, random);
        if (next.isEmpty()) {
          return Optional.empty();
        }
        at = next.get();
        path.put(at.node(), Set.of(at.index()));
      }
      return Optional.of(path);
    }

    /** A cell that the rule must choose once it is the only one that is not zero. */
    private Optional<SlowWalk.Cell> next(SlowWalk slow, SlowWalk.Cell at, Random random) {
      Node node = network.node(at.node());
      List<SlowWalk.Cell> candidates = new ArrayList<>(slow.receptiveField(node, at.index()));
      Collections.shuffle(candidates, random);
      for (SlowWalk.Cell candidate : candidates) {
        values[candidate.node()][candidate.index()] = 1;
        if (slow.sources(node, at.index()).equals(List.of(candidate))) {
          return Optional.of(candidate);
        }
        values[candidate.node()][candidate.index()] = 0;
      }
      return Optional.empty();
    }

    @Override
    public int batchSize() {
      return 1;
    }

    @Override
    public boolean onHost() {
      return true;
    }

    @Override
    public FloatBuffer host(int node) {
      FloatBuffer buffer = FloatBuffer.allocate(values[node].length);
      for (double value : values[node]) {
        buffer.put((float) value);
      }
      return buffer.flip();
    }

    @Override
    public NDArray array(int node) {
      throw new UnsupportedOperationException("planted activations are on the host only");
    }

    @Override
    public void close() {}
  }

  @Test
  void theDocumentedTableListsEveryArchitecture() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("docs/architectures.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .toList();

    assertThat(documented).isEqualTo(architectures());
  }

  @AfterAll
  static void writeTable() throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "| architecture | input | parameters | ONNX opset | ONNX | torch.export |"
                    + " TorchScript |",
                "|---|---|---|---|---|---|---|"));
    for (Map.Entry<String, JsonNode> entry : described().properties()) {
      JsonNode network = entry.getValue();
      Map<String, Finding> found = FINDINGS.getOrDefault(entry.getKey(), Map.of());
      String input = network.get("input").toString().replaceAll("[\\[\\]]", "");
      lines.add(
          "| `%s` | %s | %d | %s | %s |"
              .formatted(
                  entry.getKey(),
                  input.replace(",", " x "),
                  network.get("parameters").asInt(),
                  network.get("opset").isNull() ? "-" : network.get("opset").asText(),
                  KINDS.stream()
                      .map(kind -> cell(Optional.ofNullable(found.get(kind))))
                      .collect(Collectors.joining(" | "))));
    }
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target/architectures.md"), lines);
  }

  private static String cell(Optional<Finding> finding) {
    return finding
        .map(f -> String.format(Locale.ROOT, "%.0e, %d of %d", f.error(), f.agreeing(), f.points()))
        .orElse("-");
  }
}
