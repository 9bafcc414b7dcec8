package org.saccade.unravel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.saccade.engine.Activations;

/**
 * Evidence gathered where the activations lie: the windows of all points of a layer are taken with
 * one index tensor, multiplied with the filters they need and reduced there, and only the indices
 * of the winners come back.
 *
 * <p>Filters are sent along with each call, those of the points' channels only: a walk touches few
 * of a network's filters, and nothing has to be kept on the device between batches.
 */
final class DeviceEvidence implements Evidence {
  /** Elements of a gathered tensor at once: 8 bytes of index and some 12 of values each. */
  private static final int LARGEST_CHUNK = 1 << 23;

  private final Activations activations;
  private final int[] images;

  /**
   * @param images index in the batch of each walk's image
   */
  DeviceEvidence(Activations activations, int[] images) {
    this.activations = activations;
    this.images = images;
  }

  @Override
  public float[] values(int node, Frontier points) {
    if (points.isEmpty()) {
      return new float[0];
    }
    long size = points.layout().size();
    long[] cells = new long[points.size()];
    Arrays.setAll(cells, i -> images[points.walk(i)] * size + points.cell(i));
    NDArray values = activations.array(node);
    try (NDManager manager = values.getManager().newSubManager()) {
      return values.take(manager, manager.create(cells)).toFloatArray();
    }
  }

  @Override
  public int[] strongest(int node, Projection projection, Frontier points) {
    NDArray values = activations.array(node);
    int[] channels = new int[points.size()];
    int step = pointsAtOnce(projection.footprint().taps() * projection.inputsPerGroup());
    for (int from = 0; from < points.size(); from += step) {
      int to = Math.min(points.size(), from + step);
      try (NDManager manager = values.getManager().newSubManager()) {
        Windows windows = new Windows(manager, values, projection, points, from, to);
        long[] winners = windows.contributions().sum(new int[] {1}).argMax(1).toLongArray();
        for (int i = from; i < to; i++) {
          int first = projection.firstInput(points.channel(i));
          channels[i] = first + Math.toIntExact(winners[i - from]);
        }
      }
    }
    return channels;
  }

  @Override
  public Channels positive(int node, Projection projection, Frontier points) {
    NDArray values = activations.array(node);
    int[] owners = new int[0];
    int[] channels = new int[0];
    int step = pointsAtOnce(projection.footprint().taps() * projection.inputsPerGroup());
    for (int from = 0, to; from < points.size(); from = to) {
      to = from + 1;
      while (to < points.size() && to - from < step && points.samePlace(from, to)) {
        to++;
      }
      try (NDManager manager = values.getManager().newSubManager()) {
        Windows windows = new Windows(manager, values, projection, points, from, to);
        NDArray positive = windows.contributions().sum(new int[] {1}).gt(0);
        long[] reached = positive.sum(new int[] {0}).nonzero().toLongArray();
        int count = owners.length;
        owners = Arrays.copyOf(owners, count + reached.length);
        channels = Arrays.copyOf(channels, owners.length);
        Arrays.fill(owners, count, owners.length, from);
        for (long channel : reached) {
          channels[count++] = Math.toIntExact(channel);
        }
      }
    }
    return new Channels(owners, channels);
  }

  @Override
  public float[] relevance(int node, Projection projection, Frontier points, int from, int to) {
    NDArray values = activations.array(node);
    float[] relevance = new float[projection.inputSize()];
    int step = pointsAtOnce(projection.footprint().taps() * projection.inputsPerGroup());
    for (int first = from; first < to; first += step) {
      int last = Math.min(to, first + step);
      try (NDManager manager = values.getManager().newSubManager()) {
        Windows windows = new Windows(manager, values, projection, points, first, last);
        windows.spread(relevance);
      }
    }
    return relevance;
  }

  @Override
  public int[] largest(
      int node, Footprint footprint, Layout input, Frontier points, int[] channels) {
    NDArray values = activations.array(node);
    int[] found = new int[points.size()];
    int step = pointsAtOnce(footprint.taps());
    for (int from = 0; from < points.size(); from += step) {
      int to = Math.min(points.size(), from + step);
      try (NDManager manager = values.getManager().newSubManager()) {
        Reads reads = new Reads(footprint, points, from, to);
        long[] cells = new long[(to - from) * reads.taps];
        for (int i = from; i < to; i++) {
          long base = images[points.walk(i)] * (long) input.size();
          base += input.cell(channels[i], 0);
          for (int t = (i - from) * reads.taps; t < (i - from + 1) * reads.taps; t++) {
            cells[t] = base + reads.positions[t];
          }
        }
        NDArray index = manager.create(cells, new Shape(to - from, reads.taps));
        NDArray window = reads.hidePadding(values.take(manager, index));
        reads.pick(window.argMax(1), found, from);
      }
    }
    return found;
  }

  private static int pointsAtOnce(int elementsPerPoint) {
    return Math.max(1, LARGEST_CHUNK / elementsPerPoint);
  }

  /** Positions that some points read, {@code [points, taps]}, those on padding marked. */
  private static final class Reads {
    final int points;
    final int taps;
    final int[] positions;
    final float[] inside;

