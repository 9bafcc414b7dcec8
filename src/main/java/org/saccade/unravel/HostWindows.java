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

  private final int[] images;
  private FloatBuffer values;
  private Projection projection;
  private Frontier points;
  private int inputs;

  /** Distance of entries: off a power of two, at which they would evict one another. */
  private int pitch;

  private int[] positions = new int[0];
  private int[] taps = new int[0];
  private int[] sources = new int[ENTRIES];
  private int[] entryPositions = new int[ENTRIES];
  private int[] entryTaps = new int[ENTRIES];
  private int[] firstEntry = new int[ENTRIES];
  private int[] lastEntry = new int[ENTRIES];
  private float[] gathered = new float[0];
  private float[] sums = new float[0];
  private int loadedFrom;

  /**
   * @param images index in the batch of each walk's image
   */
  HostWindows(int[] images) {
    this.images = images;
  }

  /** Turns to the points of another layer. */
  void over(FloatBuffer values, Projection projection, Frontier points) {
    this.values = values;
    this.projection = projection;
    this.points = points;
    inputs = projection.inputsPerGroup();
    pitch = inputs + LINE;
    if (positions.length < projection.footprint().largest()) {
      positions = new int[projection.footprint().largest()];
      taps = new int[positions.length];
    }
    if (sums.length < inputs) {
      sums = new float[inputs];
    }
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
      if (i > from
          && (entries + projection.footprint().largest() > ENTRIES
              || entries * pitch > LARGEST_LOAD)) {
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
      gathered = new float[Math.max(entries * pitch, LARGEST_LOAD)];
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

  /**
   * The channel of its group that contributes most to a point: the first with the largest sum over
   * the window of activation times weight.
   */
  int strongest(int i) {
    int entry = firstEntry[i - loadedFrom];
    if (lastEntry[i - loadedFrom] == entry + 1) {
      return strongestOfOne(entry * pitch, projection.filter(points.channel(i), entryTaps[entry]));
    }
    float[] contributions = sums(i);
    int best = 0;
    float most = contributions[0];
    for (int c = 1; c < inputs; c++) {
      if (contributions[c] > most) {
        most = contributions[c];
        best = c;
      }
    }
    return best;
  }

  private int strongestOfOne(int start, int filter) {
    float[] filters = projection.filters();
    float[] from = gathered;
    int best = 0;
    float most = from[start] * filters[filter];
    for (int c = 1; c < inputs; c++) {
      float contribution = from[start + c] * filters[filter + c];
      if (contribution > most) {
        most = contribution;
        best = c;
      }
    }
    return best;
  }

  /**
   * Sum over a point's window of activation times weight, per channel of its group; valid until the
   * next call, and only as many entries as the group has channels.
   */
  float[] sums(int i) {
    float[] filters = projection.filters();
    float[] from = gathered;
    float[] to = sums;
    int width = inputs;
    int first = firstEntry[i - loadedFrom];
    int last = lastEntry[i - loadedFrom];
    if (first == last) {
      Arrays.fill(to, 0, width, 0);
    }
    for (int e = first; e < last; e++) {
      int filter = projection.filter(points.channel(i), entryTaps[e]);
      int start = e * pitch;
      if (e == first) {
        for (int c = 0; c < width; c++) {
          to[c] = from[start + c] * filters[filter + c];
        }
      } else {
        for (int c = 0; c < width; c++) {
          to[c] += from[start + c] * filters[filter + c];
        }
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
