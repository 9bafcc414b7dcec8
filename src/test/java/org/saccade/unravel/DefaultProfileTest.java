package org.saccade.unravel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.SharedData;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.image.Crops;
import org.saccade.image.DecodeOptions;
import org.saccade.image.ImageDecoder;
import org.saccade.image.ImageException;
import org.saccade.image.ModelDescription;
import org.saccade.image.Preprocessor;
import org.saccade.network.ImportOptions;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.onnx.OnnxImporter;

/**
 * The default profile on real networks and images, against the same formulas in numpy ({@code
 * src/test/oracle/default_walk.py}).
 */
class DefaultProfileTest {
  private static final Offset<Double> PLACE = within(1e-3);
  private static final Offset<Double> WEIGHT = within(1e-6);

  @ParameterizedTest
  @CsvSource({"squeezenet1_1, squeezenet-bgr", "mobilenet_v2, torchvision-imagenet-squash"})
  void findsTheFixationsOfTheFormulasInNumPy(String name, String preprocessing)
      throws IOException, ImageException {
    Path model = SharedData.path("models/%s.onnx".formatted(name));
    Network network = new OnnxImporter().read(model, ImportOptions.defaults());
    Unraveller unraveller = Unraveller.of(network, Profile.DEFAULT);
    int compared = 0;
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      for (JsonNode expected : expectations()) {
        if (!expected.get("network").asText().equals(name)) {
          continue;
        }
        Path image = SharedData.path("imagenet-val/images/" + expected.get("image").asText());
        float[] input = prepared(image, preprocessing, network.input().shape());
        List<Target> targets = List.of(new Target(0, expected.get("label").asInt()));
        try (Activations activations = engine.forward(input, 1, unraveller.requiredActivations())) {
          Walk walk = unraveller.unravel(activations, targets, false).get(0);
          assertFixations(walk.points(), expected.get("fixations"));
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(3);
  }

  private static JsonNode expectations() throws IOException {
    try (InputStream json = DefaultProfileTest.class.getResourceAsStream("default_walk.json")) {
      return new ObjectMapper().readTree(json);
    }
  }

  private static float[] prepared(Path image, String preprocessing, Shape input)
      throws IOException, ImageException {
    Preprocessor preprocessor =
        ModelDescription.named(preprocessing)
            .preprocessing()
            .bind(
                input.channels(),
                OptionalInt.of(input.dim(1)),
                OptionalInt.of(input.dim(2)),
                Crops.CENTER);
    float[] batch = new float[input.size()];
    preprocessor.prepare(
        ImageDecoder.decode(Files.readAllBytes(image), DecodeOptions.DEFAULT), batch, 0);
    return batch;
  }

  private static void assertFixations(Points points, JsonNode expected) {
    assertThat(points.size()).isEqualTo(expected.size());
    for (int i = 0; i < points.size(); i++) {
      JsonNode fixation = expected.get(i);
      assertThat((double) points.coordinate(i, 1)).isCloseTo(fixation.get(0).asDouble(), PLACE);
      assertThat((double) points.coordinate(i, 0)).isCloseTo(fixation.get(1).asDouble(), PLACE);
      assertThat((double) points.weight(i)).isCloseTo(fixation.get(2).asDouble(), WEIGHT);
    }
  }
}
