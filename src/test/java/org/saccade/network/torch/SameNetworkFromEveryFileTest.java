package org.saccade.network.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.SharedData;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Shape;

/** Real networks that were exported to ONNX, torch.export and TorchScript from one model each. */
class SameNetworkFromEveryFileTest {
  private static final float TOLERANCE = 1e-4f;

  /** A node but for its name and weights. */
  private record Place(Class<?> layer, List<Integer> inputs, Shape shape) {}

  @ParameterizedTest
  @CsvSource({
    "squeezenet1_1, pt2",
    "squeezenet1_1, torchscript.pt",
    "mobilenet_v2, pt2",
    "mobilenet_v2, torchscript.pt",
    "resnet56_cifar10, pt2",
    "resnet56_cifar10, torchscript.pt",
  })
  void everyFileKindGivesTheSameLayersAndLogits(String name, String extension) {
    Network fromOnnx = read(name + ".onnx");
    Network fromTorch = read(name + "." + extension);

    assertThat(places(fromTorch)).isEqualTo(places(fromOnnx));
    float[] expected = logits(fromOnnx);
    float[] actual = logits(fromTorch);
    assertThat(actual).hasSameSizeAs(expected);
    for (int k = 0; k < expected.length; k++) {
      float scale = Math.max(1, Math.abs(expected[k]));
      assertThat(Math.abs(actual[k] - expected[k]) / scale).isLessThan(TOLERANCE);
    }
  }

  private static Network read(String file) {
    return ModelReader.read(SharedData.path("models/" + file), ImportOptions.defaults());
  }

  private static List<Place> places(Network network) {
    return network.nodes().stream()
        .map(node -> new Place(node.layer().getClass(), node.inputs(), node.shape()))
        .toList();
  }

  private static float[] logits(Network network) {
    Random random = new Random(1);
    float[] image = new float[network.input().shape().size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    int id = network.logits().id();
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations = engine.forward(image, 1, Set.of(id))) {
      FloatBuffer values = activations.host(id);
      float[] logits = new float[values.remaining()];
      values.get(logits);
      return logits;
    }
  }
}
