package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.saccade.engine.Activations;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Window;

/**
 * The rules written down once more, as plainly and slowly as possible: points are lists of indices,
 * windows are nested loops. It shares no code with the walk it checks.
 */
final class PlainWalk {

  /**
   * @param at where the point stands along each spatial axis, in cells
   */
  record Point(List<Integer> cell, List<Double> at, double weight) {}

  private final Network network;
  private final boolean reference;
  private final Activations activations;
  private final int image;
  private final Map<Integer, Map<List<Integer>, Point>> arrived = new HashMap<>();

  private PlainWalk(Network network, Profile profile, Activations activations, int image) {
    this.network = network;
    this.reference = profile == Profile.REFERENCE;
    this.activations = activations;
    this.image = image;
  }

  /** Points at every node reached, by cell. */
  static Map<Integer, Map<List<Integer>, Point>> of(
      Network network, Profile profile, Activations activations, Target target) {
    PlainWalk walk = new PlainWalk(network, profile, activations, target.image());
    walk.arrive(network.logits().id(), List.of(target.classIndex()), 1);
    for (int id = network.logits().id(); id > 0; id--) {
      walk.stepBack(network.node(id));
    }
    return walk.arrived;
  }

  private void arrive(int node, List<Integer> cell, double weight) {
    List<Double> middle = cell.stream().skip(1).map(Integer::doubleValue).toList();
    arrive(node, new Point(cell, middle, weight));
  }

  private void arrive(int node, Point point) {
    arrived
        .computeIfAbsent(node, id -> new TreeMap<>(Comparator.comparing(Object::toString)))
        .merge(point.cell(), point, this::together);
  }

  private Point together(Point a, Point b) {
    if (reference) {
      return a;
    }
    double sum = a.weight() + b.weight();
    List<Double> at = new ArrayList<>();
    for (int axis = 0; axis < a.at().size(); axis++) {
      at.add((a.at().get(axis) * a.weight() + b.at().get(axis) * b.weight()) / sum);
    }
    return new Point(a.cell(), at, sum);
  }

  private float value(int node, List<Integer> cell) {
    Shape shape = network.node(node).shape();
    FloatBuffer values = activations.host(node);
    return values.get(image * shape.size() + flat(shape, cell));
  }

  private static int flat(Shape shape, List<Integer> cell) {
    int flat = 0;
    for (int axis = 0; axis < shape.rank(); axis++) {
      flat = flat * shape.dim(axis) + cell.get(axis);
    }
    return flat;
  }

