package org.saccade.unravel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Window;

/**
 * The rules of the reference profile once more, as plain loops straight from the rule table: one
 * image, one point at a time, in double precision, without any of the structures of the real walk.
 */
final class SlowWalk {
  private final Network network;
  private final double[][] values;
  private final Map<Integer, Set<Integer>> ancestors = new HashMap<>();
  private final Map<Integer, Residual> residuals = new HashMap<>();

  /** A cell of a node's result. */
  record Cell(int node, int index) {}

  /**
   * @param values each node's result for one image, row-major
   */
  SlowWalk(Network network, double[][] values) {
    this.network = network;
    this.values = values;
    for (Node node : network.nodes()) {
      Set<Integer> own = new TreeSet<>(Set.of(node.id()));
      node.inputs().forEach(input -> own.addAll(ancestors.get(input)));
      ancestors.put(node.id(), own);
      if (isSum(node)) {
        residuals.put(node.id(), new Residual(node));
      }
    }
  }

  /** The cells at every node that a walk from a class passes. */
  Map<Integer, Set<Integer>> from(int target) {
    Map<Integer, Set<Integer>> points = new TreeMap<>();
    points.put(network.logits().id(), new TreeSet<>(Set.of(target)));
    for (int id = network.logits().id(); id > 0; id--) {
      for (int cell : points.getOrDefault(id, Set.of())) {
        for (Cell source : sources(network.node(id), cell)) {
          points.computeIfAbsent(source.node(), n -> new TreeSet<>()).add(source.index());
        }
      }
    }
    return points;
  }

  /** Where one point goes. */
  List<Cell> sources(Node node, int cell) {
    return node.layer().accept(new Step(node, cell));
  }

  /** Every cell that one cell of a node's result was computed from, or was said to be. */
  List<Cell> receptiveField(Node node, int cell) {
    return new Step(node, cell).receptiveField();
  }

  private Shape shape(int id) {
    return network.node(id).shape();
  }

  private int beforeNormalization(int id) {
    return network.node(id).layer() instanceof Layer.LocalResponseNormalization
        ? beforeNormalization(network.node(id).input())
        : id;
  }

  static int[] indices(Shape shape, int cell) {
    int[] index = new int[shape.rank()];
    int rest = cell;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return index;
  }

  static int cell(Shape shape, int... index) {
    int cell = 0;
    for (int axis = 0; axis < index.length; axis++) {
      cell = cell * shape.dim(axis) + index[axis];
    }
    return cell;
  }

  /** Every index within the given bounds, the first inclusive, the second exclusive. */
  static List<int[]> box(int[] from, int[] to) {
    List<int[]> all = new ArrayList<>(List.of(new int[0]));
    for (int axis = 0; axis < from.length; axis++) {
      List<int[]> longer = new ArrayList<>();
      for (int[] prefix : all) {
        for (int i = from[axis]; i < to[axis]; i++) {
          int[] index = Arrays.copyOf(prefix, axis + 1);
          index[axis] = i;
          longer.add(index);
        }
      }
      all = longer;
    }
    return all;
  }

  static int[] prepend(int channel, int[] position) {
    int[] index = new int[position.length + 1];
    index[0] = channel;
    System.arraycopy(position, 0, index, 1, position.length);
    return index;
  }

  /** One tap of a window: a position of the input and an index into the kernel. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Tap(int[] position, int[] kernel) {}

  /** The taps of a window that lie inside the input. */
  static List<Tap> taps(Window window, int[] output, Shape input) {
    List<Tap> taps = new ArrayList<>();
    int[] extents = window.kernel().stream().mapToInt(Integer::intValue).toArray();
    for (int[] kernel : box(new int[extents.length], extents)) {
      int[] position = new int[extents.length];
      boolean inside = true;
      for (int a = 0; a < position.length; a++) {
        position[a] =
            output[a] * window.stride().get(a)
                - window.padBefore().get(a)
                + kernel[a] * window.dilation().get(a);
        inside &= position[a] >= 0 && position[a] < input.dim(a + 1);
      }
      if (inside) {
        taps.add(new Tap(position, kernel));
      }
    }
    return taps;
  }

  /** The taps of a transposed convolution that reach an output position. */
  static List<Tap> transposedTaps(Window window, int[] output, Shape input) {
    List<Tap> taps = new ArrayList<>();
    int[] extents = window.kernel().stream().mapToInt(Integer::intValue).toArray();
    for (int[] kernel : box(new int[extents.length], extents)) {
      for (int[] position : box(new int[extents.length], input.spatial().toArray())) {
        boolean reaches = true;
        for (int a = 0; a < position.length; a++) {
          int at =
              position[a] * window.stride().get(a)
                  - window.padBefore().get(a)
                  + kernel[a] * window.dilation().get(a);
          reaches &= at == output[a];
        }
        if (reaches) {
          taps.add(new Tap(position, kernel));
        }
      }
    }
    return taps;
  }

