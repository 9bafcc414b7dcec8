package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.engine.ForwardPass;
import org.saccade.network.ImportOptions;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;

/**
 * One network of many parts, exported by PyTorch at many operator sets, gives PyTorch's
 * probabilities from all of them, and the same layers. Made by src/test/oracle/onnx_exports.py.
 */
class ExportedByPyTorchTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {11, 12, 13, 14, 16, 17, 18, 20})
  void theNetworkIsTheSameFromEveryOperatorSet(int opset) throws IOException {
    Map<String, byte[]> entries = entries();
    Path file = Files.write(folder.resolve("model.onnx"), entries.get("%d.onnx".formatted(opset)));
    JsonNode expected = new ObjectMapper().readTree(entries.get("expected.json"));
    float[] images = new float[expected.get("images").size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) expected.get("images").get(i).asDouble();
    }

    Network network = ModelReader.read(file, ImportOptions.defaults());
    float[] logits = ForwardPass.of(network, images, 2);

    assertThat(network.endsInSoftmax()).isTrue();
    for (int image = 0; image < 2; image++) {
      JsonNode probabilities = expected.get("probabilities").get(image);
      // Differences of logits are differences of the logarithms of probabilities.
      for (int k = 1; k < network.classes(); k++) {
        double ratio = Math.log(probabilities.get(k).asDouble() / probabilities.get(0).asDouble());
        float[] own = {logits[image * network.classes()], logits[image * network.classes() + k]};
        assertThat((double) own[1] - own[0]).isCloseTo(ratio, within(1e-3));
      }
    }
    assertThat(network.nodes())
        .extracting(node -> (Object) node.layer().getClass())
        .contains(
            Layer.GroupNormalization.class,
            Layer.LayerNormalization.class,
            Layer.ParametricRelu.class,
            Layer.Upsampling.class,
            Layer.GlobalPooling.class);
    assertThat(network.nodes())
        .map(node -> node.layer())
        .filteredOn(Activation.class::isInstance)
        .extracting(layer -> ((Activation) layer).function())
        .containsExactlyInAnyOrderElementsOf(
            List.of(
                Function.SILU,
                Function.GELU,
                Function.RELU,
                Function.HARD_SIGMOID,
                Function.HARD_SWISH,
                Function.MISH,
                Function.CLIP,
                Function.LEAKY_RELU));
    assertThat(network.nodes())
        .as("nothing spelled out is left")
        .noneMatch(node -> node.layer() instanceof Layer.ConstantElementwise);
  }

  private static Map<String, byte[]> entries() throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(ExportedByPyTorchTest.class.getResourceAsStream("exports.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    return entries;
  }
}
