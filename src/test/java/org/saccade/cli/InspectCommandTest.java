package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  private static final Path MODELS = Path.of("src/test/resources/org/saccade/job");

  @TempDir Path folder;

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
        .satisfiesExactly(
            first -> assertThat(first).contains("to the picture, under the middle of its cell"),
            second -> assertThat(second).contains("to the strongest channel"));
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

  @Test
  void theDescriptionSaysWhichOfSeveralOutputsIsRead() throws IOException {
    Path model = folder.resolve("detector.pt2");
    try (InputStream in =
        new GZIPInputStream(
            getClass().getResourceAsStream("/org/saccade/network/torch/two-heads.pt2.gz"))) {
      Files.copy(in, model);
    }
    String description =
        """
        resize = squash
        resampling = bilinear
        input-size = model
        channels = rgb
        scale = 1
        mean = 0, 0, 0
        std = 1, 1, 1
        softmax = true
        output = %s
        """;

    Run undecided = Run.of("inspect", model.toString());
    Path boxes = Files.writeString(folder.resolve("boxes"), description.formatted("linear_1"));
    Run named = Run.of("inspect", model.toString(), "--preprocess", boxes.toString());
    Files.writeString(folder.resolve("detector.properties"), description.formatted("linear"));
    Run beside = Run.of("inspect", model.toString());

    assertThat(undecided.exitCode()).isEqualTo(2);
    assertThat(undecided.err()).contains("has 2 outputs [linear, linear_1]", "output = NAME");
    assertThat(named.out()).contains("4 classes");
    assertThat(beside.out()).contains("5 classes");
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
