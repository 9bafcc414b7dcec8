package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Windows that several points share, brought together in one array: each once, as {@code [input
 * channels of the group, taps]} with zeros for padding, so that they lie as filters do.
 */
final class WindowCopies {
  /** Elements to bring together at a time: they should stay in the cache of a core. */
  private static final int ROOM = 1 << 16;

  /** Channels copied at a time: what is written then are whole cache lines. */
  private static final int CHANNELS = 16;

  private final FloatBuffer source;
  private final Projection projection;
  private final Scratch scratch;
  private final int inputs;
  private final int taps;
  private final int size;
  private int[] starts = new int[64];
  private int first;
  private float[] values = new float[0];

  /**
   * @param source the projection's input for the whole batch
   * @param scratch not to be used by others while these copies are
   */
  WindowCopies(FloatBuffer source, Projection projection, Scratch scratch) {
    this.source = source;
    this.projection = projection;
    this.scratch = scratch;
    this.inputs = projection.inputsPerGroup();
    this.taps = projection.footprint().taps();
    this.size = inputs * taps;
  }

  /**
   * Copies the windows of as many points as there is room for.
   *
   * @param from first point, counted from the first that the windows were read for
   * @param count number of points that the windows were read for
   * @return index after the last point
   */
  int copy(Windows windows, int from, int count) {
    if (starts.length < count) {
      starts = new int[count];
    }
    first = from;
    int room = Math.max(1, ROOM / size);
    int copies = 0;
    int to = from;
    for (; to < count; to++) {
      if (to == from || !windows.shared[to]) {
        if (copies == room) {
          break;
        }
        copies++;
      }
      starts[to] = (copies - 1) * size;
    }
    values = scratch.floats(copies * size);
    if (windows.first(to) - windows.first(from) < (to - from) * taps) {
      Arrays.fill(values, 0, copies * size, 0);
    }
    for (int c = 0; c < inputs; c += CHANNELS) {
      copy(windows, to, c, Math.min(CHANNELS, inputs - c));
    }
    return to;
  }

  private void copy(Windows windows, int to, int channel, int channels) {
    int stride = projection.channelStride();
    for (int i = first; i < to; i++) {
      if (i > first && windows.shared[i]) {
        continue;
      }
      int start = starts[i] + channel * taps;
      for (int e = windows.first(i); e < windows.ends[i]; e++) {
        int cell = windows.cells[e] + channel * stride;
        int place = start + windows.through[e];
        for (int k = 0; k < channels; k++) {
          values[place + k * taps] = source.get(cell + k * stride);
        }
      }
    }
  }

  /** What was copied, valid until the next call of {@link #copy}. */
  float[] values() {
    return values;
  }

  /** Where in {@link #values} the window of a point begins. */
  int start(int i) {
    return starts[i];
  }
}
