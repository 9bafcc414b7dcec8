package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The windows that the points of a layer read, gathered from host memory for many points at once.
 *
 * <p>Points that read the same window share it. Values are gathered channel by channel, so that
 * reads stay within one plane of the activation, and laid out as {@code [entry, channel]}, where an
 * entry is one cell of one window, so that products with a filter run over neighbouring memory.
 */
final class HostWindows {
  /** Cells per load: their lines stay in the first-level cache while channels go by. */
  private static final int ENTRIES = 512;

  private static final int LINE = 64 / Float.BYTES;
  private static final int LARGEST_LOAD = 1 << 16;

  private final FloatBuffer values;
  private final Projection projection;
  private final Frontier points;
  private final int[] images;
  private final int inputs;

  /** Distance of entries: off a power of two, at which they would evict one another. */
  private final int pitch;

  private final int[] positions;
  private final int[] taps;
  private int[] sources = new int[ENTRIES];
  private int[] entryPositions = new int[ENTRIES];
  private int[] entryTaps = new int[ENTRIES];
  private int[] firstEntry = new int[ENTRIES];
  private int[] lastEntry = new int[ENTRIES];
  private float[] gathered = new float[0];
  private final float[] sums;
  private int loadedFrom;

  /**
   * @param images index in the batch of each walk's image
   */
  HostWindows(FloatBuffer values, Projection projection, Frontier points, int[] images) {
    this.values = values;
    this.projection = projection;
    this.points = points;
    this.images = images;
    this.inputs = projection.inputsPerGroup();
    this.pitch = inputs + LINE;
    this.positions = new int[projection.footprint().largest()];
    this.taps = new int[positions.length];
    this.sums = new float[inputs];
  }

  /**
   * Gathers the windows of points from one index on.
   *
   * @param to index after the last point wanted
   * @return index after the last point whose window is there now
   */
  int load(int from, int to) {
    loadedFrom = from;
    int entries = 0;
    int i = from;
    for (; i < to; i++) {
      int point = i - from;
      if (point == firstEntry.length) {
        firstEntry = Arrays.copyOf(firstEntry, 2 * point);
        lastEntry = Arrays.copyOf(lastEntry, 2 * point);
      }
      if (i > from && sameWindow(i - 1, i)) {
        firstEntry[point] = firstEntry[point - 1];
        lastEntry[point] = lastEntry[point - 1];
        continue;
      }
      if (i > from && (entries + positions.length > ENTRIES || entries * pitch > LARGEST_LOAD)) {
        break;
      }
      int count = projection.footprint().read(points.position(i), positions, taps);
      if (entries + count > sources.length) {
        int capacity = Math.max(entries + count, 2 * sources.length);
        sources = Arrays.copyOf(sources, capacity);
        entryPositions = Arrays.copyOf(entryPositions, capacity);
        entryTaps = Arrays.copyOf(entryTaps, capacity);
      }
      int base = images[points.walk(i)] * projection.inputSize() + firstChannel(i);
      firstEntry[point] = entries;
      for (int j = 0; j < count; j++) {
        sources[entries] = base + positions[j] * projection.positionStride();
        entryPositions[entries] = positions[j];
        entryTaps[entries++] = taps[j];
      }
      lastEntry[point] = entries;
    }
    gather(entries);
    return i;
  }

  private boolean sameWindow(int i, int j) {
    return points.position(i) == points.position(j)
        && images[points.walk(i)] == images[points.walk(j)]
        && projection.firstInput(points.channel(i)) == projection.firstInput(points.channel(j));
  }

  /** Offset of the first channel of a point's group. */
  private int firstChannel(int i) {
    return projection.firstInput(points.channel(i)) * projection.channelStride();
  }

  private void gather(int entries) {
    if (gathered.length < entries * pitch) {
      gathered = new float[entries * pitch];
    }
    FloatBuffer from = values;
    float[] to = gathered;
    int[] cells = sources;
    int width = pitch;
    int step = projection.channelStride();
    if (step == 1) {
      for (int e = 0; e < entries; e++) {
        from.get(cells[e], to, e * width, inputs);
      }
      return;
    }
    for (int c = 0; c < inputs; c++) {
      int plane = c * step;
      for (int e = 0; e < entries; e++) {
        to[e * width + c] = from.get(cells[e] + plane);
      }
    }
  }

  /** Sum over a point's window of activation times weight, per channel of its group. */
  float[] sums(int i) {
    float[] filters = projection.filters();
    float[] from = gathered;
    float[] to = sums;
    int width = inputs;
    Arrays.fill(to, 0);
    for (int e = firstEntry[i - loadedFrom]; e < lastEntry[i - loadedFrom]; e++) {
      int filter = projection.filter(points.channel(i), entryTaps[e]);
      int start = e * pitch;
      for (int c = 0; c < width; c++) {
        to[c] += from[start + c] * filters[filter + c];
      }
    }
    return to;
  }

  /** Position of the largest activation of one channel of the group in a point's window. */
  int largest(int i, int channel) {
    int best = firstEntry[i - loadedFrom];
    for (int e = best + 1; e < lastEntry[i - loadedFrom]; e++) {
      if (gathered[e * pitch + channel] > gathered[best * pitch + channel]) {
        best = e;
      }
    }
    return entryPositions[best];
  }

  /** Adds to every input its share of a point's weight. */
  void spread(int i, float[] relevance) {
    float[] filters = projection.filters();
    int first = firstEntry[i - loadedFrom];
    int last = lastEntry[i - loadedFrom];
    double total = 0;
    for (int e = first; e < last; e++) {
      int filter = projection.filter(points.channel(i), entryTaps[e]);
      for (int c = 0; c < inputs; c++) {
        total += Math.max(0, gathered[e * pitch + c] * filters[filter + c]);
      }
    }
    if (total == 0) {
      return;
    }
    float scale = (float) (points.weight(i) / total);
    for (int e = first; e < last; e++) {
      int filter = projection.filter(points.channel(i), entryTaps[e]);
      int at = firstChannel(i) + entryPositions[e] * projection.positionStride();
      for (int c = 0; c < inputs; c++) {
        relevance[at + c * projection.channelStride()] +=
            scale * Math.max(0, gathered[e * pitch + c] * filters[filter + c]);
      }
    }
  }
}
