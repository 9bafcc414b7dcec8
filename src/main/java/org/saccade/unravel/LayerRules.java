package org.saccade.unravel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.unravel.DominantOperandRule.Operand;

/** The rule of one node: here what both profiles share. */
abstract class LayerRules implements Layer.Visitor<Rule> {
  private final Network network;
  private final Branches branches;
  private final Node node;

  LayerRules(Network network, Branches branches, Node node) {
    this.network = network;
    this.branches = branches;
    this.node = node;
  }

  final Node node() {
    return node;
  }

  final Branches branches() {
    return branches;
  }

  /** Id of the single value the node reads. */
  final int source() {
    return node.input();
  }

  final Shape input() {
    return network.node(source()).shape();
  }

  final Shape output() {
    return node.shape();
  }

  /**
   * The map that was flattened to a vector: the shape before the nearest reshape back from a node,
   * if it has more than one position.
   */
  final Optional<Layout> flattened(int vector) {
    Node at = network.node(vector);
    while (keepsCells(at)) {
      at = network.node(at.input());
    }
    if (!(at.layer() instanceof Layer.Reshape)) {
      return Optional.empty();
    }
    while (keepsCells(at) || at.layer() instanceof Layer.Reshape) {
      at = network.node(at.input());
    }
    return Optional.of(Layout.of(at.shape())).filter(map -> map.positions() > 1);
  }

  /** Whether every value of a node comes from the one at the same place in its input. */
  private boolean keepsCells(Node node) {
    Layer layer = node.layer();
    return layer instanceof Layer.Activation
        || layer instanceof Layer.ParametricRelu
        || layer instanceof Layer.ChannelAffine
        || layer instanceof Layer.LayerNormalization
        || (layer instanceof Layer.ConstantElementwise
            && network.node(node.input()).shape().equals(node.shape()));
  }

  /** A projection of the node's input, told whether that can be negative. */
  final Projection informed(Projection projection) {
    return neverNegative(source()) ? projection.withoutNegativeInputs() : projection;
  }

  /** Whether all values of a node are known to be zero or more. */
  private boolean neverNegative(int id) {
    Node at = network.node(id);
    Layer layer = at.layer();
    if (layer instanceof Layer.Activation activation) {
      return switch (activation.function()) {
        case RELU, SIGMOID, HARD_SIGMOID, SOFTPLUS, EXP, SQRT, ABS -> true;
        case CLIP -> activation.alpha() >= 0;
        default -> false;
      };
    }
    boolean passesOn =
        layer instanceof Layer.Pooling
            || layer instanceof Layer.GlobalPooling
            || layer instanceof Layer.AdaptivePooling
            || layer instanceof Layer.LocalResponseNormalization
            || layer instanceof Layer.Addition
            || layer instanceof Layer.Concatenation
            || layer instanceof Layer.Slice
            || layer instanceof Layer.Reshape
            || layer instanceof Layer.Permutation
            || layer instanceof Layer.Upsampling;
    return passesOn && at.inputs().stream().allMatch(this::neverNegative);
  }

  /** The node whose values are before any local response normalization. */
  final int beforeNormalization(int id) {
    Node at = network.node(id);
    while (at.layer() instanceof Layer.LocalResponseNormalization) {
      at = network.node(at.input());
    }
    return at.id();
  }

  private Rule identity() {
    return new IdentityRule(source());
  }

  private Rule moved(IndexMap map) {
    return new IndexMapRule(source(), map);
  }

  private Rule dominant(List<Integer> operands, ToIntFunction<Integer> sign) {
    List<Operand> ranked = new ArrayList<>();
    for (int operand : operands) {
      int id = node.inputs().get(operand);
      IndexMap map = IndexMap.broadcast(network.node(id).shape(), output());
      ranked.add(new Operand(id, map, sign.applyAsInt(operand)));
    }
    return new DominantOperandRule(ranked);
  }

  @Override
  public final Rule input(Layer.Input layer) {
    return new NoRule("the input is where a walk ends");
  }

  @Override
  public final Rule channelAffine(Layer.ChannelAffine layer) {
    return identity();
  }

  @Override
  public final Rule activation(Layer.Activation layer) {
    return identity();
  }

  @Override
  public final Rule parametricRelu(Layer.ParametricRelu layer) {
    return identity();
  }

  @Override
  public final Rule localResponseNormalization(Layer.LocalResponseNormalization layer) {
    return identity();
  }

  @Override
  public final Rule groupNormalization(Layer.GroupNormalization layer) {
    return identity();
  }

  @Override
  public final Rule layerNormalization(Layer.LayerNormalization layer) {
    return identity();
  }

  @Override
  public final Rule softmax(Layer.Softmax layer) {
    return new NoRule(
        "a softmax inside the network mixes all of an axis and has no back-tracking rule;"
            + " only a final one, after the class scores, is supported");
  }

