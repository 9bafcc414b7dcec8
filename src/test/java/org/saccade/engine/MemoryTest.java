package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.saccade.SharedData;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Node;

@Tag("soak")
@EnabledOnOs(OS.LINUX)
class MemoryTest {

  @Test
  void residentSizeAfter300BatchesIsThatAfter30() throws IOException {
    Path model = SharedData.path("models/squeezenet1_1.onnx");
    Network network = ModelReader.read(model, ImportOptions.defaults());
    Set<Integer> everything =
        network.nodes().stream().map(Node::id).collect(Collectors.toUnmodifiableSet());
    int n = 8;
    float[] batch = new float[n * network.input().shape().size()];
    Random random = new Random(1);
    long[] resident = new long[301];
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      for (int i = 1; i < resident.length; i++) {
        batch[random.nextInt(batch.length)] = random.nextFloat();
        // Keeping much and keeping nothing in turn is harder on the allocator than either alone.
        try (Activations activations =
            engine.forward(batch, n, i % 2 == 0 ? everything : Set.of())) {
          assertThat(activations.host(network.logits().id()).get(0)).isFinite();
          resident[i] = residentKilobytes();
        }
      }
    }
    // The median of ten batches, for a single reading also tells where the collector is.
    long early = median(Arrays.copyOfRange(resident, 26, 36));
    long late = median(Arrays.copyOfRange(resident, 291, 301));
    assertThat((double) late / early)
        .as("%d kB after 300, %d kB after 30", late, early)
        .isLessThan(1.05);
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static long residentKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
