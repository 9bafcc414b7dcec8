package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class InspectCommandTest {
  private static final Path MODELS = Path.of("src/test/resources/org/saccade/job");

  @Test
  void aPageShowsShapesWeightsReceptiveFieldsAndTheWalk() {
    Run run = Run.of("inspect", MODELS.resolve("tiny.onnx").toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "input      [3, 32, 32]",
            "output     6 classes",
            // 3*8*9+8 + 8*12*9+12 + 192*6+6
            "weights    2,258",
            "Conv 2",
            "a point at its result goes",
            "the walk ends here",
            "supported: every layer");
    assertThat(run.out().lines().filter(line -> line.contains("convolution 3x3")))
        .allMatch(line -> line.contains("to the strongest channel"))
        .hasSize(2);
  }

  @Test
  void jsonHoldsTheSame() throws IOException {
    Run run = Run.of("inspect", MODELS.resolve("tiny.onnx").toString(), "--json");

    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("supported").asBoolean()).isTrue();
    assertThat(json.get("parameters").asLong()).isEqualTo(2258);
    assertThat(json.get("layers").get(0).get("kind").asText()).isEqualTo("input");
    // Two 3x3 convolutions of stride 2 and a 2x2 pooling: 1 + 2*1 + 2*2 + 1*4 cells.
    JsonNode pooling = layer(json, "max pooling");
    assertThat(pooling.get("receptive_field").get(0).get("size").asDouble()).isEqualTo(11);
    assertThat(pooling.get("receptive_field").get(0).get("jump").asDouble()).isEqualTo(8);
  }

  @Test
  void aModelThatCannotBeExplainedIsShownAndExitsWithTwo() {
    Run run = Run.of("inspect", MODELS.resolve("segmenter.onnx").toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out() + run.err()).contains("segmenter.onnx");
  }

  @Test
  void aMissingModelExitsWithTwoAndNoneAtAllWithOne() {
    assertThat(Run.of("inspect", "nowhere.onnx").exitCode()).isEqualTo(2);
    assertThat(Run.of("inspect").exitCode()).isEqualTo(1);
  }

  private static JsonNode layer(JsonNode json, String kind) {
    for (JsonNode layer : json.get("layers")) {
      if (layer.get("kind").asText().equals(kind)) {
        return layer;
      }
    }
    throw new AssertionError("no layer of kind " + kind);
  }
}