  private static List<Integer> unflat(Shape shape, int flat) {
    List<Integer> cell = new ArrayList<>();
    int rest = flat;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      cell.add(0, rest % shape.dim(axis));
      rest /= shape.dim(axis);
    }
    return cell;
  }

  private static boolean inside(Shape shape, List<Integer> cell) {
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (cell.get(axis) < 0 || cell.get(axis) >= shape.dim(axis)) {
        return false;
      }
    }
    return true;
  }

  private static List<Integer> join(int channel, List<Integer> position) {
    List<Integer> cell = new ArrayList<>(List.of(channel));
    cell.addAll(position);
    return cell;
  }

  private Shape shape(int node) {
    return network.node(node).shape();
  }

  private void stepBack(Node node) {
    Map<List<Integer>, Point> here = arrived.getOrDefault(node.id(), Map.of());
    Layer layer = node.layer();
    if (here.isEmpty()) {
      return;
    }
    if (layer instanceof Layer.Linear linear) {
      linear(node, linear, here);
    } else if (layer instanceof Layer.Convolution convolution
        && !reference
        && shape(node.input()).spatial().size() == 1) {
      overOnePosition(node, convolution, here);
    } else if (layer instanceof Layer.ConvolutionalClassifier classifier) {
      classifier(node, classifier, here);
    } else if (layer instanceof Layer.GlobalPooling && !reference) {
      spreadOverSpace(node, here);
    } else if (layer instanceof Layer.Pooling pooling
        && !reference
        && pooling.kind() == Layer.PoolingKind.AVERAGE
        && node.shape().spatial().size() == 1
        && pooling.window().kernel().equals(shape(node.input()).spatial().dims())) {
      spreadOverSpace(node, here);
    } else {
      here.values().forEach(point -> stepBack(node, layer, point));
    }
  }

  private void stepBack(Node node, Layer layer, Point point) {
    List<Integer> cell = point.cell();
    if (layer instanceof Layer.Convolution convolution) {
      convolution(node, convolution, point);
    } else if (layer instanceof Layer.Pooling pooling) {
      pooling(node, pooling.window(), point);
    } else if (layer instanceof Layer.GlobalPooling) {
      Shape space = shape(node.input()).spatial();
      List<Integer> none = Shape.repeat(0, space.rank());
      pooling(node, Window.of(space.dims(), Shape.repeat(1, space.rank()), none), point);
    } else if (layer instanceof Layer.Addition) {
      addition(node, point);
    } else if (layer instanceof Layer.Elementwise) {
      boolean firstIsGate = isGate(node.inputs().get(0));
      arrive(node.inputs().get(firstIsGate ? 1 : 0), point);
    } else if (layer instanceof Layer.Concatenation) {
      int channel = cell.get(0);
      for (int input : node.inputs()) {
        int own = shape(input).channels();
        if (channel >= 0 && channel < own) {
          arrive(input, new Point(moved(cell, channel), point.at(), point.weight()));
        }
        channel -= own;
      }
    } else if (layer instanceof Layer.Slice slice) {
      int channel = slice.start() + cell.get(0) * slice.step();
      arrive(node.input(), new Point(moved(cell, channel), point.at(), point.weight()));
    } else if (layer instanceof Layer.Padding padding) {
      List<Integer> moved = moved(cell, cell.get(0) - padding.before().get(0));
      if (inside(shape(node.input()), moved)) {
        arrive(node.input(), new Point(moved, point.at(), point.weight()));
      }
    } else if (layer instanceof Layer.Reshape) {
      List<Integer> same = unflat(shape(node.input()), flat(node.shape(), cell));
      arrive(node.input(), same, point.weight());
    } else if (layer instanceof Layer.Upsampling) {
      List<Integer> source = new ArrayList<>(List.of(cell.get(0)));
      List<Double> at = new ArrayList<>();
      for (int axis = 1; axis < cell.size(); axis++) {
        int in = shape(node.input()).dim(axis);
        int out = node.shape().dim(axis);
        source.add(cell.get(axis) * in / out);
        double moved = (point.at().get(axis - 1) + 0.5) * in / out - 0.5;
        at.add(reference ? source.get(axis) : moved);
      }
      arrive(node.input(), new Point(source, at, point.weight()));
    } else if (layer instanceof Layer.Activation || layer instanceof Layer.ChannelAffine) {
      arrive(node.input(), point);
    } else {
      throw new IllegalStateException("no plain rule for " + layer);
    }
  }

  private static List<Integer> moved(List<Integer> cell, int channel) {
    List<Integer> moved = new ArrayList<>(cell);
    moved.set(0, channel);
    return moved;
  }

  private boolean isGate(int node) {
    return network.node(node).layer() instanceof Layer.Activation activation
        && (activation.function() == Layer.Activation.Function.SIGMOID
            || activation.function() == Layer.Activation.Function.HARD_SIGMOID);
  }

  /** Calls back for every tap of a window that falls inside the input. */
  private static void forEachTap(
      Window window,
      List<Integer> output,
      Shape space,
      BiConsumer<List<Integer>, List<Integer>> consumer) {
    Shape kernel = new Shape(window.kernel());
    for (int t = 0; t < kernel.size(); t++) {
      List<Integer> tap = unflat(kernel, t);
      List<Integer> position = new ArrayList<>();
      for (int axis = 0; axis < kernel.rank(); axis++) {
        position.add(
            output.get(axis) * window.stride().get(axis)
                - window.padBefore().get(axis)
                + tap.get(axis) * window.dilation().get(axis));
      }
      if (inside(space, position)) {
        consumer.accept(tap, position);
      }
    }
  }

  private void convolution(Node node, Layer.Convolution layer, Point point) {
    Shape input = shape(node.input());
    int output = point.cell().get(0);
    int perGroup = layer.channelsPerGroup();
    int first = output / (layer.outputChannels() / layer.groups()) * perGroup;
    List<Integer> position = point.cell().subList(1, point.cell().size());
    int best = first;
    double most = Double.NEGATIVE_INFINITY;
    for (int c = first; c < first + perGroup; c++) {
      double[] sum = new double[1];
      int channel = c;
      forEachTap(
          layer.window(),
          position,
          input.spatial(),
          (tap, at) -> {
            List<Integer> weight = new ArrayList<>(List.of(output, channel - first));
            weight.addAll(tap);
            sum[0] +=
                value(node.input(), join(channel, at))
                    * layer.weight().values()[flat(layer.weight().shape(), weight)];
          });
      if (sum[0] > most) {
        most = sum[0];
        best = c;
      }
    }
    if (!reference) {
      arrive(node.input(), sharePreserved(node, layer.window(), point, best));
    } else if (layer.window().kernel().stream().allMatch(k -> k == 3) && leadsToSum(node.id())) {
      arrive(node.input(), largest(node.input(), layer.window(), position, best), 1);
    } else {
      List<Integer> cell = new ArrayList<>(List.of(best));
      for (int axis = 0; axis < position.size(); axis++) {
        int at = position.get(axis) * layer.window().stride().get(axis);
        cell.add(Math.min(at, input.dim(axis + 1) - 1));
      }
      arrive(node.input(), cell, 1);
    }
  }

  /**
   * In the random networks a convolution is inside a residual branch if a sum reads what it feeds
   * before anything else does.
   */
  private boolean leadsToSum(int id) {
    List<Integer> readers = network.consumers(id);
    if (readers.size() != 1) {
      return false;
    }
    Node reader = network.node(readers.get(0));
    if (reader.layer() instanceof Layer.Addition) {
      return true;
    }
    boolean withinBranch =
        reader.layer() instanceof Layer.Activation
            || reader.layer() instanceof Layer.ChannelAffine
            || reader.layer() instanceof Layer.Convolution;
    return withinBranch && leadsToSum(reader.id());
  }

  /** A convolution that reads a single position is a linear layer. */
  private void overOnePosition(Node node, Layer.Convolution layer, Map<List<Integer>, Point> here) {
    Shape input = shape(node.input());
    double[] shares = new double[input.size()];
    int perGroup = layer.channelsPerGroup();
    for (Point point : heaviest(here, 64)) {
      int output = point.cell().get(0);
      int first = output / (layer.outputChannels() / layer.groups()) * perGroup;
      double[] products = new double[input.size()];
      forEachTap(
          layer.window(),
          point.cell().subList(1, point.cell().size()),
          input.spatial(),
          (tap, at) -> {
            for (int c = 0; c < perGroup; c++) {
              List<Integer> weight = new ArrayList<>(List.of(output, c));
              weight.addAll(tap);
              products[first + c] =
                  value(node.input(), join(first + c, at))
                      * layer.weight().values()[flat(layer.weight().shape(), weight)];
            }
          });
      share(products, point.weight(), shares);
    }
    double brought = here.values().stream().mapToDouble(Point::weight).sum();
    double total = sum(shares);
    for (int i = 0; i < shares.length; i++) {
      if (shares[i] > 0) {
        arrive(node.input(), unflat(input, i), brought * shares[i] / total);
      }
    }
  }

  private Point sharePreserved(Node node, Window window, Point point, int channel) {
    Shape input = shape(node.input());
    List<Integer> cell = new ArrayList<>(List.of(channel));
    List<Double> at = new ArrayList<>();
    for (int axis = 0; axis < point.at().size(); axis++) {
      int in = input.dim(axis + 1);
      int out = node.shape().dim(axis + 1);
      double moved = (point.at().get(axis) + 0.5) * in / out - 0.5;
      at.add(moved);
      List<Integer> reads = reads(window, axis, point.cell().get(axis + 1), in);
      int nearest = (int) Math.floor(moved + 0.5 + 1e-5);
      cell.add(Math.max(Collections.min(reads), Math.min(Collections.max(reads), nearest)));
    }
    return new Point(cell, at, point.weight());
  }

  private static List<Integer> reads(Window window, int axis, int output, int extent) {
    List<Integer> reads = new ArrayList<>();
    for (int tap = 0; tap < window.kernel().get(axis); tap++) {
      int i =
          output * window.stride().get(axis)
              - window.padBefore().get(axis)
              + tap * window.dilation().get(axis);
      if (i >= 0 && i < extent) {
        reads.add(i);
      }
    }
    return reads;
  }

  private List<Integer> largest(int node, Window window, List<Integer> position, int channel) {
    List<List<Integer>> cells = new ArrayList<>();
    forEachTap(window, position, shape(node).spatial(), (tap, at) -> cells.add(join(channel, at)));
    return largest(node, cells);
  }

  private List<Integer> largest(int node, List<List<Integer>> cells) {
    List<Integer> best = cells.get(0);
    for (List<Integer> cell : cells) {
      if (value(node, cell) > value(node, best)) {
        best = cell;
      }
    }
    return best;
  }

  private void pooling(Node node, Window window, Point point) {
    int channel = point.cell().get(0);
    List<Integer> position = point.cell().subList(1, point.cell().size());
    Shape space = shape(node.input()).spatial();
    List<List<Integer>> cells = new ArrayList<>();
    forEachTap(
        window,
        position,
        space,
        (tap, at) -> {
          boolean own = true;
          for (int axis = 0; axis < at.size() && !reference; axis++) {
            own &=
                ownShare(
                        window,
                        axis,
                        position.get(axis),
                        space.dim(axis),
                        node.shape().dim(axis + 1))
                    .contains(at.get(axis));
          }
          if (own) {
            cells.add(join(channel, at));
          }
        });
    arrive(node.input(), largest(node.input(), cells), point.weight());
  }

  private static List<Integer> ownShare(Window window, int axis, int output, int in, int out) {
    List<Integer> reads = reads(window, axis, output, in);
    if (window.kernel().get(axis) == in && out == 1) {
      return reads;
    }
    List<Integer> own =
        reads.stream()
            .filter(i -> (i + 0.5) / in >= (double) output / out - 1e-12)
            .filter(i -> (i + 0.5) / in < (output + 1.0) / out - 1e-12)
            .toList();
    if (!own.isEmpty()) {
      return own;
    }
    int middle = (int) Math.floor((output + 0.5) * in / out);
    return List.of(Math.max(Collections.min(reads), Math.min(Collections.max(reads), middle)));
  }

  private void addition(Node node, Point point) {
    // The skip reads the fork itself: in the random networks, what has the fewest convolutions.
    int first = node.inputs().get(0);
    int second = node.inputs().get(1);
    boolean secondIsSkip = network.node(second).layer() instanceof Layer.Padding;
    int skip = secondIsSkip ? second : first;
    int branch = secondIsSkip ? first : second;
    boolean stays = value(skip, point.cell()) >= value(branch, point.cell());
    arrive(stays ? skip : branch, point);
  }

  private void linear(Node node, Layer.Linear layer, Map<List<Integer>, Point> here) {
    Shape input = shape(node.input());
    Optional<Shape> map = flattened(node.input());
    int inputs = input.size();
    double[] shares = new double[inputs];
    for (Point point : reference ? List.copyOf(here.values()) : heaviest(here, 64)) {
      int k = point.cell().get(0);
      double[] products = new double[inputs];
      for (int i = 0; i < inputs; i++) {
        products[i] = value(node.input(), List.of(i)) * layer.weight().values()[k * inputs + i];
      }
      if (!reference) {
        share(products, point.weight(), shares);
      } else if (map.isPresent()) {
        int best = 0;
        for (int i = 0; i < inputs; i++) {
          best = products[i] > products[best] ? i : best;
        }
        arrive(node.input(), List.of(best), 1);
      } else {
        for (int i = 0; i < inputs; i++) {
          if (products[i] > 0) {
            arrive(node.input(), List.of(i), 1);
          }
        }
      }
    }
    if (!reference) {
      if (map.isPresent()) {
        condense(shares, map.get(), cell -> List.of(flat(map.get(), cell)), node.input());
      } else {
        double total = sum(shares);
        for (int i = 0; i < inputs; i++) {
          if (shares[i] > 0) {
            arrive(node.input(), List.of(i), shares[i] / total);
          }
        }
      }
    }
  }

  private Optional<Shape> flattened(int vector) {
    Node reshape = network.node(vector);
    return reshape.layer() instanceof Layer.Reshape && shape(reshape.input()).spatial().size() > 1
        ? Optional.of(shape(reshape.input()))
        : Optional.empty();
  }

  private static List<Point> heaviest(Map<List<Integer>, Point> here, int most) {
    double total = here.values().stream().mapToDouble(Point::weight).sum();
    List<Point> kept =
        here.values().stream()
            .sorted(Comparator.comparing(Point::weight).reversed())
            .limit(most)
            .toList();
    double sum = kept.stream().mapToDouble(Point::weight).sum();
    return kept.stream()
        .map(point -> new Point(point.cell(), point.at(), point.weight() * total / sum))
        .toList();
  }

  private static void share(double[] products, double weight, double[] shares) {
    double total = 0;
    for (double product : products) {
      total += Math.max(0, product);
    }
    for (int i = 0; i < products.length && total > 0; i++) {
      shares[i] += weight * Math.max(0, products[i]) / total;
    }
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private interface Naming {
    List<Integer> name(List<Integer> mapCell);
  }

  /** One point per position of a map, of weight 1 in all. */
  private void condense(double[] shares, Shape map, Naming naming, int node) {
    Map<List<Integer>, Point> points = new HashMap<>();
    double total = 0;
    for (int p = 0; p < map.spatial().size(); p++) {
      List<Integer> position = unflat(map.spatial(), p);
      double root = 0;
      int best = 0;
      for (int c = 0; c < map.channels(); c++) {
        root += Math.sqrt(shares[flat(map, join(c, position))]);
        if (shares[flat(map, join(c, position))] > shares[flat(map, join(best, position))]) {
          best = c;
        }
      }
      if (root > 0) {
        List<Integer> cell = join(best, position);
        points.put(cell, new Point(cell, List.of(), root * root));
        total += root * root;
      }
    }
    double all = total;
    heaviest(points, 112)
        .forEach(point -> arrive(node, naming.name(point.cell()), point.weight() / all));
  }

  private void classifier(
      Node node, Layer.ConvolutionalClassifier layer, Map<List<Integer>, Point> here) {
    Shape input = shape(node.input());
    int k = here.keySet().iterator().next().get(0);
    double[] products = new double[input.size()];
    for (int c = 0; c < input.channels(); c++) {
      float weight = layer.weight().values()[k * input.channels() + c];
      double mean = 0;
      List<List<Integer>> cells = new ArrayList<>();
      for (int p = 0; p < input.spatial().size(); p++) {
        List<Integer> cell = join(c, unflat(input.spatial(), p));
        cells.add(cell);
        mean += value(node.input(), cell);
        products[flat(input, cell)] = value(node.input(), cell) * weight;
      }
      if (reference && mean * weight > 0) {
        arrive(node.input(), largest(node.input(), cells), 1);
      }
    }
    if (!reference) {
      double[] shares = new double[products.length];
      share(products, 1, shares);
      condense(shares, input, cell -> cell, node.input());
    }
  }

  private void spreadOverSpace(Node node, Map<List<Integer>, Point> here) {
    Shape input = shape(node.input());
    double[] shares = new double[input.size()];
    for (Point point : here.values()) {
      double[] values = new double[input.size()];
      for (int p = 0; p < input.spatial().size(); p++) {
        List<Integer> cell = join(point.cell().get(0), unflat(input.spatial(), p));
        values[flat(input, cell)] = value(node.input(), cell);
      }
      share(values, point.weight(), shares);
    }
    condense(shares, input, cell -> cell, node.input());
  }
}