  /** What lies between a sum and the nearest value that all its operands need. */
  private final class Residual {
    private final Node sum;
    private final Map<Integer, Integer> convolutionsBefore = new HashMap<>();
    private final int fork;

    Residual(Node sum) {
      this.sum = sum;
      Set<Integer> common = new TreeSet<>(ancestors.get(sum.inputs().get(0)));
      sum.inputs().forEach(input -> common.retainAll(ancestors.get(input)));
      fork = common.stream().max(Integer::compare).orElseThrow();
      convolutionsBefore.put(fork, 0);
      for (int id = fork + 1; id < sum.id(); id++) {
        int most = -1;
        for (int input : network.node(id).inputs()) {
          most = Math.max(most, convolutionsBefore.getOrDefault(input, -1));
        }
        if (most >= 0) {
          convolutionsBefore.put(id, most + (isConvolution(network.node(id)) ? 1 : 0));
        }
      }
    }

    int convolutionsBefore(int id) {
      return convolutionsBefore.get(id);
    }

    boolean contains(int id) {
      return id != fork
          && convolutionsBefore.containsKey(id)
          && ancestors.get(sum.id()).contains(id);
    }
  }

  private static boolean isConvolution(Node node) {
    return node.layer() instanceof Layer.Convolution
        || node.layer() instanceof Layer.TransposedConvolution;
  }

  private static boolean isSum(Node node) {
    return node.layer() instanceof Layer.Addition
        || (node.layer() instanceof Layer.Elementwise e && e.operator() == Operator.ADD);
  }

  /** Whether a convolution lies between a fork and a sum. */
  boolean insideResidual(int convolution) {
    return residuals.values().stream().anyMatch(residual -> residual.contains(convolution));
  }

  /** The rule of one node for one point. */
  private final class Step implements Layer.Visitor<List<Cell>> {
    private final Node node;
    private final int cell;
    private final int[] at;

    Step(Node node, int cell) {
      this.node = node;
      this.cell = cell;
      this.at = indices(node.shape(), cell);
    }

    private int source() {
      return node.input();
    }

    List<Cell> receptiveField() {
      Layer layer = node.layer();
      if (layer instanceof Layer.Convolution convolution) {
        int group = at[0] / (convolution.outputChannels() / convolution.groups());
        return channels(
            group, convolution.channelsPerGroup(), taps(convolution.window(), position(), input()));
      }
      if (layer instanceof Layer.TransposedConvolution transposed) {
        int inputs = transposed.weight().shape().dim(0) / transposed.groups();
        int group = at[0] / transposed.weight().shape().dim(1);
        return channels(group, inputs, transposedTaps(transposed.window(), position(), input()));
      }
      if (layer instanceof Layer.Linear linear) {
        int features = linear.weight().shape().dim(1);
        int first = cell / linear.weight().shape().dim(0) * features;
        return IntStream.range(first, first + features).mapToObj(this::read).toList();
      }
      if (layer instanceof Layer.ConvolutionalClassifier) {
        return IntStream.range(0, input().size()).mapToObj(this::read).toList();
      }
      if (layer instanceof Layer.Pooling pooling) {
        return taps(pooling.window(), position(), input()).stream()
            .map(tap -> read(SlowWalk.cell(input(), prepend(at[0], tap.position()))))
            .toList();
      }
      if (layer instanceof Layer.GlobalPooling) {
        int positions = input().size() / input().channels();
        int first = at[0] * positions;
        return IntStream.range(first, first + positions).mapToObj(this::read).toList();
      }
      if (layer instanceof Layer.AdaptivePooling || layer instanceof Layer.Reduction) {
        return pooledFrom().stream().map(this::read).toList();
      }
      if (layer instanceof Layer.Addition || layer instanceof Layer.Elementwise) {
        return IntStream.range(0, node.inputs().size()).mapToObj(this::operandCell).toList();
      }
      return layer.accept(this);
    }

    private Cell read(int index) {
      return new Cell(source(), index);
    }

    private List<Cell> channels(int group, int channels, List<Tap> taps) {
      List<Cell> cells = new ArrayList<>();
      for (int c = group * channels; c < (group + 1) * channels; c++) {
        for (Tap tap : taps) {
          cells.add(read(SlowWalk.cell(input(), prepend(c, tap.position()))));
        }
      }
      return cells;
    }

