package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The search for the input channel that contributed most to each point at the output of a
 * projection: one answer, and a way to it for every shape of the question.
 */
final class StrongestInputs {
  /** From how many points per window on it pays to bring windows together. */
  private static final int SHARED = 2;

  /**
   * Positions of a channel beyond which its cells share no cache lines, so that each read counts.
   */
  private static final int SPREAD_OUT = 1024;

  /** Positions of a channel up to which all its cells lie in a few cache lines. */
  private static final int CLOSE = 64;

  private final FloatBuffer values;
  private final int[] images;
  private final Projection projection;
  private final float[] filters;
  private final int inputs;

  /**
   * @param values the projection's input for the whole batch
   * @param images index in the batch of each walk's image
   */
  StrongestInputs(FloatBuffer values, int[] images, Projection projection) {
    this.values = values;
    this.images = images;
    this.projection = projection;
    this.filters = projection.filters();
    this.inputs = projection.inputsPerGroup();
  }

  /**
   * For outputs that read a row of channels side by side, points of the same output one after the
   * other: filters are what takes most memory here.
   */
  int[] inRows(Frontier points) {
    int[] found = new int[points.size()];
    Map<Long, LargestFirst> rows = new HashMap<>();
    RowReader reader = new RowReader(values, images, projection);
    for (int i : byChannel(points)) {
      long place = (long) images[points.walk(i)] << Integer.SIZE | points.position(i);
      LargestFirst row =
          rows.computeIfAbsent(place, key -> new LargestFirst(reader.of(points, i).clone()));
      found[i] = strongest(row, points.channel(i));
    }
    return found;
  }

  private static int[] byChannel(Frontier points) {
    long[] order = new long[points.size()];
    Arrays.setAll(order, i -> (long) points.channel(i) << Integer.SIZE | i);
    Arrays.sort(order);
    return Arrays.stream(order).mapToInt(entry -> (int) entry).toArray();
  }

  private int strongest(LargestFirst row, int output) {
    int filter = projection.filter(output);
    float largest = projection.index().largest(output, filter);
    return row.strongest(filters, filter, projection.inputStride(), largest);
  }

  /** For outputs that read a window of every channel. */
  int[] inWindows(Frontier points) {
    int[] found = new int[points.size()];
    Windows windows = new Windows(images, projection, points);
    for (int from = 0, to; from < found.length; from = to) {
      to = points.endOfWalk(from);
      windows.read(from, to);
      boolean shared = windows.distinct() * SHARED <= to - from;
      if (windows.singleCells()) {
        if (shared) {
          inSharedCells(windows, from, to, found);
        } else if (onlyPositiveWeightsCount()) {
          inPositiveCells(windows, points, from, to, found);
        } else {
          inCells(windows, from, to, found);
        }
      } else if (shared && projection.inWindowOrder()) {
        inSharedWindows(windows, points, from, to, found);
      } else {
        inAnyWindows(windows, from, to, found);
      }
    }
    for (int i = 0; i < found.length; i++) {
      found[i] += projection.firstInput(points.channel(i));
    }
    return found;
  }

  private boolean onlyPositiveWeightsCount() {
    int plane = projection.channelStride();
    return projection.neverNegative()
        && projection.footprint().taps() == 1
        && (plane <= CLOSE || plane > SPREAD_OUT);
  }

  private void inSharedCells(Windows windows, int from, int to, int[] found) {
    float[] row = new float[inputs];
    int stride = projection.inputStride();
    for (int i = from, end; i < to; i = end) {
      int cell = windows.cells[i - from];
      for (int c = 0; c < inputs; c++) {
        row[c] = values.get(cell + c * projection.channelStride());
      }
      end = i + windows.sharers(i - from, to - from);
      for (int j = i; j < end; j++) {
        found[j] = strongest(row, filters, windows.weights[j - from], stride);
      }
    }
  }

