package org.saccade.job.benchmark;

import java.util.Random;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/** Adds layers with seeded random weights to a network, each after the one before. */
final class RandomLayers {
  private final Random random = new Random(16);
  private final Network.Builder builder;
  private int last;

  RandomLayers(String name, Shape input) {
    builder = Network.builder(name, input);
    last = builder.input();
  }

  /** Node that the next layer reads. */
  int last() {
    return last;
  }

  /** Lets the next layer read another node than the last one. */
  void goBackTo(int node) {
    last = node;
  }

  /** A square convolution without bias, padded so that a stride of 1 keeps the size. */
  void convolution(String name, int outputs, int kernel, int stride) {
    Shape weights = Shape.of(outputs, builder.shape(last).channels(), kernel, kernel);
    add(
        name,
        new Layer.Convolution(
            weight(weights),
            Tensor.filled(outputs, 0),
            Window.square(kernel, stride, kernel / 2),
            1));
  }

  void relu(String name) {
    add("relu_" + name, Activation.of(Activation.Function.RELU));
  }

  void maxPooling(String name, int kernel, int stride, int padding) {
    add(
        name,
        new Layer.Pooling(PoolingKind.MAX, Window.square(kernel, stride, padding), false, false));
  }

  /** The sum of the last node and another one. */
  void addition(String name, int other) {
    last = builder.add(name, new Layer.Addition(), last, other);
  }

  void globalAverage(String name) {
    add(name, new Layer.GlobalPooling(PoolingKind.AVERAGE));
  }

  void flatten(String name) {
    add(name, new Layer.Reshape(Shape.of(builder.shape(last).size())));
  }

  void linear(String name, int outputs) {
    add(
        name,
        new Layer.Linear(
            weight(Shape.of(outputs, builder.shape(last).size())), Tensor.filled(outputs, 0)));
  }

  /** The network whose logits are the last node. */
  Network build() {
    return builder.build(last, false);
  }

  private void add(String name, Layer layer) {
    last = builder.add(name, layer, last);
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
