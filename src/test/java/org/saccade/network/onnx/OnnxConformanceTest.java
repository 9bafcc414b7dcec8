package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.SharedData;
import org.saccade.engine.ForwardPass;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.UnsupportedNetworkException;

/**
 * The backend tests of the ONNX project: single operators with their inputs and outputs, and whole
 * architectures with constant weights, whose outputs hold for any input.
 */
class OnnxConformanceTest {
  private static final double RELATIVE = 1e-3;
  private static final double ABSOLUTE = 1e-5;

  /** A loss against the labels of the batch: its constant differs from image to image. */
  private static final String LEFT_OUT = "test_PoissonNLLLLoss_no_reduce";

  static Stream<String> operators() throws IOException {
    try (Stream<Path> folders = Files.list(SharedData.path("onnx-node"))) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(test -> !test.equals(LEFT_OUT))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("operators")
  void anOperatorGivesTheResultsOfItsTest(String test) throws IOException {
    Path folder = SharedData.path("onnx-node").resolve(test);
    Constant input = tensor(folder.resolve("test_data_set_0/input_0.pb"));
    Constant expected = tensor(folder.resolve("test_data_set_0/output_0.pb"));

    Network network =
        ModelReader.read(folder.resolve("model.onnx"), ImportOptions.defaults().anyNetwork());
    int batch = input.shape().dim(0);
    float[] result = ForwardPass.of(network, input.floats(), batch);

    assertThat(network.logits().shape().prepend(batch)).isEqualTo(expected.shape());
    assertClose(result, expected.floats());
  }

  @Test
  void everyOperatorTestRunsButTheLoss() throws IOException {
    Path loss = SharedData.path("onnx-node").resolve(LEFT_OUT).resolve("model.onnx");

    assertThat(operators()).hasSize(81);
    assertThatThrownBy(() -> ModelReader.read(loss, ImportOptions.defaults().anyNetwork()))
        .isInstanceOf(UnsupportedNetworkException.class)
        .hasMessageContaining("Mul (node 3): a constant of shape [10, 10] differs from image");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bvlc_alexnet",
        "densenet121",
        "inception_v1",
        "inception_v2",
        "resnet50",
        "shufflenet",
        "squeezenet",
        "vgg19",
        "zfnet512"
      })
  void anArchitectureGivesTheResultsOfItsTest(String name) throws IOException {
    Path model = SharedData.path("onnx-light/light_%s.onnx".formatted(name));
    Constant expected = tensor(SharedData.path("onnx-light/light_%s_output_0.pb".formatted(name)));

    Network network = ModelReader.read(model, ImportOptions.defaults().anyNetwork());
    Random random = new Random(11);
    float[] image = new float[network.input().shape().size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = random.nextFloat();
    }

    assertThat(network.logits().shape().prepend(1)).isEqualTo(expected.shape());
    assertClose(ForwardPass.of(network, image, 1), expected.floats());
  }

  private static void assertClose(float[] result, float[] expected) {
    assertThat(result).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(result[i])
          .as("element %d", i)
          .isCloseTo(expected[i], within((float) (ABSOLUTE + RELATIVE * Math.abs(expected[i]))));
    }
  }

  private static Constant tensor(Path file) throws IOException {
    return new OnnxTensor(file).decode(TensorProto.parseFrom(Files.readAllBytes(file)));
  }
}
