package org.saccade.unravel;

import java.util.Arrays;
import org.saccade.network.Shape;

/**
 * The points of all walks at one value, as growing primitive columns.
 *
 * <p>A point has a cell and, where the profile keeps them, an offset per spatial axis: how far from
 * the middle of its cell it really stands, in cells. The canonical order is by walk, position and
 * channel: points that read the same window lie side by side, so that a window is gathered once for
 * all of them.
 */
final class Frontier {

  /** What becomes of points that coincide. */
  enum Coincidence {
    /** They are one point of weight 1, as in a set. */
    SET,
    /** They are one point with the sum of their weights, at their weighted mean. */
    SUM
  }

  /** How far from the middle of a map's outermost cells points stand at most, in cells. */
  private static final float EDGE = 0.499f;

  private final Layout layout;
  private final int axes;
  private int size;
  private int[] walks;
  private int[] channels;
  private int[] positions;
  private float[] weights;
  private float[] offsets;
  private boolean canonical = true;
  private boolean placeByPlace = true;

  /**
   * @param axes number of spatial axes along which offsets are kept
   */
  Frontier(Layout layout, int axes) {
    this(layout, axes, 16);
  }

  private Frontier(Layout layout, int axes, int capacity) {
    this.layout = layout;
    this.axes = axes;
    this.walks = new int[capacity];
    this.channels = new int[capacity];
    this.positions = new int[capacity];
    this.weights = new float[capacity];
    this.offsets = new float[capacity * axes];
  }

  Layout layout() {
    return layout;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int walk(int i) {
    return walks[i];
  }

  int channel(int i) {
    return channels[i];
  }

  /** The channel of every point, in a new array. */
  int[] channels() {
    return Arrays.copyOf(channels, size);
  }

  int position(int i) {
    return positions[i];
  }

  int cell(int i) {
    return layout.cell(channels[i], positions[i]);
  }

  float weight(int i) {
    return weights[i];
  }

  /** Weight of the points from one index to before another. */
  double weight(int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += weights[i];
    }
    return sum;
  }

  /** Number of axes along which this frontier keeps offsets. */
  int axes() {
    return axes;
  }

  /** Writes a point's offsets, an entry per axis. */
  void offset(int i, float[] offset) {
    // Cheaper than a call for the two axes that an image has.
    for (int axis = 0; axis < axes; axis++) {
      offset[axis] = offsets[i * axes + axis];
    }
  }

  /** Adds a point in the middle of its cell. */
  void add(int walk, int channel, int position, float weight) {
    append(walk, channel, position, weight);
    Arrays.fill(offsets, (size - 1) * axes, size * axes, 0);
  }

  /**
   * @param offset an entry per axis, more are ignored
   */
  void add(int walk, int channel, int position, float weight, float[] offset) {
    append(walk, channel, position, weight);
    for (int axis = 0; axis < axes; axis++) {
      offsets[(size - 1) * axes + axis] = offset[axis];
    }
  }

  private void append(int walk, int channel, int position, float weight) {
    if (size == walks.length) {
      grow(2 * size);
    }
    walks[size] = walk;
    channels[size] = channel;
    positions[size] = position;
    weights[size] = weight;
    if (size > 0 && placeByPlace) {
      long step = place(size) - place(size - 1);
      placeByPlace = step >= 0;
      canonical &= step > 0 || (step == 0 && channels[size - 1] < channel);
    }
    size++;
  }

  /** Adds these points to another frontier over the same cells, whatever its layout. */
  void addTo(Frontier other) {
    boolean sameLayout = layout.equals(other.layout);
    for (int i = 0; i < size; i++) {
      if (sameLayout) {
        other.addFrom(this, i, channels[i], positions[i]);
      } else {
        int cell = cell(i);
        other.addFrom(this, i, other.layout.channel(cell), other.layout.position(cell));
      }
    }
  }

  /** Adds a point in the middle of a cell given by its row-major index. */
  void addCell(int walk, int cell, float weight) {
    add(walk, layout.channel(cell), layout.position(cell), weight);
  }

  /** Adds a point of another frontier at the cell given, with its weight and, if kept, offset. */
  void addFrom(Frontier other, int i, int channel, int position) {
    add(other.walks[i], channel, position, other.weights[i]);
    if (axes == other.axes) {
      System.arraycopy(other.offsets, i * axes, offsets, (size - 1) * axes, axes);
    }
  }

  /**
   * As {@link #addFrom}, and where the offset leads off the map, pulled in to its edge: what a
   * layer of copies shows beyond an edge is none of the map's own places.
   *
   * @param extents of the map along its spatial axes
   */
  void addWithin(int[] extents, Frontier other, int i, int channel, int position) {
    addFrom(other, i, channel, position);
    if (axes != extents.length) {
      return;
    }
    int rest = position;
    for (int axis = axes - 1; axis >= 0; axis--) {
      int at = (size - 1) * axes + axis;
      int index = rest % extents[axis];
      rest /= extents[axis];
      float least = -EDGE - index;
      float most = extents[axis] - 1 + EDGE - index;
      offsets[at] = Math.min(Math.max(offsets[at], least), most);
    }
  }

  /**
   * These points for a layer that works on the last axis of its operands: features are the
   * channels, all other axes together the position.
   *
   * @param features extent of the last axis
   */
  Frontier rows(int features) {
    if (layout.channels() == features && layout.positions() == 1) {
      return this;
    }
    Frontier rows = new Frontier(new Layout(features, layout.size() / features), 0);
    for (int i = 0; i < size; i++) {
      int cell = cell(i);
      rows.add(walks[i], cell % features, cell / features, weights[i]);
    }
    return rows;
  }

