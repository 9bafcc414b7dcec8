package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.saccade.SharedData;
import org.saccade.engine.ForwardPass;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;

/**
 * Whole networks give PyTorch's logits, made by src/test/oracle/onnx_logits.py. Differences are
 * measured relative to the largest logit of the image.
 */
class LogitsAgainstPyTorchTest {
  private static final float RELATIVE = 1e-4f;
  private static final int WIDE = 4096;
  private static final int THIN = 64;
  private static final List<ImportOptions> WITH_AND_WITHOUT_FOLDING =
      List.of(ImportOptions.defaults(), ImportOptions.defaults().withoutBatchNormFolding());

  @TempDir private Path folder;

  static Stream<Arguments> trained() throws IOException {
    return cases("trained");
  }

  static Stream<Arguments> light() throws IOException {
    return cases("light");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trained")
  void aTrainedNetworkGivesThem(String model, JsonNode expected) {
    for (ImportOptions options : WITH_AND_WITHOUT_FOLDING) {
      Network network =
          ModelReader.read(SharedData.path("models/%s.onnx".formatted(model)), options);
      int images = expected.get("logits").size();
      double scale = expected.get("scale").asDouble();
      float[] batch =
          SeededNumbers.between(-scale, scale, "image", images * network.input().shape().size());

      float[] logits = ForwardPass.of(network, batch, images);

      for (int image = 0; image < images; image++) {
        JsonNode row = expected.get("logits").get(image);
        assertThat(network.classes()).isEqualTo(row.size());
        double largest = 0;
        for (JsonNode logit : row) {
          largest = Math.max(largest, Math.abs(logit.asDouble()));
        }
        for (int i = 0; i < row.size(); i++) {
          assertThat(logits[image * row.size() + i])
              .as("class %d of image %d", i, image)
              .isCloseTo((float) row.get(i).asDouble(), within((float) (RELATIVE * largest)));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("light")
  void anArchitectureWithSeededWeightsGivesThem(String model, JsonNode expected)
      throws IOException {
    Path file = folder.resolve("filled.onnx");
    fill(SharedData.path("onnx-light/light_%s.onnx".formatted(model)), file);
    for (ImportOptions options : WITH_AND_WITHOUT_FOLDING) {
      Network network = ModelReader.read(file, options);
      float[] image = SeededNumbers.between(-1, 1, "image", network.input().shape().size());

      float[] logits = ForwardPass.of(network, image, 1);

      float tolerance = RELATIVE * (float) expected.get("largest").asDouble();
      for (Map.Entry<String, JsonNode> logit : expected.get("logits").properties()) {
        assertThat(logits[Integer.parseInt(logit.getKey())])
            .as("class %s", logit.getKey())
            .isCloseTo((float) logit.getValue().asDouble(), within(tolerance));
      }
    }
  }

  private static Stream<Arguments> cases(String kind) throws IOException {
    JsonNode root;
    try (InputStream in = LogitsAgainstPyTorchTest.class.getResourceAsStream("logits.json")) {
      root = new ObjectMapper().readTree(in);
    }
    return StreamSupport.stream(root.get(kind).spliterator(), false)
        .map(expected -> Arguments.of(expected.get("model").asText(), expected));
  }

  /** Stores seeded weights in the place of the constant ones that a light model computes. */
  private static void fill(Path light, Path filled) throws IOException {
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(light));
    GraphProto graph = model.getGraph();
    Map<String, TensorProto> stored = new HashMap<>();
    graph.getInitializerList().forEach(tensor -> stored.put(tensor.getName(), tensor));
    GraphProto.Builder changed = graph.toBuilder().clearNode();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("ConstantOfShape")) {
        List<Integer> dims =
            new OnnxTensor(light)
                .decode(stored.get(node.getInput(0))).ints().stream()
                    .map(dim -> dim == WIDE ? THIN : dim)
                    .toList();
        changed.addInitializer(weight(node.getOutput(0), dims, graph));
      } else {
        changed.addNode(node);
      }
    }
    try (OutputStream out = Files.newOutputStream(filled)) {
      model.toBuilder().setGraph(changed).build().writeTo(out);
    }
  }

  private static TensorProto weight(String name, List<Integer> dims, GraphProto graph) {
    int size = dims.stream().reduce(1, Math::multiplyExact);
    float[] values;
    if (dims.size() > 1) {
      double bound = Math.sqrt(6.0 / (size / dims.get(0)));
      values = SeededNumbers.between(-bound, bound, name, size);
    } else if (isOffset(name, graph)) {
      values = SeededNumbers.between(-0.1, 0.1, name, size);
    } else {
      values = SeededNumbers.between(0.5, 1.5, name, size);
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(dims.stream().map(Integer::longValue).toList())
        .setRawData(ByteString.copyFrom(bytes))
        .build();
  }

  /** Whether a vector is a bias, or the shift or mean of a batch normalization. */
  private static boolean isOffset(String name, GraphProto graph) {
    return graph.getNodeList().stream()
        .anyMatch(
            node ->
                switch (node.getOpType()) {
                  case "Conv", "Gemm" -> node.getInputList().indexOf(name) == 2;
                  case "BatchNormalization" ->
                      node.getInputList().indexOf(name) == 2
                          || node.getInputList().indexOf(name) == 3;
                  default -> false;
                });
  }
}
