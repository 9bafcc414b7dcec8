package org.saccade.unravel;

import java.util.Optional;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;

/** The authors' rules. */
final class ReferenceRules extends LayerRules {
  ReferenceRules(Network network, Branches branches, Node node) {
    super(network, branches, node);
  }

  /** The authors read the values before a normalization across channels, not those it computes. */
  private int activation() {
    return beforeNormalization(source());
  }

  @Override
  public Rule convolution(Layer.Convolution layer) {
    Projection projection = informed(Projection.of(layer, input(), output()));
    boolean moves =
        branches().insideResidual(node().id())
            && layer.window().kernel().stream().allMatch(extent -> extent == 3);
    Optional<Alignment> alignment =
        moves
            ? Optional.empty()
            : Optional.of(
                Alignment.strideMultiple(layer.window(), input().spatial(), output().spatial()));
    return new StrongestChannelRule(source(), activation(), projection, alignment);
  }

  @Override
  public Rule transposedConvolution(Layer.TransposedConvolution layer) {
    Projection projection = informed(Projection.of(layer, input(), output()));
    Alignment alignment =
        Alignment.proportional(projection.footprint(), input().spatial(), output().spatial());
    return new StrongestChannelRule(source(), activation(), projection, Optional.of(alignment));
  }

  @Override
  public Rule linear(Layer.Linear layer) {
    Projection projection = Projection.of(layer, input());
    int outputs = layer.weight().shape().dim(0);
    boolean vector = input().size() == projection.inputsPerGroup() && flattened(source()).isEmpty();
    return new LinearRule(source(), activation(), projection, outputs, vector);
  }

  @Override
  public Rule convolutionalClassifier(Layer.ConvolutionalClassifier layer) {
    return new PooledClassifierRule(source(), activation(), Projection.of(layer, input()));
  }

  @Override
  Rule pooled(Layer.PoolingKind kind, Footprint footprint) {
    return new LargestCellRule(source(), activation(), footprint);
  }
}
