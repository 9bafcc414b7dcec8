package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.saccade.network.onnx.OnnxModels.integer;
import static org.saccade.network.onnx.OnnxModels.integers;
import static org.saccade.network.onnx.OnnxModels.model;
import static org.saccade.network.onnx.OnnxModels.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.SharedData;
import org.saccade.engine.ForwardPass;
import org.saccade.network.ImportOptions;
import org.saccade.network.Layer;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;

class OnnxImporterTest {
  @TempDir private Path folder;

  @Test
  void squeezeNetEndsInAConvolutionalClassifier() {
    Network network =
        ModelReader.read(SharedData.path("models/squeezenet1_1.onnx"), ImportOptions.defaults());

    assertThat(network.input().shape()).isEqualTo(Shape.of(3, 227, 227));
    assertThat(network.logits().layer()).isInstanceOf(Layer.ConvolutionalClassifier.class);
    assertThat(network.classes()).isEqualTo(1000);
    assertThat(network.endsInSoftmax()).isFalse();
  }

  @Test
  void mobileNetEndsInALinearLayerOnPooledChannels() {
    Network network =
        ModelReader.read(SharedData.path("models/mobilenet_v2.onnx"), ImportOptions.defaults());

    assertThat(network.logits().layer()).isInstanceOf(Layer.Linear.class);
    assertThat(network.classes()).isEqualTo(1000);
    assertThat(network.nodes().stream().filter(n -> n.layer() instanceof Layer.Addition))
        .hasSize(10);
  }

  @Test
  void entriesArePickedInAnyOrder() throws IOException {
    Path file =
        model()
            .input("x", 0, 4)
            .weight(integers("order", 2, 0, 1, 3, 3))
            .weight(integers("start", -1))
            .weight(integers("end", Long.MIN_VALUE))
            .weight(integers("axis", 1))
            .weight(integers("step", -2))
            .node("Gather", List.of("x", "order"), "picked", integer("axis", 1))
            .node("Slice", List.of("picked", "start", "end", "axis", "step"), "y")
            .output("y")
            .write(folder);

    Network network = ModelReader.read(file, ImportOptions.defaults());

    // Picked: 2 0 1 3 3 of each image; every second of these from the end: 3 1 2.
    assertThat(ForwardPass.of(network, new float[] {5, 6, 7, 8, 1, 2, 3, 4}, 2))
        .containsExactly(8, 6, 7, 4, 2, 3);
  }

  @Test
  void anOrderOfTooManyPiecesIsRefused() throws IOException {
    Path file =
        model()
            .input("x", 0, 100)
            .weight(integers("order", LongStream.range(0, 100).map(i -> 99 - i).toArray()))
            .node("Gather", List.of("x", "order"), "y", integer("axis", 1))
            .output("y")
            .write(folder);

    assertThatThrownBy(() -> ModelReader.read(file, ImportOptions.defaults()))
        .isInstanceOf(UnsupportedNetworkException.class)
        .hasMessageContaining("in an order that takes more than 64 slices");
  }

  /** As PyTorch exports {@code interpolate(x, size=12)}: 4 * 9 / 12 is 3, and not just below. */
  @Test
  void nearestResamplingToASizeFollowsTheRatioOfExtents() throws IOException {
    Path file =
        model()
            .input("x", 0, 1, 9)
            .weight("none", List.of(0L))
            .weight(integers("sizes", 1, 1, 12))
            .node(
                "Resize",
                List.of("x", "none", "none", "sizes"),
                "y",
                text("coordinate_transformation_mode", "asymmetric"),
                text("mode", "nearest"),
                text("nearest_mode", "floor"))
            .output("y")
            .write(folder);

    Network network = ModelReader.read(file, ImportOptions.defaults().anyNetwork());

    assertThat(ForwardPass.of(network, new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, 1))
        .containsExactly(0, 0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8);
  }

  /** What reads the result of an operator that is not supported may be fine itself. */
  @Test
  void onlyOperatorsThatAreMissingAreNamed() throws IOException {
    Path file =
        model()
            .input("x", 0, 2)
            .weight("w", List.of(2L, 2L), 1, 2, 3, 4)
            .node("ReduceL2", List.of("w"), "length")
            .node("Div", List.of("w", "length"), "direction")
            .node("CumSum", List.of("x", "x"), "c")
            .node("Shape", List.of("c"), "s")
            .node("ConstantOfShape", List.of("s"), "zeros")
            .node("Add", List.of("c", "zeros"), "sum")
            .node("MatMul", List.of("sum", "direction"), "y")
            .output("y")
            .write(folder);

    assertThatThrownBy(() -> ModelReader.read(file, ImportOptions.defaults()))
        .isInstanceOfSatisfying(
            UnsupportedNetworkException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(UnsupportedNetworkException.Problem::operator)
                    .containsExactly("ReduceL2", "CumSum"));
  }
}
