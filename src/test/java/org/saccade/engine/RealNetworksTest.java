package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.SharedData;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;

/** What equal rows under any partitioning rest on, with the kernels that real shapes select. */
class RealNetworksTest {

  @ParameterizedTest
  @ValueSource(strings = {"squeezenet1_1", "mobilenet_v2", "resnet56_cifar10", "mnist_cnn"})
  void anImageGivesTheSameBitsAtAnyPlaceInABatch(String name) {
    Network network =
        ModelReader.read(SharedData.path("models/" + name + ".onnx"), ImportOptions.defaults());
    int n = 7;
    int size = network.input().shape().size();
    float[] image = noise(size, 0);
    float[][] rows = new float[n][];
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      for (int place = 0; place < n; place++) {
        float[] batch = noise(n * size, 1 + place);
        System.arraycopy(image, 0, batch, place * size, size);
        try (Activations activations = engine.forward(batch, n, Set.of())) {
          rows[place] = new float[network.classes()];
          activations
              .host(network.logits().id())
              .position(place * network.classes())
              .get(rows[place]);
        }
      }
    }
    assertThat(Arrays.asList(rows)).allSatisfy(row -> assertThat(row).isEqualTo(rows[0]));
  }

  private static float[] noise(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = 50 * (float) random.nextGaussian();
    }
    return values;
  }
}