  private static int strongest(float[] row, float[] filters, int filter, int stride) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < row.length; c++) {
      float product = row[c] * filters[filter + c * stride];
      if (product > most) {
        most = product;
        best = c;
      }
    }
    return best;
  }

  /** Over values that are never negative, only a positive weight can make the largest product. */
  private void inPositiveCells(Windows windows, Frontier points, int from, int to, int[] found) {
    for (int i = from; i < to; i++) {
      int cell = windows.cells[i - from];
      int filter = windows.weights[i - from];
      int best = -1;
      float most = 0;
      for (int c : projection.index().positive(points.channel(i), filter)) {
        float product =
            values.get(cell + c * projection.channelStride())
                * filters[filter + c * projection.inputStride()];
        if (product > most) {
          most = product;
          best = c;
        }
      }
      if (best < 0) {
        inCells(windows, from, i, i + 1, found);
      } else {
        found[i] = best;
      }
    }
  }

  private void inCells(Windows windows, int from, int to, int[] found) {
    inCells(windows, from, from, to, found);
  }

  /**
   * Runs channel by channel over all points, so that reads stay within one plane of the activation
   * instead of touching another page of memory each.
   *
   * @param first point that the windows were read for
   */
  private void inCells(Windows windows, int first, int from, int to, int[] found) {
    int[] cells = windows.cells;
    int[] weights = windows.weights;
    float[] most = nothingYet(to - from);
    for (int c = 0; c < inputs; c++) {
      int plane = c * projection.channelStride();
      int filter = c * projection.inputStride();
      for (int i = from; i < to; i++) {
        float product = values.get(cells[i - first] + plane) * filters[weights[i - first] + filter];
        if (product > most[i - from]) {
          most[i - from] = product;
          found[i] = c;
        }
      }
    }
  }

  /** Brings every window together once, zeros for padding, in the order that filters have. */
  private void inSharedWindows(Windows windows, Frontier points, int from, int to, int[] found) {
    int taps = projection.footprint().taps();
    float[] window = new float[inputs * taps];
    float[] products = new float[window.length];
    for (int i = from, end; i < to; i = end) {
      int start = i == from ? 0 : windows.ends[i - from - 1];
      gather(windows, start, windows.ends[i - from], window);
      end = i + windows.sharers(i - from, to - from);
      for (int j = i; j < end; j++) {
        multiply(window, filters, projection.filter(points.channel(j)), products);
        found[j] = largestSum(products, taps);
      }
    }
  }

  private void gather(Windows windows, int start, int end, float[] window) {
    int taps = projection.footprint().taps();
    if (end - start < taps) {
      Arrays.fill(window, 0);
    }
    for (int c = 0; c < inputs; c++) {
      int plane = c * projection.channelStride();
      for (int e = start; e < end; e++) {
        window[c * taps + windows.through[e]] = values.get(windows.cells[e] + plane);
      }
    }
  }

  /** Apart, so that the compiler finds a loop it can vectorize. */
  private static void multiply(float[] window, float[] filters, int filter, float[] products) {
    for (int j = 0; j < products.length; j++) {
      products[j] = window[j] * filters[filter + j];
    }
  }

  private static int largestSum(float[] products, int taps) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0, j = 0; j < products.length; c++) {
      float sum = 0;
      for (int end = j + taps; j < end; j++) {
        sum += products[j];
      }
      if (sum > most) {
        most = sum;
        best = c;
      }
    }
    return best;
  }

  private void inAnyWindows(Windows windows, int from, int to, int[] found) {
    int[] cells = windows.cells;
    int[] weights = windows.weights;
    int[] ends = windows.ends;
    float[] most = nothingYet(to - from);
    for (int c = 0; c < inputs; c++) {
      int plane = c * projection.channelStride();
      int filter = c * projection.inputStride();
      int e = 0;
      for (int i = from; i < to; i++) {
        float sum = 0;
        for (int end = ends[i - from]; e < end; e++) {
          sum += values.get(cells[e] + plane) * filters[weights[e] + filter];
        }
        if (sum > most[i - from]) {
          most[i - from] = sum;
          found[i] = c;
        }
      }
    }
  }

  private static float[] nothingYet(int count) {
    float[] most = new float[count];
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    return most;
  }
}