    Reads(Footprint footprint, Frontier frontier, int from, int to) {
      points = to - from;
      taps = footprint.taps();
      positions = new int[points * taps];
      inside = new float[points * taps];
      int[] readPositions = new int[footprint.largest()];
      int[] readTaps = new int[footprint.largest()];
      for (int i = 0; i < points; i++) {
        int count = footprint.read(frontier.position(from + i), readPositions, readTaps);
        for (int j = 0; j < count; j++) {
          positions[i * taps + readTaps[j]] = readPositions[j];
          inside[i * taps + readTaps[j]] = 1;
        }
      }
    }

    NDArray mask(NDManager manager, long... shape) {
      return manager.create(inside, new Shape(shape));
    }

    /** Makes what was read on padding smaller than anything else. */
    NDArray hidePadding(NDArray window) {
      NDArray mask = mask(window.getManager(), points, taps);
      return window.mul(mask).add(mask.sub(1).mul(Float.MAX_VALUE));
    }

    /** Turns tap numbers into positions. */
    void pick(NDArray winners, int[] found, int first) {
      long[] chosen = winners.toLongArray();
      for (int i = 0; i < points; i++) {
        found[first + i] = positions[i * taps + Math.toIntExact(chosen[i])];
      }
    }
  }

  /** The windows of some points under a projection, {@code [points, taps, inputs per group]}. */
  private final class Windows {
    private final NDManager manager;
    private final NDArray values;
    private final Projection projection;
    private final Frontier points;
    private final int from;
    private final Reads reads;
    private final int inputs;
    private final NDArray bases;

    Windows(
        NDManager manager,
        NDArray values,
        Projection projection,
        Frontier points,
        int from,
        int to) {
      this.manager = manager;
      this.values = values;
      this.projection = projection;
      this.points = points;
      this.from = from;
      this.inputs = projection.inputsPerGroup();
      this.reads = new Reads(projection.footprint(), points, from, to);
      long[] cells = new long[reads.positions.length];
      for (int i = from; i < to; i++) {
        long base = images[points.walk(i)] * (long) projection.inputSize();
        base += (long) projection.firstInput(points.channel(i)) * projection.channelStride();
        for (int t = (i - from) * reads.taps; t < (i - from + 1) * reads.taps; t++) {
          cells[t] = base + (long) reads.positions[t] * projection.positionStride();
        }
      }
      this.bases = manager.create(cells, new Shape(reads.points, reads.taps));
    }

    /** Products of activation and weight, zero on padding. */
    NDArray contributions() {
      NDArray channels =
          manager.arange(inputs).toType(bases.getDataType(), false).mul(projection.channelStride());
      NDArray index = bases.expandDims(2).add(channels.reshape(1, 1, inputs));
      NDArray window =
          values.take(manager, index).mul(reads.mask(manager, reads.points, reads.taps, 1));
      return window.mul(filters());
    }

    /** The filter of each point: every distinct one is sent once. */
    private NDArray filters() {
      Map<Integer, Integer> rows = new HashMap<>();
      long[] rowOf = new long[reads.points];
      for (int i = 0; i < rowOf.length; i++) {
        rowOf[i] = rows.computeIfAbsent(points.channel(from + i), channel -> rows.size());
      }
      int taps = projection.tied() ? 1 : reads.taps;
      float[] distinct = new float[rows.size() * taps * inputs];
      rows.forEach((channel, row) -> copyFilter(channel, taps, distinct, row * taps * inputs));
      return manager
          .create(distinct, new Shape(rows.size(), taps, inputs))
          .get(manager.create(rowOf));
    }

    private void copyFilter(int output, int taps, float[] to, int first) {
      int filter = projection.filter(output);
      for (int t = 0; t < taps; t++) {
        for (int c = 0; c < inputs; c++) {
          to[first + t * inputs + c] =
              projection
                  .filters()[filter + c * projection.inputStride() + t * projection.tapStride()];
        }
      }
    }

    /** Adds to every input its share of the points' weights. */
    void spread(float[] relevance) {
      NDArray positive = contributions().maximum(0).reshape(reads.points, -1);
      NDArray totals = positive.sum(new int[] {1}, true);
      float[] weights = new float[reads.points];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = points.weight(from + i);
      }
      NDArray scales =
          manager.create(weights, new Shape(reads.points, 1)).div(totals.maximum(Float.MIN_NORMAL));
      NDArray shares = positive.mul(scales);
      int last = from + reads.points - 1;
      boolean sameWindow =
          projection.outputsPerGroup() == projection.outputs()
              && points.position(from) == points.position(last);
      int rows = sameWindow ? 1 : reads.points;
      float[] found = (sameWindow ? shares.sum(new int[] {0}) : shares).toFloatArray();
      int row = reads.taps * inputs;
      for (int i = 0; i < rows; i++) {
        int base = projection.firstInput(points.channel(from + i)) * projection.channelStride();
        for (int t = 0; t < reads.taps; t++) {
          int at = base + reads.positions[i * reads.taps + t] * projection.positionStride();
          for (int c = 0; c < inputs; c++) {
            relevance[at + c * projection.channelStride()] += found[i * row + t * inputs + c];
          }
        }
      }
    }
  }
}
