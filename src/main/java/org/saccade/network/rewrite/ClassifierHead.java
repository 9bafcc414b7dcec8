package org.saccade.network.rewrite;

import java.util.stream.IntStream;
import org.saccade.UserException;
import org.saccade.network.Layer.Reshape;
import org.saccade.network.Layer.Softmax;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;

/** The end of a classifier: its final softmax is split off, so that the logits are the result. */
final class ClassifierHead {
  private ClassifierHead() {}

  /**
   * The network up to its logits, as a vector {@code [classes]}.
   *
   * @throws UserException if the network does not end in one score per class
   */
  static Network split(Network network) {
    Node output = network.logits();
    if (!isVector(output.shape())) {
      throw new UserException(
          ("%s is no classifier: its output %s has shape %s for each image where a vector of at"
                  + " least two class scores is expected; choose a network, or one of its outputs,"
                  + " that ends in class scores")
              .formatted(network.name(), output.name(), output.shape()));
    }
    Node beforeReshapes = output;
    while (beforeReshapes.layer() instanceof Reshape) {
      beforeReshapes = network.node(beforeReshapes.input());
    }
    boolean endsInSoftmax =
        beforeReshapes.layer() instanceof Softmax softmax
            && beforeReshapes.shape().dim(softmax.axis()) == output.shape().size();
    Node logits = endsInSoftmax ? network.node(beforeReshapes.input()) : output;
    return vector(network, logits, endsInSoftmax);
  }

  private static Network vector(Network network, Node logits, boolean endsInSoftmax) {
    Network.Builder builder = Network.builder(network.name(), network.input().shape());
    for (Node node : network.nodes().subList(1, logits.id() + 1)) {
      builder.add(
          node.name(), node.layer(), node.inputs().stream().mapToInt(Integer::intValue).toArray());
    }
    if (logits.shape().rank() == 1) {
      return builder.build(logits.id(), endsInSoftmax);
    }
    Reshape flat = new Reshape(Shape.of(logits.shape().size()));
    return builder.build(builder.add("logits", flat, logits.id()), endsInSoftmax);
  }

  /** Whether exactly one axis has more than one entry. */
  private static boolean isVector(Shape shape) {
    return IntStream.of(shape.toArray()).filter(dim -> dim != 1).count() == 1 && shape.size() > 1;
  }
}