  /** These points with all channels taken for one. */
  Frontier withoutChannels() {
    Frontier merged = new Frontier(new Layout(1, layout.positions()), axes);
    for (int i = 0; i < size; i++) {
      merged.addFrom(this, i, 0, positions[i]);
    }
    return merged;
  }

  /** Makes room for as many more points. */
  void expect(int more) {
    if (size + more > walks.length) {
      grow(Math.max(size + more, 2 * size));
    }
  }

  private void grow(int capacity) {
    walks = Arrays.copyOf(walks, capacity);
    channels = Arrays.copyOf(channels, capacity);
    positions = Arrays.copyOf(positions, capacity);
    weights = Arrays.copyOf(weights, capacity);
    offsets = Arrays.copyOf(offsets, capacity * axes);
  }

  private long key(int i) {
    return place(i) * layout.channels() + channels[i];
  }

  /** The same for all points of one walk and position, in canonical order. */
  private long place(int i) {
    return (long) walks[i] * layout.positions() + positions[i];
  }

  /**
   * The heaviest points of each walk, scaled to the weight of all of them; the first of equal ones
   * are taken.
   *
   * @param most how many to keep per walk
   */
  Frontier heaviest(int most) {
    if (size <= most) {
      return this;
    }
    Frontier kept = new Frontier(layout, axes);
    float[] offset = new float[axes];
    for (int from = 0, to; from < size; from = to) {
      to = endOfWalk(from);
      double total = weight(from, to);
      int[] taken = heaviest(from, to, most);
      double sum = 0;
      for (int i : taken) {
        sum += weights[i];
      }
      for (int i : taken) {
        offset(i, offset);
        float weight = (float) (weights[i] * (total / sum));
        kept.add(walks[i], channels[i], positions[i], weight, offset);
      }
    }
    return kept;
  }

  /** The heaviest points from one index to before another, ascending. */
  private int[] heaviest(int from, int to, int most) {
    long[] order = new long[to - from];
    for (int i = from; i < to; i++) {
      // Weights are not negative, and such numbers are ordered as their bits are.
      long lightness = (long) Integer.MAX_VALUE - Float.floatToRawIntBits(weights[i]);
      order[i - from] = lightness << Integer.SIZE | i;
    }
    Arrays.sort(order);
    int[] heaviest = new int[Math.min(most, order.length)];
    Arrays.setAll(heaviest, k -> (int) order[k]);
    Arrays.sort(heaviest);
    return heaviest;
  }

  /** Whether two points belong to the same walk and position. */
  boolean samePlace(int i, int j) {
    return walks[i] == walks[j] && positions[i] == positions[j];
  }

  /** Index after the last point of the walk that a point belongs to; expects canonical order. */
  int endOfWalk(int i) {
    int end = i;
    while (end < size && walks[end] == walks[i]) {
      end++;
    }
    return end;
  }

  /** These points in canonical order, each cell of a walk once. */
  Frontier distinct(Coincidence coincidence) {
    if (canonical) {
      return this;
    }
    // Sorting keys that carry their index keeps coinciding points in order of arrival, which makes
    // the sums of their weights reproducible.
    int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(size);
    long[] order = new long[size];
    for (int i = 0; i < size; i++) {
      order[i] = key(i) << indexBits | i;
    }
    sort(order);
    Frontier distinct = new Frontier(layout, axes, size);
    float[] offset = new float[axes];
    long previous = -1;
    for (long entry : order) {
      int i = (int) (entry & ((1L << indexBits) - 1));
      long key = entry >>> indexBits;
      if (key != previous) {
        System.arraycopy(offsets, i * axes, offset, 0, axes);
        distinct.add(walks[i], channels[i], positions[i], weights[i], offset);
        previous = key;
      } else if (coincidence == Coincidence.SUM) {
        distinct.absorb(this, i);
      }
    }
    return distinct;
  }

  /** Most layers keep places in order and mix up the channels of each, which are few. */
  private void sort(long[] order) {
    if (!placeByPlace) {
      Arrays.sort(order);
      return;
    }
    for (int from = 0, to; from < size; from = to) {
      to = from + 1;
      while (to < size && samePlace(from, to)) {
        to++;
      }
      Arrays.sort(order, from, to);
    }
  }

  /** Makes the last point and one of another frontier one. */
  private void absorb(Frontier other, int i) {
    int last = size - 1;
    float sum = weights[last] + other.weights[i];
    float share = sum > 0 ? other.weights[i] / sum : 0;
    for (int axis = 0; axis < axes; axis++) {
      float own = offsets[last * axes + axis];
      offsets[last * axes + axis] = own + share * (other.offsets[i * axes + axis] - own);
    }
    weights[last] = sum;
  }

  /** The points of each walk; expects canonical order. */
  Points[] split(Shape shape, int walkCount) {
    Points[] split = new Points[walkCount];
    int from = 0;
    for (int walk = 0; walk < walkCount; walk++) {
      int to = from;
      while (to < size && walks[to] == walk) {
        to++;
      }
      int[] cells = new int[to - from];
      for (int i = from; i < to; i++) {
        cells[i - from] = cell(i);
      }
      split[walk] =
          new Points(
              shape,
              cells,
              Arrays.copyOfRange(weights, from, to),
              axes,
              Arrays.copyOfRange(offsets, from * axes, to * axes));
      from = to;
    }
    return split;
  }
}
