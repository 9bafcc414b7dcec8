package org.saccade.job;

import java.util.List;
import java.util.Random;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/**
 * A network of VGG-16's size (configuration D of Simonyan and Zisserman, arXiv 1409.1556) with
 * seeded random weights: for the benchmark, which needs its shapes and not its knowledge.
 */
final class Vgg16 {
  private static final List<List<Integer>> BLOCKS =
      List.of(
          List.of(64, 64),
          List.of(128, 128),
          List.of(256, 256, 256),
          List.of(512, 512, 512),
          List.of(512, 512, 512));
  private static final List<Integer> CLASSIFIER = List.of(4096, 4096, 1000);

  private final Random random = new Random(16);
  private final Network.Builder builder =
      Network.builder("VGG-16 with random weights", Shape.of(3, 224, 224));

  private Vgg16() {}

  static Network network() {
    return new Vgg16().build();
  }

  private Network build() {
    int last = builder.input();
    for (int block = 0; block < BLOCKS.size(); block++) {
      for (int i = 0; i < BLOCKS.get(block).size(); i++) {
        String name = "conv%d_%d".formatted(block + 1, i + 1);
        int in = builder.shape(last).channels();
        int out = BLOCKS.get(block).get(i);
        last =
            builder.add(
                name,
                new Layer.Convolution(
                    weight(Shape.of(out, in, 3, 3)),
                    Tensor.filled(out, 0),
                    Window.square(3, 1, 1),
                    1),
                last);
        last = relu(name, last);
      }
      last =
          builder.add(
              "pool" + (block + 1),
              new Layer.Pooling(PoolingKind.MAX, Window.square(2, 2, 0), false, false),
              last);
    }
    last = builder.add("flatten", new Layer.Reshape(Shape.of(builder.shape(last).size())), last);
    for (int i = 0; i < CLASSIFIER.size(); i++) {
      String name = "fc" + (i + 6);
      int in = builder.shape(last).size();
      int out = CLASSIFIER.get(i);
      last =
          builder.add(
              name, new Layer.Linear(weight(Shape.of(out, in)), Tensor.filled(out, 0)), last);
      if (i < CLASSIFIER.size() - 1) {
        last = relu(name, last);
      }
    }
    return builder.build(last, false);
  }

  private int relu(String name, int input) {
    return builder.add("relu_" + name, Activation.of(Activation.Function.RELU), input);
  }

  /** He's initialization, so that activations neither vanish nor explode. */
  private Tensor weight(Shape shape) {
    float[] values = new float[shape.size()];
    double deviation = Math.sqrt(2.0 * shape.channels() / values.length);
    for (int i = 0; i < values.length; i++) {
      // The sum of four uniform numbers is near enough to normal and four times as fast.
      float sum = 0;
      for (int draw = 0; draw < 4; draw++) {
        sum += random.nextFloat() - 0.5f;
      }
      values[i] = (float) (sum * Math.sqrt(3) * deviation);
    }
    return Tensor.of(shape, values);
  }
}
