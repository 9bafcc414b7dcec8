package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.engine.ForwardPass;
import org.saccade.network.ImportOptions;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

class OnnxWriterTest {
  private static final Random RANDOM = new Random(5);

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBackWithTheSameWeightsAndScores() {
    Network.Builder builder = Network.builder("branches", Shape.of(3, 12, 10));
    int stem = convolution(builder, "stem", builder.input(), 8, Window.square(3, 1, 1));
    int strided =
        convolution(
            builder,
            "strided",
            stem,
            8,
            new Window(List.of(3, 2), List.of(2, 2), List.of(1, 2), List.of(1, 0), List.of(0, 2)));
    int pooled =
        builder.add(
            "pooled",
            new Layer.Pooling(PoolingKind.AVERAGE, Window.square(3, 2, 1), false, true),
            stem);
    int sum = builder.add("sum", new Layer.Addition(), strided, pooled);
    int joined = builder.add("joined", new Layer.Concatenation(0), sum, pooled);
    int shrunk =
        builder.add(
            "shrunk",
            new Layer.Pooling(PoolingKind.MAX, Window.square(2, 2, 0), true, false),
            joined);
    int flat =
        builder.add("flat", new Layer.Reshape(Shape.of(builder.shape(shrunk).size())), shrunk);
    int scores =
        builder.add(
            "scores",
            new Layer.Linear(random(Shape.of(4, builder.shape(flat).size())), random(Shape.of(4))),
            flat);
    Network network = builder.build(scores, false);

    Path file = folder.resolve("branches.onnx");
    OnnxWriter.write(network, file);
    Network read = ModelReader.read(file, ImportOptions.defaults());

    assertThat(read.input().shape()).isEqualTo(network.input().shape());
    float[] batch = random(Shape.of(2, 3, 12, 10)).values();
    float[] expected = ForwardPass.of(network, batch, 2);
    float[] found = ForwardPass.of(read, batch, 2);
    assertThat(found).hasSize(8);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void aLayerThatCannotBeWrittenIsNamed() {
    Network.Builder builder = Network.builder("gate", Shape.of(4));
    int gate = builder.add("gate", Activation.of(Activation.Function.SIGMOID), builder.input());

    assertThatThrownBy(
            () -> OnnxWriter.write(builder.build(gate, false), folder.resolve("gate.onnx")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gate");
    assertThat(folder).isEmptyDirectory();
  }

  private static int convolution(
      Network.Builder builder, String name, int input, int channels, Window window) {
    Shape weight =
        new Shape(window.kernel()).prepend(builder.shape(input).channels()).prepend(channels);
    int result =
        builder.add(
            name,
            new Layer.Convolution(random(weight), random(Shape.of(channels)), window, 1),
            input);
    return builder.add(name + "/relu", Activation.of(Activation.Function.RELU), result);
  }

  private static Tensor random(Shape shape) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = RANDOM.nextFloat() - 0.5f;
    }
    return Tensor.of(shape, values);
  }
}