    private Shape input() {
      return shape(source());
    }

    /** The values a layer is said to have read: before a normalization across channels. */
    private double value(int index) {
      return values[beforeNormalization(source())][index];
    }

    private List<Cell> same() {
      return List.of(new Cell(source(), cell));
    }

    private List<Cell> to(int... index) {
      return List.of(new Cell(source(), SlowWalk.cell(input(), index)));
    }

    private int[] position() {
      return Arrays.copyOfRange(at, 1, at.length);
    }

    @Override
    public List<Cell> input(Layer.Input layer) {
      return List.of();
    }

    @Override
    public List<Cell> convolution(Layer.Convolution layer) {
      int outputs = layer.outputChannels() / layer.groups();
      int firstChannel = at[0] / outputs * layer.channelsPerGroup();
      List<Tap> taps = taps(layer.window(), position(), input());
      int best = -1;
      double most = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < layer.channelsPerGroup(); c++) {
        double sum = 0;
        for (Tap tap : taps) {
          int weight =
              SlowWalk.cell(layer.weight().shape(), prepend(at[0], prepend(c, tap.kernel())));
          int cell = SlowWalk.cell(input(), prepend(firstChannel + c, tap.position()));
          sum += value(cell) * layer.weight().values()[weight];
        }
        if ((float) sum > most) {
          most = (float) sum;
          best = firstChannel + c;
        }
      }
      boolean moves =
          layer.window().kernel().stream().allMatch(k -> k == 3) && insideResidual(node.id());
      return to(prepend(best, moves ? largest(best, taps) : strideMultiple(layer.window())));
    }

    private int[] largest(int channel, List<Tap> taps) {
      int[] best = taps.get(0).position();
      for (Tap tap : taps) {
        if (value(SlowWalk.cell(input(), prepend(channel, tap.position())))
            > value(SlowWalk.cell(input(), prepend(channel, best)))) {
          best = tap.position();
        }
      }
      return best;
    }

    private int[] strideMultiple(Window window) {
      int[] position = position();
      for (int a = 0; a < position.length; a++) {
        int here = position[a] * window.stride().get(a);
        position[a] = Math.min(here, input().dim(a + 1) - 1);
      }
      return position;
    }

    @Override
    public List<Cell> transposedConvolution(Layer.TransposedConvolution layer) {
      int outputs = layer.weight().shape().dim(1);
      int inputs = layer.weight().shape().dim(0) / layer.groups();
      int firstChannel = at[0] / outputs * inputs;
      List<Tap> taps = transposedTaps(layer.window(), position(), input());
      int best = firstChannel;
      double most = Double.NEGATIVE_INFINITY;
      for (int c = firstChannel; c < firstChannel + inputs; c++) {
        double sum = 0;
        for (Tap tap : taps) {
          int weight =
              SlowWalk.cell(
                  layer.weight().shape(), prepend(c, prepend(at[0] % outputs, tap.kernel())));
          sum +=
              value(SlowWalk.cell(input(), prepend(c, tap.position())))
                  * layer.weight().values()[weight];
        }
        if ((float) sum > most) {
          most = (float) sum;
          best = c;
        }
      }
      return to(prepend(best, proportional(taps)));
    }

    /** The cell that stands for the same share of each axis, if the layer reads it. */
    private int[] proportional(List<Tap> taps) {
      int[] position = position();
      for (int a = 0; a < position.length; a++) {
        int axis = a;
        double share = (position[a] + 0.5) / node.shape().dim(a + 1);
        int here = (int) Math.floor(share * input().dim(a + 1) + 1e-5);
        int first = taps.stream().mapToInt(tap -> tap.position()[axis]).min().orElse(0);
        int last = taps.stream().mapToInt(tap -> tap.position()[axis]).max().orElse(here);
        position[a] = Math.max(first, Math.min(last, here));
      }
      return position;
    }

