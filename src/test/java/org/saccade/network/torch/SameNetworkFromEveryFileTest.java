package org.saccade.network.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.SharedData;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.unravel.Points;
import org.saccade.unravel.Profile;
import org.saccade.unravel.Target;
import org.saccade.unravel.Unraveller;

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
  void everyFileKindGivesTheSameLayersLogitsAndFixations(String name, String extension) {
    Network fromOnnx = read(name + ".onnx");
    Network fromTorch = read(name + "." + extension);

    assertThat(places(fromTorch)).isEqualTo(places(fromOnnx));
    Explained expected = explained(fromOnnx);
    Explained actual = explained(fromTorch);
    for (int k = 0; k < expected.logits().size(); k++) {
      float logit = expected.logits().get(k);
      assertThat(actual.logits().get(k))
          .isCloseTo(logit, within(TOLERANCE * Math.max(1, Math.abs(logit))));
    }
    assertThat(actual.logits()).hasSameSizeAs(expected.logits());
    assertThat(actual.fixations()).isNotEmpty().isEqualTo(expected.fixations());
  }

  private static Network read(String file) {
    return ModelReader.read(SharedData.path("models/" + file), ImportOptions.defaults());
  }

  private static List<Place> places(Network network) {
    return network.nodes().stream()
        .map(node -> new Place(node.layer().getClass(), node.inputs(), node.shape()))
        .toList();
  }

  /** The logits of an image, and the cells of the input that a walk from the largest reaches. */
  private record Explained(List<Float> logits, List<Integer> fixations) {}

  private static Explained explained(Network network) {
    Random random = new Random(1);
    float[] image = new float[network.input().shape().size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    Unraveller unraveller = Unraveller.of(network, Profile.DEFAULT);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations = engine.forward(image, 1, unraveller.requiredActivations())) {
      FloatBuffer values = activations.host(network.logits().id());
      List<Float> logits = new ArrayList<>();
      while (values.hasRemaining()) {
        logits.add(values.get());
      }
      int predicted = logits.indexOf(Collections.max(logits));
      Target target = new Target(0, predicted);
      Points points = unraveller.unravel(activations, List.of(target), false).get(0).points();
      return new Explained(
          logits, IntStream.range(0, points.size()).map(points::cell).boxed().toList());
    }
  }
}
