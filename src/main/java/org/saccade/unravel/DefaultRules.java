package org.saccade.unravel;

import java.util.Optional;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;

/** One uniform set of rules: weight is conserved, and a point keeps its place on the picture. */
final class DefaultRules extends LayerRules {
  DefaultRules(Network network, Branches branches, Node node) {
    super(network, branches, node);
  }

  @Override
  public Rule convolution(Layer.Convolution layer) {
    return strongest(informed(Projection.of(layer, input(), output())));
  }

  @Override
  public Rule transposedConvolution(Layer.TransposedConvolution layer) {
    return strongest(informed(Projection.of(layer, input(), output())));
  }

  private Rule strongest(Projection projection) {
    if (Layout.of(input()).positions() == 1) {
      return new SpreadingRule(source(), projection, Optional.empty(), Optional.empty());
    }
    Alignment alignment = alignment(projection.footprint());
    return source() == 0
        ? new ArrivalRule(source(), alignment)
        : new StrongestChannelRule(source(), source(), projection, Optional.of(alignment));
  }

  private Alignment alignment(Footprint footprint) {
    return Alignment.proportional(footprint, input().spatial(), output().spatial());
  }

  @Override
  public Rule linear(Layer.Linear layer) {
    Projection projection = Projection.of(layer, input());
    int outputs = layer.weight().shape().dim(0);
    if (input().size() != projection.inputsPerGroup()) {
      return new LinearRule(source(), source(), projection, outputs, false);
    }
    return new SpreadingRule(source(), projection, Optional.of(outputs), flattened(source()));
  }

  @Override
  public Rule convolutionalClassifier(Layer.ConvolutionalClassifier layer) {
    return new SpreadingRule(
        source(),
        informed(Projection.of(layer, input())),
        Optional.empty(),
        Optional.of(Layout.of(input())));
  }

  @Override
  Rule pooled(Layer.PoolingKind kind, Footprint footprint) {
    boolean global =
        Layout.of(output()).positions() == 1
            && footprint.largest() == Layout.of(input()).positions();
    if (kind == Layer.PoolingKind.AVERAGE && global) {
      return new SpreadingRule(
          source(),
          Projection.averaging(input()),
          Optional.empty(),
          Optional.of(Layout.of(input())));
    }
    return new LargestCellRule(source(), source(), global ? footprint : footprint.withinShares());
  }
}
