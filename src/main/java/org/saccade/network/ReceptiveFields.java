package org.saccade.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Where in the network's input the cells of every activation look, for networks of any number of
 * spatial axes.
 *
 * <p>The arithmetic is that of Araujo, Norris and Sim, <i>Computing Receptive Fields of
 * Convolutional Neural Networks</i>, Distill 2019, extended to axes that are moved about: an axis
 * is followed through permutations, and through reshapes that leave it as it is. It is lost where
 * space is flattened into channels. At a join the operand that sees most decides; operands that are
 * broadcast along an axis, as gates are, have no say in it.
 */
public final class ReceptiveFields {
  private final List<List<Optional<ReceptiveField>>> byNode;

  private ReceptiveFields(List<List<Optional<ReceptiveField>>> byNode) {
    this.byNode = byNode;
  }

  public static ReceptiveFields of(Network network) {
    List<List<Optional<ReceptiveField>>> byNode = new ArrayList<>();
    for (Node node : network.nodes()) {
      byNode.add(List.copyOf(node.layer().accept(new Propagation(network, node, byNode))));
    }
    return new ReceptiveFields(byNode);
  }

  /** Number of nodes, as many as the network has. */
  public int size() {
    return byNode.size();
  }

  /**
   * What the cells along an axis of a node's result see; empty for channel axes and axes that mix
   * space with something else.
   *
   * @param axis counted without the batch axis; 1 is the first spatial axis of {@code [C, H, W]}
   */
  public Optional<ReceptiveField> along(int node, int axis) {
    return byNode.get(node).get(axis);
  }

  /**
   * What the cells of {@code [C, spatial...]} see, an entry per spatial axis; empty if any of them
   * is lost or there is none.
   */
  public Optional<List<ReceptiveField>> spatial(int node) {
    List<Optional<ReceptiveField>> axes = byNode.get(node);
    if (axes.size() < 2) {
      return Optional.empty();
    }
    List<ReceptiveField> fields = axes.stream().skip(1).flatMap(Optional::stream).toList();
    return fields.size() == axes.size() - 1 ? Optional.of(fields) : Optional.empty();
  }

  /** The fields of one node's result, an entry per axis, from those of its inputs. */
  private static final class Propagation implements Layer.Visitor<List<Optional<ReceptiveField>>> {
    private final Network network;
    private final Node node;
    private final List<List<Optional<ReceptiveField>>> known;

    Propagation(Network network, Node node, List<List<Optional<ReceptiveField>>> known) {
      this.network = network;
      this.node = node;
      this.known = known;
    }

    private Shape shapeOf(int id) {
      return network.node(id).shape();
    }

    private List<Optional<ReceptiveField>> read() {
      return known.get(node.input());
    }

    private Shape inputShape() {
      return shapeOf(node.input());
    }

    private List<Optional<ReceptiveField>> lost() {
      return Collections.nCopies(node.shape().rank(), Optional.empty());
    }

    private interface AxisChange {
      ReceptiveField apply(ReceptiveField field, int axis);
    }

    /** The input's fields, each spatial one changed. */
    private List<Optional<ReceptiveField>> changed(AxisChange change) {
      List<Optional<ReceptiveField>> fields = new ArrayList<>(read());
      for (int axis = 0; axis < fields.size(); axis++) {
        int own = axis;
        fields.set(axis, fields.get(axis).map(field -> change.apply(field, own)));
      }
      return fields;
    }

    private List<Optional<ReceptiveField>> windowed(Window window) {
      List<Optional<ReceptiveField>> fields =
          changed(
              (field, axis) ->
                  axis == 0
                      ? field
                      : field.through(
                          window.reach(axis - 1),
                          window.stride().get(axis - 1),
                          window.padBefore().get(axis - 1)));
      fields.set(0, Optional.empty());
      return fields;
    }

    @Override
    public List<Optional<ReceptiveField>> input(Layer.Input layer) {
      List<Optional<ReceptiveField>> fields = new ArrayList<>();
      // A vector of tokens has positions and no channels.
      boolean channels = layer.shape().rank() > 1;
      for (int axis = 0; axis < layer.shape().rank(); axis++) {
        fields.add(
            channels && axis == 0
                ? Optional.empty()
                : Optional.of(new ReceptiveField(axis, 1, 1, 0)));
      }
      return fields;
    }

    @Override
    public List<Optional<ReceptiveField>> convolution(Layer.Convolution layer) {
      return windowed(layer.window());
    }

    @Override
    public List<Optional<ReceptiveField>> transposedConvolution(Layer.TransposedConvolution layer) {
      Window window = layer.window();
      List<Optional<ReceptiveField>> fields =
          changed(
              (field, axis) -> {
                if (axis == 0) {
                  return field;
                }
                double stride = window.stride().get(axis - 1);
                double reach = window.reach(axis - 1);
                double first = (window.padBefore().get(axis - 1) - (reach - 1) / 2) / stride;
                double taps = Math.ceil(reach / stride);
                return field.widened((taps - 1) * field.jump()).resampled(first, 1 / stride);
              });
      fields.set(0, Optional.empty());
      return fields;
    }

    @Override
    public List<Optional<ReceptiveField>> linear(Layer.Linear layer) {
      List<Optional<ReceptiveField>> fields = new ArrayList<>(read());
      fields.set(fields.size() - 1, Optional.empty());
      return fields;
    }

    @Override
    public List<Optional<ReceptiveField>> convolutionalClassifier(
        Layer.ConvolutionalClassifier layer) {
      return lost();
    }

    @Override
    public List<Optional<ReceptiveField>> pooling(Layer.Pooling layer) {
      return windowed(layer.window());
    }

