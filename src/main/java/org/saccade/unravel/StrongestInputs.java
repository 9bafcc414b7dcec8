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

  /** Cells of a plane for one that is read, up to which whole planes are gone through. */
  private static final int WHOLE_PLANES = 8;

  /** Cells of a 3 x 3 window. */
  private static final int NINE = 9;

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

  /**
   * For outputs that read a window of every channel.
   *
   * @param scratch memory for windows that are brought together
   */
  int[] inWindows(Frontier points, Scratch scratch) {
    int[] found = new int[points.size()];
    Windows windows = new Windows(images, projection, points);
    WindowCopies copies = new WindowCopies(values, projection, scratch);
    ImagePlanes planes = new ImagePlanes(values, projection, scratch);
    for (int from = 0, to; from < found.length; from = to) {
      to = points.endOfWalk(from);
      windows.read(from, to);
      boolean shared = windows.distinct() * SHARED <= to - from;
      if (readsManyCellsOfPlanes(windows, to - from)) {
        int start = windows.cells[0] - windows.cells[0] % projection.inputSize();
        if (windows.singleCells() && projection.footprint().taps() == 1) {
          inBoundedCells(windows, start, points, from, to, found);
        } else {
          planes.copy(start);
          inWindowsOfPlanes(windows, planes, from, to, found);
        }
      } else if (shared && projection.inWindowOrder()) {
        inSharedWindows(windows, copies, points, from, to, found);
      } else if (!windows.singleCells()) {
        inAnyWindows(windows, from, to, found);
      } else if (onlyPositiveWeightsCount()) {
        inPositiveCells(windows, points, from, to, found);
      } else {
        inCells(windows, from, to, found);
      }
    }
    for (int i = 0; i < found.length; i++) {
      found[i] += projection.firstInput(points.channel(i));
    }
    return found;
  }

  private boolean readsManyCellsOfPlanes(Windows windows, int count) {
    long cells = windows.first(count);
    return !projection.grouped()
        && projection.inWindowOrder()
        && cells * WHOLE_PLANES >= projection.channelStride();
  }

  private void inBoundedCells(
      Windows windows, int start, Frontier points, int from, int to, int[] found) {
    int plane = projection.channelStride();
    HeaviestWeights heaviest = projection.index().heaviest(projection.neverNegative());
    LargestMagnitudes magnitudes = new LargestMagnitudes(values, projection, start);
    for (int i = from; i < to; i++) {
      int cell = windows.cells[i - from];
      int output = points.channel(i);
      int filter = windows.weights[i - from];
      float largest = magnitudes.at(cell - start);
      int best = heaviest.strongest(output, filter, values, cell, plane, largest);
      found[i] = best == HeaviestWeights.UNDECIDED ? strongestOfAll(cell, filter) : best;
    }
  }

  private int strongestOfAll(int cell, int filter) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < inputs; c++) {
      float product =
          values.get(cell + c * projection.channelStride())
              * filters[filter + c * projection.inputStride()];
      if (product > most) {
        most = product;
        best = c;
      }
    }
    return best;
  }

  private void inWindowsOfPlanes(
      Windows windows, ImagePlanes planes, int from, int to, int[] found) {
    boolean threeByThree = projection.footprint().isThreeByThree();
    int plane = projection.channelStride();
    int[] cells = windows.cells;
    for (int i = from; i < to; i++) {
      int e = windows.first(i - from);
      if (threeByThree && windows.ends[i - from] - e == NINE) {
        int upper = cells[e] - planes.start();
        int middle = cells[e + 3] - planes.start();
        int lower = cells[e + 6] - planes.start();
        int filter = windows.weights[e];
        searchNineCells(
            planes.values(), upper, middle, lower, plane, filters, filter, inputs, found, i);
      } else {
        searchWindow(windows, planes, i - from, found, i);
      }
    }
  }

  private void searchWindow(Windows windows, ImagePlanes planes, int window, int[] found, int i) {
    float[] values = planes.values();
    int first = windows.first(window);
    int end = windows.ends[window];
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < inputs; c++) {
      int plane = c * projection.channelStride() - planes.start();
      int filter = c * projection.inputStride();
      float sum = 0;
      for (int e = first; e < end; e++) {
        sum += values[windows.cells[e] + plane] * filters[windows.weights[e] + filter];
      }
      if (sum > most) {
        most = sum;
        found[i] = c;
      }
    }
  }

  private boolean onlyPositiveWeightsCount() {
    int plane = projection.channelStride();
    return projection.neverNegative()
        && projection.footprint().taps() == 1
        && (plane <= CLOSE || plane > SPREAD_OUT);
  }

  /**
   * Over values that are never negative, only a positive weight can make the largest product. All
   * products come before any decision, so that many reads wait for memory at once.
   */
  private void inPositiveCells(Windows windows, Frontier points, int from, int to, int[] found) {
    float[] products = new float[inputs];
    for (int i = from; i < to; i++) {
      int cell = windows.cells[i - from];
      int filter = windows.weights[i - from];
      int[] positive = projection.index().positive(points.channel(i), filter);
      for (int j = 0; j < positive.length; j++) {
        products[j] =
            values.get(cell + positive[j] * projection.channelStride())
                * filters[filter + positive[j] * projection.inputStride()];
      }
      int best = -1;
      float most = 0;
      for (int j = 0; j < positive.length; j++) {
        if (products[j] > most) {
          most = products[j];
          best = j;
        }
      }
      if (best < 0) {
        inCells(windows, from, i, i + 1, found);
      } else {
        found[i] = positive[best];
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

  private void inSharedWindows(
      Windows windows, WindowCopies copies, Frontier points, int from, int to, int[] found) {
    for (int i = from, end; i < to; i = end) {
      end = from + copies.copy(windows, i - from, to - from);
      for (int j = i; j < end; j++) {
        int filter = projection.filter(points.channel(j));
        search(copies.values(), copies.start(j - from), filter, found, j);
      }
    }
  }

  private void search(float[] copies, int window, int filter, int[] found, int i) {
    int taps = projection.footprint().taps();
    switch (taps) {
      case 1 -> searchCell(copies, window, filters, filter, inputs, found, i);
      case NINE ->
          searchNineCells(
              copies, window, window + 3, window + 6, NINE, filters, filter, inputs, found, i);
      default -> searchCells(copies, window, filters, filter, inputs, taps, found, i);
    }
  }

  // In the searches below each new best is stored at once. A best kept in a variable the compiler
  // may update without a branch, and then every product waits for the comparison before it.

  private static void searchCell(
      float[] copies, int window, float[] filters, int filter, int inputs, int[] found, int i) {
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < inputs; c++) {
      float product = copies[window + c] * filters[filter + c];
      if (product > most) {
        most = product;
        found[i] = c;
      }
    }
  }

  /**
   * For the most usual window, 3 x 3, where a loop costs more than the arithmetic.
   *
   * @param upper where the first three cells lie side by side, in the first channel; {@code middle}
   *     and {@code lower} the next ones
   * @param stride distance of neighbouring channels
   */
  private static void searchNineCells(
      float[] values,
      int upper,
      int middle,
      int lower,
      int stride,
      float[] filters,
      int filter,
      int inputs,
      int[] found,
      int i) {
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0, u = upper, m = middle, l = lower, w = filter; c < inputs; c++) {
      float sum =
          values[u] * filters[w]
              + values[u + 1] * filters[w + 1]
              + values[u + 2] * filters[w + 2]
              + values[m] * filters[w + 3]
              + values[m + 1] * filters[w + 4]
              + values[m + 2] * filters[w + 5]
              + values[l] * filters[w + 6]
              + values[l + 1] * filters[w + 7]
              + values[l + 2] * filters[w + 8];
      if (sum > most) {
        most = sum;
        found[i] = c;
      }
      u += stride;
      m += stride;
      l += stride;
      w += NINE;
    }
  }

  private static void searchCells(
      float[] copies,
      int window,
      float[] filters,
      int filter,
      int inputs,
      int taps,
      int[] found,
      int i) {
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0, j = 0; c < inputs; c++) {
      float sum = 0;
      for (int end = j + taps; j < end; j++) {
        sum += copies[window + j] * filters[filter + j];
      }
      if (sum > most) {
        most = sum;
        found[i] = c;
      }
    }
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
