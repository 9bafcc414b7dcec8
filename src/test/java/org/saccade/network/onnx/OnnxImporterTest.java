package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.saccade.SharedData;
import org.saccade.network.ImportOptions;
import org.saccade.network.Layer;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Shape;

class OnnxImporterTest {

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
}
