package org.saccade.network.rewrite;

import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Layer.ChannelAffine;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Two scales and shifts per channel in a row become one. */
final class AffineMerging implements Rewrite {

  @Override
  public OptionalInt apply(Node node, Rewriting graph) {
    if (!(node.layer() instanceof ChannelAffine second)) {
      return OptionalInt.empty();
    }
    Optional<ChannelAffine> first = graph.absorbable(node, ChannelAffine.class);
    if (first.isEmpty()) {
      return OptionalInt.empty();
    }
    Node producer = graph.producer(node);
    return OptionalInt.of(
        graph.add(producer.name(), merge(first.get(), second), graph.rewritten(producer.input())));
  }

  private static ChannelAffine merge(ChannelAffine first, ChannelAffine second) {
    int channels = first.scale().shape().size();
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      float factor = second.scale().values()[c];
      scale[c] = factor * first.scale().values()[c];
      shift[c] = factor * first.shift().values()[c] + second.shift().values()[c];
    }
    return new ChannelAffine(
        Tensor.of(Shape.of(channels), scale), Tensor.of(Shape.of(channels), shift));
  }
}