    @Override
    public List<Optional<ReceptiveField>> globalPooling(Layer.GlobalPooling layer) {
      return changed(
          (field, axis) -> axis == 0 ? field : field.through(inputShape().dim(axis), 1, 0));
    }

    @Override
    public List<Optional<ReceptiveField>> adaptivePooling(Layer.AdaptivePooling layer) {
      return changed(
          (field, axis) -> {
            if (axis == 0) {
              return field;
            }
            double in = inputShape().dim(axis);
            double out = node.shape().dim(axis);
            double window = Math.ceil(in / out);
            return field
                .widened((window - 1) * field.jump())
                .resampled((in / out - 1) / 2, in / out);
          });
    }

    @Override
    public List<Optional<ReceptiveField>> channelAffine(Layer.ChannelAffine layer) {
      return read();
    }

    @Override
    public List<Optional<ReceptiveField>> activation(Layer.Activation layer) {
      return read();
    }

    @Override
    public List<Optional<ReceptiveField>> parametricRelu(Layer.ParametricRelu layer) {
      return read();
    }

    @Override
    public List<Optional<ReceptiveField>> localResponseNormalization(
        Layer.LocalResponseNormalization layer) {
      return read();
    }

    @Override
    public List<Optional<ReceptiveField>> groupNormalization(Layer.GroupNormalization layer) {
      return read();
    }

    @Override
    public List<Optional<ReceptiveField>> layerNormalization(Layer.LayerNormalization layer) {
      return read();
    }

    @Override
    public List<Optional<ReceptiveField>> softmax(Layer.Softmax layer) {
      return read();
    }

    @Override
    public List<Optional<ReceptiveField>> addition(Layer.Addition layer) {
      return joined();
    }

    @Override
    public List<Optional<ReceptiveField>> elementwise(Layer.Elementwise layer) {
      return joined();
    }

    @Override
    public List<Optional<ReceptiveField>> constantElementwise(Layer.ConstantElementwise layer) {
      return joined();
    }

    @Override
    public List<Optional<ReceptiveField>> concatenation(Layer.Concatenation layer) {
      List<Optional<ReceptiveField>> fields = new ArrayList<>(joined());
      fields.set(layer.axis(), Optional.empty());
      return fields;
    }

    /** Axis by axis, the field of the operand that sees most among those that are not broadcast. */
    private List<Optional<ReceptiveField>> joined() {
      List<Optional<ReceptiveField>> fields = new ArrayList<>(lost());
      for (int input : node.inputs()) {
        Shape shape = shapeOf(input);
        int lead = node.shape().rank() - shape.rank();
        for (int axis = 0; axis < shape.rank(); axis++) {
          Optional<ReceptiveField> own = known.get(input).get(axis);
          boolean broadcast = shape.dim(axis) < node.shape().dim(lead + axis);
          double most = fields.get(lead + axis).map(ReceptiveField::size).orElse(0.0);
          if (own.isPresent() && !broadcast && own.get().size() > most) {
            fields.set(lead + axis, own);
          }
        }
      }
      return fields;
    }

    @Override
    public List<Optional<ReceptiveField>> slice(Layer.Slice layer) {
      return changed(
          (field, axis) ->
              axis == layer.axis() ? field.resampled(layer.start(), layer.step()) : field);
    }

    @Override
    public List<Optional<ReceptiveField>> padding(Layer.Padding layer) {
      return changed((field, axis) -> field.resampled(-layer.before().get(axis), 1));
    }

    @Override
    public List<Optional<ReceptiveField>> permutation(Layer.Permutation layer) {
      return layer.axes().stream().map(read()::get).toList();
    }

    @Override
    public List<Optional<ReceptiveField>> upsampling(Layer.Upsampling layer) {
      boolean linear = layer.interpolation() == Layer.Upsampling.Interpolation.LINEAR;
      return changed(
          (field, axis) -> {
            if (axis == 0) {
              return field;
            }
            double in = inputShape().dim(axis);
            double out = node.shape().dim(axis);
            ReceptiveField seen = linear ? field.widened(field.jump()) : field;
            return layer.alignCorners() && out > 1
                ? seen.resampled(0, (in - 1) / (out - 1))
                : seen.resampled((in / out - 1) / 2, in / out);
          });
    }

    @Override
    public List<Optional<ReceptiveField>> reduction(Layer.Reduction layer) {
      List<Optional<ReceptiveField>> fields = new ArrayList<>();
      for (int axis = 0; axis < inputShape().rank(); axis++) {
        int extent = inputShape().dim(axis);
        if (!layer.axes().contains(axis)) {
          fields.add(read().get(axis));
        } else if (layer.keepAxes()) {
          fields.add(read().get(axis).map(field -> field.through(extent, 1, 0)));
        }
      }
      return fields;
    }

    @Override
    public List<Optional<ReceptiveField>> embedding(Layer.Embedding layer) {
      List<Optional<ReceptiveField>> fields = new ArrayList<>(read());
      fields.add(Optional.empty());
      return fields;
    }

    /**
     * An axis lives on where as many elements lie before it as before an axis of the same extent in
     * the target: then both number the same blocks.
     */
    @Override
    public List<Optional<ReceptiveField>> reshape(Layer.Reshape layer) {
      List<Optional<ReceptiveField>> fields = new ArrayList<>(lost());
      int before = 1;
      for (int axis = 0; axis < inputShape().rank(); axis++) {
        int extent = inputShape().dim(axis);
        Optional<ReceptiveField> field = read().get(axis);
        int counted = 1;
        for (int target = 0; target < layer.target().rank(); target++) {
          boolean same = counted == before && layer.target().dim(target) == extent;
          if (same && field.isPresent() && extent > 1) {
            fields.set(target, field);
          }
          counted *= layer.target().dim(target);
        }
        before *= extent;
      }
      return fields;
    }
  }
}