  @Override
  public final Rule addition(Layer.Addition layer) {
    return dominant(branches.skipFirst(node.id()), operand -> 1);
  }

  @Override
  public final Rule elementwise(Layer.Elementwise layer) {
    List<Integer> both = List.of(0, 1);
    return switch (layer.operator()) {
      case ADD -> dominant(branches.skipFirst(node.id()), operand -> 1);
      case SUBTRACT -> dominant(both, operand -> operand == 0 ? 1 : -1);
      case MAXIMUM -> dominant(both, operand -> 1);
      case MINIMUM -> dominant(both, operand -> -1);
      case MULTIPLY -> operand(gated());
      case DIVIDE, POWER -> operand(0);
    };
  }

  private Rule operand(int operand) {
    int id = node.inputs().get(operand);
    return new IndexMapRule(id, IndexMap.broadcast(network.node(id).shape(), output()));
  }

  /** The operand of a product that carries the picture: the other one is a gate, hence a weight. */
  private int gated() {
    Shape first = network.node(node.inputs().get(0)).shape();
    Shape second = network.node(node.inputs().get(1)).shape();
    if (first.size() != second.size()) {
      return first.size() > second.size() ? 0 : 1;
    }
    return gateLikeness(node.inputs().get(0)) > gateLikeness(node.inputs().get(1)) ? 1 : 0;
  }

  /** How much a value looks like the gate of a product: bounded by 1 more than merely clipped. */
  private int gateLikeness(int id) {
    Layer layer = network.node(id).layer();
    if (layer instanceof Layer.Softmax) {
      return 2;
    }
    if (layer instanceof Layer.Reshape || layer instanceof Layer.ConstantElementwise) {
      return gateLikeness(network.node(id).input());
    }
    if (layer instanceof Layer.Activation activation) {
      return switch (activation.function()) {
        case SIGMOID, HARD_SIGMOID -> 2;
        case CLIP -> 1;
        default -> 0;
      };
    }
    return 0;
  }

  @Override
  public final Rule constantElementwise(Layer.ConstantElementwise layer) {
    return input().equals(output()) ? identity() : operand(0);
  }

  @Override
  public final Rule concatenation(Layer.Concatenation layer) {
    List<Shape> shapes = node.inputs().stream().map(id -> network.node(id).shape()).toList();
    return ConcatenationRule.of(layer.axis(), node.inputs(), shapes);
  }

  @Override
  public final Rule slice(Layer.Slice layer) {
    return moved(IndexMap.of(layer, input(), output()));
  }

  @Override
  public final Rule padding(Layer.Padding layer) {
    return moved(IndexMap.of(layer, input(), output()));
  }

  @Override
  public final Rule reshape(Layer.Reshape layer) {
    return identity();
  }

  @Override
  public final Rule permutation(Layer.Permutation layer) {
    return moved(IndexMap.of(layer, input(), output()));
  }

  @Override
  public final Rule upsampling(Layer.Upsampling layer) {
    Footprint footprint = Footprint.upsampling(layer, input().spatial());
    return new AlignedRule(
        source(), Alignment.proportional(footprint, input().spatial(), output().spatial()));
  }

  @Override
  public final Rule embedding(Layer.Embedding layer) {
    return moved(IndexMap.embedding(input(), output()));
  }

  @Override
  public final Rule globalPooling(Layer.GlobalPooling layer) {
    return pooled(layer.kind(), Footprint.whole(input().spatial()));
  }

  @Override
  public final Rule adaptivePooling(Layer.AdaptivePooling layer) {
    return pooled(layer.kind(), Footprint.adaptive(input().spatial(), output().spatial()));
  }

  @Override
  public final Rule pooling(Layer.Pooling layer) {
    return pooled(
        layer.kind(), Footprint.sliding(layer.window(), input().spatial(), output().spatial()));
  }

  @Override
  public final Rule reduction(Layer.Reduction layer) {
    List<Integer> spatial = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < input().rank(); axis++) {
      kept.add(layer.axes().contains(axis) ? 1 : input().dim(axis));
      if (axis > 0) {
        spatial.add(axis);
      }
    }
    if (layer.axes().equals(spatial)) {
      Layer.PoolingKind kind =
          layer.kind() == Layer.Reduction.Kind.MAXIMUM
              ? Layer.PoolingKind.MAX
              : Layer.PoolingKind.AVERAGE;
      return pooled(kind, Footprint.whole(input().spatial()));
    }
    return new ReductionRule(source(), Footprint.adaptive(input(), new Shape(kept)));
  }

  /** The rule of any pooling over spatial axes. */
  abstract Rule pooled(Layer.PoolingKind kind, Footprint footprint);
}
