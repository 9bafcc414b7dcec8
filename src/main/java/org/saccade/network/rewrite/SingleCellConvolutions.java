package org.saccade.network.rewrite;

import java.util.OptionalInt;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Convolution;
import org.saccade.network.Layer.Linear;
import org.saccade.network.Layer.Reshape;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * 1x1 convolutions over a single cell on the way to the class scores, as after a global pooling,
 * become the linear layers that they are. Gates, which go back to space, stay as they are.
 */
final class SingleCellConvolutions implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (node.layer() instanceof Convolution convolution) {
      return linear(node, convolution, graph);
    }
    if (node.layer() instanceof Activation
        && graph.producer(node).layer() instanceof Reshape
        && graph.producer(graph.producer(node)).shape().rank() == 1
        && node.shape().rank() > 1) {
      int vector = graph.rewritten(graph.producer(node).input());
      int activated = graph.add(node.name(), node.layer(), vector);
      return OptionalInt.of(graph.add(node.name(), new Reshape(node.shape()), activated));
    }
    return OptionalInt.empty();
  }

  private static OptionalInt linear(Node node, Convolution convolution, Rewriting graph) {
    Shape input = graph.producer(node).shape();
    boolean singleCell = input.size() == input.channels() && node.shape().spatial().size() == 1;
    if (!singleCell
        || convolution.groups() != 1
        || convolution.window().padded()
        || !graph.staysVector(node)) {
      return OptionalInt.empty();
    }
    Shape matrix = Shape.of(convolution.outputChannels(), convolution.channelsPerGroup());
    int flat =
        graph.add(node.name(), new Reshape(Shape.of(input.size())), graph.rewritten(node.input()));
    int product =
        graph.add(
            node.name(),
            new Linear(Tensor.of(matrix, convolution.weight().values()), convolution.bias()),
            flat);
    return OptionalInt.of(graph.add(node.name(), new Reshape(node.shape()), product));
  }
}
