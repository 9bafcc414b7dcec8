package org.saccade.unravel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.onnx.proto.OnnxMl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.saccade.SharedData;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.ImportOptions;
import org.saccade.network.Network;
import org.saccade.network.onnx.OnnxImporter;

/**
 * The reference profile against the points that the authors' own code found: four architectures,
 * every image, every crop, every step.
 */
class AuthorsCodeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How many points of the authors were found, and how many we found that they did not. */
  private record Agreement(int authors, int found, int invented) {
    static Agreement between(List<List<Integer>> authors, List<List<Integer>> ours) {
      List<List<Integer>> missing = new ArrayList<>(authors);
      ours.forEach(missing::remove);
      List<List<Integer>> invented = new ArrayList<>(ours);
      authors.forEach(invented::remove);
      return new Agreement(authors.size(), authors.size() - missing.size(), invented.size());
    }

    Agreement plus(Agreement other) {
      return new Agreement(authors + other.authors, found + other.found, invented + other.invented);
    }

    double share() {
      return (double) found / (authors + invented);
    }

    @Override
    public String toString() {
      return "%d of %d, %d invented".formatted(found, authors, invented);
    }
  }

  @Test
  void alexNetWithTheGroupBoundaryMended() throws IOException {
    assertAgrees("alexnet", "alexnet_slim8_groupfix.json", "alexnet_slim8.json");
  }

  @Test
  void vgg16() throws IOException {
    assertAgrees("vgg16", "vgg16_slim8.json", "vgg16_slim8.json");
  }

  @Test
  void googleNet() throws IOException {
    assertAgrees("googlenet", "googlenet_slim8.json", "googlenet_slim8.json");
  }

  @Test
  void resNet101() throws IOException {
    assertAgrees("resnet101", "resnet101_slim8.json", "resnet101_slim8.json");
  }

  private static void assertAgrees(String architecture, String expected, String blobNames)
      throws IOException {
    Path model = SharedData.path("oracle/%s_slim8.onnx".formatted(architecture));
    Map<String, Agreement> steps = compare(architecture, model, expected, blobNames);
    assertThat(steps.values())
        .as("points per step, authors and ours: %s", steps)
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.share()).isEqualTo(1));
  }

  private static Map<String, Agreement> compare(
      String architecture, Path model, String expected, String blobNames) throws IOException {
    JsonNode authors = JSON.readTree(SharedData.path("oracle/" + expected).toFile());
    JsonNode blobs =
        JSON.readTree(SharedData.path("oracle/" + blobNames).toFile())
            .get("caffe_blob_to_onnx_tensor");
    Network network =
        new OnnxImporter().read(model, ImportOptions.defaults().withoutBatchNormFolding());
    Map<String, Integer> nodes = nodesByTensor(model, network);
    Unraveller unraveller = Unraveller.of(network, Profile.REFERENCE);
    Map<String, Agreement> agreements = new TreeMap<>();
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      for (Map.Entry<String, JsonNode> image : authors.get("images").properties()) {
        float[] crops =
            NpyFile.floats(
                SharedData.path("oracle/%s_%s_input.npy".formatted(architecture, image.getKey())));
        List<Target> targets = new ArrayList<>();
        image
            .getValue()
            .get("start_class")
            .forEach(start -> targets.add(new Target(targets.size(), start.asInt())));
        try (Activations activations =
            engine.forward(crops, targets.size(), unraveller.requiredActivations())) {
          List<Walk> walks = unraveller.unravel(activations, targets, true);
          int number = 0;
          for (JsonNode step : image.getValue().get("steps")) {
            String blob = blob(step.get("prevLayer").asText(), blobs);
            int node = nodes.get(blobs.get(blob).asText());
            String name = "%02d %s".formatted(number++, blob);
            for (int crop = 0; crop < targets.size(); crop++) {
              Points ours = pointsAt(walks.get(crop), node);
              agreements.merge(
                  name,
                  Agreement.between(authorsPoints(step.get("points").get(crop)), indices(ours)),
                  Agreement::plus);
            }
          }
          agreements.merge(
              "joined in the original image",
              Agreement.between(
                  authorsPoints(image.getValue().get("final_original_image_yx")),
                  joined(walks, image.getValue())),
              Agreement::plus);
        }
      }
    }
    return agreements;
  }

  /** Inception and residual steps leave out part of the name. */
  private static String blob(String written, JsonNode blobs) {
    return List.of(written, written + "/output", "res" + written).stream()
        .filter(blobs::has)
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, Integer> nodesByTensor(Path model, Network network)
      throws IOException {
    Map<String, Integer> byName = new HashMap<>();
    network.nodes().forEach(node -> byName.put(node.name(), node.id()));
    Map<String, Integer> byTensor = new HashMap<>();
    byTensor.put("data", network.input().id());
    OnnxMl.ModelProto proto = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(model));
    for (OnnxMl.NodeProto node : proto.getGraph().getNodeList()) {
      byTensor.put(node.getOutput(0), byName.get(node.getName()));
    }
    return byTensor;
  }

  private static Points pointsAt(Walk walk, int node) {
    return walk.trace().stream()
        .filter(depth -> depth.node() == node)
        .findFirst()
        .orElseThrow()
        .points();
  }

  private static List<List<Integer>> authorsPoints(JsonNode points) {
    List<List<Integer>> read = new ArrayList<>();
    for (JsonNode point : points) {
      List<Integer> indices = new ArrayList<>();
      point.forEach(index -> indices.add(index.asInt()));
      read.add(indices);
    }
    return read;
  }

  /** The authors squeeze a map of one position to a vector. */
  private static List<List<Integer>> indices(Points points) {
    boolean vector = points.shape().size() == points.shape().channels();
    int rank = vector ? 1 : points.shape().rank();
    return IntStream.range(0, points.size())
        .mapToObj(i -> IntStream.range(0, rank).mapToObj(a -> points.index(i, a)).toList())
        .toList();
  }

  private static List<List<Integer>> joined(List<Walk> walks, JsonNode image) {
    double scale = 1 / image.get("resFac").asDouble();
    List<List<Integer>> joined = new ArrayList<>();
    for (int crop = 0; crop < walks.size(); crop++) {
      JsonNode offset = image.get("offset").get(crop);
      Points points = walks.get(crop).points();
      for (int i = 0; i < points.size(); i++) {
        joined.add(
            List.of(
                (int) ((points.index(i, 1) + offset.get(0).asDouble()) * scale),
                (int) ((points.index(i, 2) + offset.get(1).asDouble()) * scale)));
      }
    }
    return joined;
  }
}
