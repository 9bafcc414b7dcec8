package org.saccade.demo.training;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/**
 * The architecture of the demo's network, once as DJL trains it and once as Saccade runs it: four
 * times convolution 3x3 and ReLU with max pooling in between, global average pooling, one linear
 * layer.
 */
final class SceneNetwork {
  private static final float EPSILON = 1e-5f;
  private static final List<Integer> CHANNELS = List.of(16, 32, 48, 64);

  private final List<Stage> stages = new ArrayList<>();
  private final Linear classifier;
  private final SequentialBlock block = new SequentialBlock();

  SceneNetwork(int classes) {
    ai.djl.ndarray.types.Shape two = new ai.djl.ndarray.types.Shape(2, 2);
    for (int channels : CHANNELS) {
      if (!stages.isEmpty()) {
        block.add(Pool.maxPool2dBlock(two, two));
      }
      Conv2d convolution =
          Conv2d.builder()
              .setFilters(channels)
              .setKernelShape(new ai.djl.ndarray.types.Shape(3, 3))
              .optPadding(new ai.djl.ndarray.types.Shape(1, 1))
              .build();
      BatchNorm normalization = BatchNorm.builder().optEpsilon(EPSILON).build();
      stages.add(new Stage(convolution, normalization));
      block.add(convolution).add(normalization).add(Activation.reluBlock());
    }
    classifier = Linear.builder().setUnits(classes).build();
    block.add(Pool.globalMaxPool2dBlock()).add(classifier);
  }

  /** A convolution and the batch normalization after it, which makes training short. */
  private record Stage(Conv2d convolution, BatchNorm normalization) {

    /** Both as one convolution, as they are at inference. */
    Layer.Convolution folded() {
      Tensor weight = tensor(convolution, "weight");
      float[] biases = tensor(convolution, "bias").values();
      float[] means = tensor(normalization, "runningMean").values();
      float[] variances = tensor(normalization, "runningVar").values();
      float[] scales = tensor(normalization, "gamma").values();
      float[] shifts = tensor(normalization, "beta").values();
      float[] weights = weight.values();
      int taps = weights.length / biases.length;
      for (int channel = 0; channel < biases.length; channel++) {
        double factor = scales[channel] / Math.sqrt(variances[channel] + EPSILON);
        for (int tap = channel * taps; tap < (channel + 1) * taps; tap++) {
          weights[tap] = (float) (weights[tap] * factor);
        }
        biases[channel] = (float) ((biases[channel] - means[channel]) * factor + shifts[channel]);
      }
      return new Layer.Convolution(
          weight, Tensor.of(Shape.of(biases.length), biases), Window.square(3, 1, 1), 1);
    }
  }

  /** For DJL to train; batches are {@code [N, 3, 64, 64]}, results {@code [N, classes]}. */
  Block block() {
    return block;
  }

  /** The network with the weights that the block has now. */
  Network network(String name) {
    Network.Builder network =
        Network.builder(name, Shape.of(SceneInput.CHANNELS, SceneInput.SIDE, SceneInput.SIDE));
    int last = network.input();
    for (int depth = 1; depth <= stages.size(); depth++) {
      if (depth > 1) {
        last =
            network.add(
                "pool" + (depth - 1),
                new Layer.Pooling(PoolingKind.MAX, Window.square(2, 2, 0), false, false),
                last);
      }
      last = network.add("conv" + depth, stages.get(depth - 1).folded(), last);
      last = network.add("relu" + depth, Layer.Activation.of(Layer.Activation.Function.RELU), last);
    }
    last = network.add("mean", new Layer.GlobalPooling(PoolingKind.MAX), last);
    last = network.add("flat", new Layer.Reshape(Shape.of(network.shape(last).size())), last);
    last =
        network.add(
            "classifier",
            new Layer.Linear(tensor(classifier, "weight"), tensor(classifier, "bias")),
            last);
    return network.build(last, false);
  }

  private static Tensor tensor(Block of, String parameter) {
    NDArray array = of.getParameters().get(parameter).getArray();
    int[] dims = Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
    return Tensor.of(Shape.of(dims), array.toFloatArray());
  }
}
