package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Convolution;
import org.saccade.network.Layer.ConvolutionalClassifier;
import org.saccade.network.Layer.GlobalPooling;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Layer.Reshape;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * A classifier written as 1x1 convolution, optional ReLU and global average pooling, which nothing
 * else reads, becomes one layer.
 */
final class ConvolutionalClassifierRecognition implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (!graph.isOutput(node) || !(node.layer() instanceof Reshape)) {
      return OptionalInt.empty();
    }
    Optional<GlobalPooling> pooling =
        graph
            .absorbable(node, GlobalPooling.class)
            .filter(pool -> pool.kind() == PoolingKind.AVERAGE);
    if (pooling.isEmpty()) {
      return OptionalInt.empty();
    }
    Node pooled = graph.producer(node);
    boolean relu =
        graph
            .absorbable(pooled, Activation.class)
            .filter(activation -> activation.function() == Activation.Function.RELU)
            .isPresent();
    Node read = relu ? graph.producer(pooled) : pooled;
    return graph
        .absorbable(read, Convolution.class)
        .filter(ConvolutionalClassifierRecognition::isPointwise)
        .map(
            convolution -> {
              Node producer = graph.producer(read);
              Shape matrix = Shape.of(convolution.outputChannels(), convolution.channelsPerGroup());
              return OptionalInt.of(
                  graph.add(
                      producer.name(),
                      new ConvolutionalClassifier(
                          Tensor.of(matrix, convolution.weight().values()),
                          convolution.bias(),
                          relu),
                      graph.rewritten(producer.input())));
            })
        .orElse(OptionalInt.empty());
  }

  private static boolean isPointwise(Convolution convolution) {
    return convolution.groups() == 1
        && !convolution.window().padded()
        && convolution.window().kernel().stream().allMatch(extent -> extent == 1)
        && convolution.window().stride().stream().allMatch(step -> step == 1);
  }
}