    @Override
    public List<Cell> linear(Layer.Linear layer) {
      int features = layer.weight().shape().dim(1);
      int row = cell / layer.weight().shape().dim(0);
      int output = cell % layer.weight().shape().dim(0);
      boolean every = input().size() == features && !isFlattenedMap(source());
      List<Cell> positive = new ArrayList<>();
      Cell best = new Cell(source(), row * features);
      double most = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < features; i++) {
        Cell here = new Cell(source(), row * features + i);
        double contribution = value(here.index()) * layer.weight().values()[output * features + i];
        if (contribution > 0) {
          positive.add(here);
        }
        if ((float) contribution > most) {
          most = (float) contribution;
          best = here;
        }
      }
      return every ? positive : List.of(best);
    }

    /** Whether a vector is a map of several positions, reshaped. */
    private boolean isFlattenedMap(int id) {
      boolean reshaped = false;
      Node at = network.node(id);
      while (at.layer() instanceof Activation
          || at.layer() instanceof Layer.ParametricRelu
          || at.layer() instanceof Layer.Reshape) {
        reshaped |= at.layer() instanceof Layer.Reshape;
        at = network.node(at.input());
      }
      Shape shape = at.shape();
      return reshaped && shape.rank() > 1 && shape.spatial().size() > 1;
    }

    @Override
    public List<Cell> convolutionalClassifier(Layer.ConvolutionalClassifier layer) {
      List<Cell> found = new ArrayList<>();
      for (int c = 0; c < input().channels(); c++) {
        double mean = 0;
        List<int[]> all = box(new int[input().rank() - 1], input().spatial().toArray());
        for (int[] position : all) {
          mean += value(SlowWalk.cell(input(), prepend(c, position))) / all.size();
        }
        if (mean * layer.weight().values()[at[0] * input().channels() + c] > 0) {
          found.addAll(largestOf(cellsOf(c, all)));
        }
      }
      return found;
    }

    private List<Integer> cellsOf(int channel, List<int[]> positions) {
      return positions.stream().map(p -> SlowWalk.cell(input(), prepend(channel, p))).toList();
    }

    private List<Cell> largestOf(List<Integer> cells) {
      int best = cells.get(0);
      for (int candidate : cells) {
        best = value(candidate) > value(best) ? candidate : best;
      }
      return List.of(new Cell(source(), best));
    }

    @Override
    public List<Cell> pooling(Layer.Pooling layer) {
      List<int[]> positions =
          taps(layer.window(), position(), input()).stream().map(Tap::position).toList();
      return largestOf(cellsOf(at[0], positions));
    }

    @Override
    public List<Cell> globalPooling(Layer.GlobalPooling layer) {
      return largestOf(
          cellsOf(at[0], box(new int[input().rank() - 1], input().spatial().toArray())));
    }

    @Override
    public List<Cell> adaptivePooling(Layer.AdaptivePooling layer) {
      return largestOf(pooledFrom());
    }

    @Override
    public List<Cell> reduction(Layer.Reduction layer) {
      return largestOf(pooledFrom());
    }

    /** The cells that an adaptive pooling or a reduction takes together. */
    private List<Integer> pooledFrom() {
      int[] from = new int[input().rank()];
      int[] to = input().toArray();
      int kept = 0;
      for (int axis = 0; axis < from.length; axis++) {
        if (node.layer() instanceof Layer.Reduction reduction) {
          boolean reduced = reduction.axes().contains(axis);
          from[axis] = reduced ? 0 : at[kept];
          to[axis] = reduced ? to[axis] : at[kept] + 1;
          kept += !reduced || reduction.keepAxes() ? 1 : 0;
        } else {
          double step = (double) input().dim(axis) / node.shape().dim(axis);
          from[axis] = (int) Math.floor(at[axis] * step + 1e-9);
          to[axis] = (int) Math.ceil((at[axis] + 1) * step - 1e-9);
        }
      }
      return box(from, to).stream().map(index -> SlowWalk.cell(input(), index)).toList();
    }

    @Override
    public List<Cell> channelAffine(Layer.ChannelAffine layer) {
      return same();
    }

    @Override
    public List<Cell> activation(Activation layer) {
      return same();
    }

    @Override
    public List<Cell> parametricRelu(Layer.ParametricRelu layer) {
      return same();
    }

    @Override
    public List<Cell> localResponseNormalization(Layer.LocalResponseNormalization layer) {
      return same();
    }

    @Override
    public List<Cell> groupNormalization(Layer.GroupNormalization layer) {
      return same();
    }

    @Override
    public List<Cell> layerNormalization(Layer.LayerNormalization layer) {
      return same();
    }

    @Override
    public List<Cell> softmax(Layer.Softmax layer) {
      throw new AssertionError("a softmax has no rule");
    }

    @Override
    public List<Cell> addition(Layer.Addition layer) {
      Residual residual = residuals.get(node.id());
      Cell best = operandCell(0);
      for (int operand = 1; operand < node.inputs().size(); operand++) {
        Cell here = operandCell(operand);
        double difference = values[here.node()][here.index()] - values[best.node()][best.index()];
        boolean nearer =
            residual.convolutionsBefore(here.node()) < residual.convolutionsBefore(best.node());
        best = difference > 0 || (difference == 0 && nearer) ? here : best;
      }
      return List.of(best);
    }

    private Cell operandCell(int operand) {
      int id = node.inputs().get(operand);
      Shape shape = shape(id);
      int[] index = new int[shape.rank()];
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] = shape.dim(axis) == 1 ? 0 : at[axis + node.shape().rank() - shape.rank()];
      }
      return new Cell(id, SlowWalk.cell(shape, index));
    }

    @Override
    public List<Cell> elementwise(Layer.Elementwise layer) {
      return switch (layer.operator()) {
        case ADD -> addition(new Layer.Addition());
        case MULTIPLY -> List.of(operandCell(isGate(0) ? 1 : 0));
        case DIVIDE, POWER -> List.of(operandCell(0));
        case MAXIMUM -> larger(1, 1);
        case MINIMUM -> larger(-1, -1);
        case SUBTRACT -> larger(1, -1);
      };
    }

    private List<Cell> larger(int first, int second) {
      Cell a = operandCell(0);
      Cell b = operandCell(1);
      double left = first * values[a.node()][a.index()];
      double right = second * values[b.node()][b.index()];
      return List.of(right > left ? b : a);
    }

    /** Whether the first operand of a product is the gate: the smaller one, or the bounded one. */
    private boolean isGate(int operand) {
      int own = shape(node.inputs().get(operand)).size();
      int other = shape(node.inputs().get(1 - operand)).size();
      return own != other
          ? own < other
          : isBounded(node.inputs().get(operand)) && !isBounded(node.inputs().get(1 - operand));
    }

    private boolean isBounded(int id) {
      return network.node(id).layer() instanceof Activation activation
          && Set.of(
                  Activation.Function.SIGMOID,
                  Activation.Function.HARD_SIGMOID,
                  Activation.Function.TANH,
                  Activation.Function.CLIP)
              .contains(activation.function());
    }

    @Override
    public List<Cell> constantElementwise(Layer.ConstantElementwise layer) {
      return List.of(operandCell(0));
    }

    @Override
    public List<Cell> concatenation(Layer.Concatenation layer) {
      int[] index = at.clone();
      for (int id : node.inputs()) {
        if (index[layer.axis()] < shape(id).dim(layer.axis())) {
          return List.of(new Cell(id, SlowWalk.cell(shape(id), index)));
        }
        index[layer.axis()] -= shape(id).dim(layer.axis());
      }
      throw new AssertionError("no operand holds the cell");
    }

    @Override
    public List<Cell> slice(Layer.Slice layer) {
      int[] index = at.clone();
      index[layer.axis()] = layer.start() + index[layer.axis()] * layer.step();
      return to(index);
    }

    @Override
    public List<Cell> padding(Layer.Padding layer) {
      int[] index = new int[at.length];
      for (int axis = 0; axis < index.length; axis++) {
        int last = input().dim(axis) - 1;
        int here = at[axis] - layer.before().get(axis);
        boolean outside = here < 0 || here > last;
        if (outside && layer.fill() == Layer.Padding.Fill.CONSTANT) {
          return List.of();
        }
        if (outside && layer.fill() == Layer.Padding.Fill.REFLECT) {
          here = here < 0 ? -here : 2 * last - here;
        }
        index[axis] = Math.max(0, Math.min(last, here));
      }
      return to(index);
    }

    @Override
    public List<Cell> reshape(Layer.Reshape layer) {
      return same();
    }

    @Override
    public List<Cell> permutation(Layer.Permutation layer) {
      int[] index = new int[at.length];
      for (int axis = 0; axis < index.length; axis++) {
        index[layer.axes().get(axis)] = at[axis];
      }
      return to(index);
    }

    @Override
    public List<Cell> upsampling(Layer.Upsampling layer) {
      int[] index = at.clone();
      for (int axis = 1; axis < index.length; axis++) {
        int in = input().dim(axis);
        int out = node.shape().dim(axis);
        double here = (double) at[axis] * in / out;
        if (layer.interpolation() == Layer.Upsampling.Interpolation.NEAREST) {
          index[axis] = (int) Math.floor(here);
        } else {
          double exact =
              layer.alignCorners() && out > 1
                  ? at[axis] * (in - 1.0) / (out - 1)
                  : (at[axis] + 0.5) * in / out - 0.5;
          // The nearer of the two cells that are mixed; the first when both are as near.
          index[axis] = Math.max(0, Math.min(in - 1, (int) Math.ceil(exact - 0.5)));
        }
      }
      return to(index);
    }

    @Override
    public List<Cell> embedding(Layer.Embedding layer) {
      return List.of(new Cell(source(), cell / layer.table().shape().dim(1)));
    }
  }
}
