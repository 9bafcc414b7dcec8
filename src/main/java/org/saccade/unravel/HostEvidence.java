package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.saccade.engine.Activations;

/** Evidence read in plain Java from activations in host memory, without copying them. */
final class HostEvidence implements Evidence {
  /** From how many points per window on it pays to gather windows. */
  private static final int SHARED = 2;

  private final Activations activations;
  private final int[] images;

  /**
   * @param images index in the batch of each walk's image
   */
  HostEvidence(Activations activations, int[] images) {
    this.activations = activations;
    this.images = images;
  }

  @Override
  public float[] values(int node, Frontier points) {
    FloatBuffer values = activations.host(node);
    int size = points.layout().size();
    float[] found = new float[points.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = values.get(images[points.walk(i)] * size + points.cell(i));
    }
    return found;
  }

  @Override
  public int[] strongest(int node, Projection projection, Frontier points) {
    return projection.readsRow()
        ? strongestByPoint(node, projection, points)
        : strongestByChannel(node, projection, points);
  }

  /**
   * Runs channel by channel over all points of a walk, so that reads stay within one plane of the
   * activation instead of touching another page of memory each.
   */
  private int[] strongestByChannel(int node, Projection projection, Frontier points) {
    FloatBuffer values = activations.host(node);
    int[] found = new int[points.size()];
    float[] most = new float[found.length];
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    Windows windows = new Windows(projection, points);
    for (int from = 0, to; from < found.length; from = to) {
      to = points.endOfWalk(from);
      windows.read(from, to);
      if (windows.distinct() * SHARED <= to - from) {
        compareGathered(values, projection, windows, from, to, found);
      } else if (windows.singleCells()) {
        compareCells(values, projection, windows, from, to, most, found);
      } else {
        compareWindows(values, projection, windows, from, to, most, found);
      }
    }
    for (int i = 0; i < found.length; i++) {
      found[i] += projection.firstInput(points.channel(i));
    }
    return found;
  }

  private static void compareCells(
      FloatBuffer values,
      Projection projection,
      Windows windows,
      int from,
      int to,
      float[] most,
      int[] found) {
    int[] cells = windows.cells;
    int[] weights = windows.weights;
    float[] filters = projection.filters();
    for (int c = 0; c < projection.inputsPerGroup(); c++) {
      int plane = c * projection.channelStride();
      int filter = c * projection.inputStride();
      for (int i = from; i < to; i++) {
        float contribution =
            values.get(cells[i - from] + plane) * filters[weights[i - from] + filter];
        if (contribution > most[i]) {
          most[i] = contribution;
          found[i] = c;
        }
      }
    }
  }

  /** Where several points share a window it is brought together once, for all of them. */
  private static void compareGathered(
      FloatBuffer values, Projection projection, Windows windows, int from, int to, int[] found) {
    int inputs = projection.inputsPerGroup();
    float[] filters = projection.filters();
    float[] gathered = new float[0];
    int start = 0;
    for (int i = from; i < to; i++) {
      int end = windows.ends[i - from];
      int count = end - start;
      if (i == from || !windows.shared[i - from]) {
        gathered = gathered.length == count * inputs ? gathered : new float[count * inputs];
        for (int c = 0; c < inputs; c++) {
          for (int j = 0; j < count; j++) {
            gathered[c * count + j] =
                values.get(windows.cells[start + j] + c * projection.channelStride());
          }
        }
      }
      found[i] = strongestOf(gathered, count, filters, windows.weights, start, projection);
      start = end;
    }
  }

  private static int strongestOf(
      float[] gathered,
      int count,
      float[] filters,
      int[] weights,
      int start,
      Projection projection) {
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    int step = projection.inputStride();
    int inputs = projection.inputsPerGroup();
    if (count == 1 && step == 1) {
      int filter = weights[start];
      for (int c = 0; c < inputs; c++) {
        float contribution = gathered[c] * filters[filter + c];
        if (contribution > most) {
          most = contribution;
          best = c;
        }
      }
      return best;
    }
    for (int c = 0; c < inputs; c++) {
      float contribution = 0;
      for (int j = 0; j < count; j++) {
        contribution += gathered[c * count + j] * filters[weights[start + j] + c * step];
      }
      if (contribution > most) {
        most = contribution;
        best = c;
      }
    }
    return best;
  }

  private static void compareWindows(
      FloatBuffer values,
      Projection projection,
      Windows windows,
      int from,
      int to,
      float[] most,
      int[] found) {
    int[] cells = windows.cells;
    int[] weights = windows.weights;
    int[] ends = windows.ends;
    float[] filters = projection.filters();
    for (int c = 0; c < projection.inputsPerGroup(); c++) {
      int plane = c * projection.channelStride();
      int filter = c * projection.inputStride();
      int e = 0;
      for (int i = from; i < to; i++) {
        float contribution = 0;
        for (int end = ends[i - from]; e < end; e++) {
          contribution += values.get(cells[e] + plane) * filters[weights[e] + filter];
        }
        if (contribution > most[i]) {
          most[i] = contribution;
          found[i] = c;
        }
      }
    }
  }

  /**
   * Channels that lie side by side are best read a point at a time, points of the same output one
   * after the other: filters are what takes most memory here.
   */
  private int[] strongestByPoint(int node, Projection projection, Frontier points) {
    int[] found = new int[points.size()];
    Map<Integer, Row> rows = new HashMap<>();
    for (int i : byChannel(points)) {
      Row row = rows.computeIfAbsent(images[points.walk(i)], image -> new Row(node, projection));
      found[i] = strongestOfRow(row.of(points, i), projection, points.channel(i));
    }
    return found;
  }

  private static int[] byChannel(Frontier points) {
    long[] order = new long[points.size()];
    Arrays.setAll(order, i -> (long) points.channel(i) << Integer.SIZE | i);
    Arrays.sort(order);
    return Arrays.stream(order).mapToInt(entry -> (int) entry).toArray();
  }

  private static int strongestOfRow(float[] values, Projection projection, int output) {
    float[] filters = projection.filters();
    int filter = projection.filter(output);
    int best = 0;
    float most = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < values.length; c++) {
      float contribution = values[c] * filters[filter + c];
      if (contribution > most) {
        most = contribution;
        best = c;
      }
    }
    return best;
  }

  @Override
  public Channels positive(int node, Projection projection, Frontier points) {
    int[] owners = new int[points.size()];
    int[] channels = new int[points.size()];
    int count = 0;
    Row row = new Row(node, projection);
    // What one point has reached the others need not be asked for, so that the search soon ends.
    int[] open = new int[projection.inputsPerGroup()];
    int openCount = 0;
    for (int i = 0; i < points.size(); i++) {
      float[] values = row.of(points, i);
      if (i == 0 || !points.samePlace(i - 1, i)) {
        openCount = open.length;
        Arrays.setAll(open, c -> c);
      }
      int filter = projection.filter(points.channel(i));
      int stillOpen = 0;
      for (int j = 0; j < openCount; j++) {
        int c = open[j];
        if (values[c] * projection.filters()[filter + c] > 0) {
          if (count == owners.length) {
            owners = Arrays.copyOf(owners, 2 * count);
            channels = Arrays.copyOf(channels, 2 * count);
          }
          owners[count] = i;
          channels[count++] = c;
        } else if (values[c] != 0) {
          open[stillOpen++] = c;
        }
      }
      openCount = stillOpen;
    }
    return new Channels(Arrays.copyOf(owners, count), Arrays.copyOf(channels, count));
  }

  @Override
  public float[] relevance(int node, Projection projection, Frontier points, int from, int to) {
    FloatBuffer values = activations.host(node);
    float[] relevance = new float[projection.inputSize()];
    boolean apart = to - from == 1 || projection.inputsPerGroup() == 1;
    for (int i = from; i < to; i++) {
      int image = images[points.walk(i)] * projection.inputSize();
      if (projection.tied() && apart) {
        spreadOverSpace(values, image, projection, points, i, relevance);
      } else {
        spread(values, image, projection, points, i, relevance);
      }
    }
    return relevance;
  }

  /** Sole reader of its inputs, and all positions of a channel side by side. */
  private static void spreadOverSpace(
      FloatBuffer values,
      int image,
      Projection projection,
      Frontier points,
      int i,
      float[] relevance) {
    int positions = projection.channelStride();
    int filter = projection.filter(points.channel(i));
    int start = projection.firstInput(points.channel(i)) * positions;
    int end = start + projection.inputsPerGroup() * positions;
    float[] row = new float[positions];
    float[] sums = new float[positions];
    for (int plane = start; plane < end; plane += positions) {
      float weight = projection.filters()[filter++];
      if (projection.neverNegative() && weight <= 0) {
        continue;
      }
      values.get(image + plane, row);
      for (int p = 0; p < positions; p++) {
        row[p] = Math.max(0, row[p] * weight);
      }
      for (int p = 0; p < positions; p++) {
        sums[p] += row[p];
      }
      System.arraycopy(row, 0, relevance, plane, positions);
    }
    double total = 0;
    for (float sum : sums) {
      total += sum;
    }
    float scale = total > 0 ? (float) (points.weight(i) / total) : 0;
    for (int cell = start; cell < end; cell++) {
      relevance[cell] *= scale;
    }
  }

  private void spread(
      FloatBuffer values,
      int image,
      Projection projection,
      Frontier points,
      int i,
      float[] relevance) {
    Windows windows = new Windows(projection, points);
    windows.read(i, i + 1);
    int count = windows.ends[0];
    float[] filters = projection.filters();
    float[] products = new float[count * projection.inputsPerGroup()];
    double total = 0;
    for (int e = 0; e < count; e++) {
      int cell = windows.cells[e];
      int filter = windows.weights[e];
      for (int c = 0; c < projection.inputsPerGroup(); c++) {
        float value = values.get(cell + c * projection.channelStride());
        float product = Math.max(0, value * filters[filter + c * projection.inputStride()]);
        products[e * projection.inputsPerGroup() + c] = product;
        total += product;
      }
    }
    float scale = total > 0 ? (float) (points.weight(i) / total) : 0;
    for (int e = 0; e < count; e++) {
      int cell = windows.cells[e] - image;
      for (int c = 0; c < projection.inputsPerGroup(); c++) {
        relevance[cell + c * projection.channelStride()] +=
            scale * products[e * projection.inputsPerGroup() + c];
      }
    }
  }

  @Override
  public int[] largest(
      int node, Footprint footprint, Layout input, Frontier points, int[] channels) {
    FloatBuffer values = activations.host(node);
    int[] found = new int[points.size()];
    int[] positions = new int[footprint.largest()];
    int[] taps = new int[footprint.largest()];
    for (int i = 0; i < found.length; i++) {
      int count = footprint.read(points.position(i), positions, taps);
      int base = images[points.walk(i)] * input.size() + input.cell(channels[i], 0);
      float most = Float.NEGATIVE_INFINITY;
      found[i] = positions[0];
      for (int j = 0; j < count; j++) {
        float value = values.get(base + positions[j]);
        if (value > most) {
          most = value;
          found[i] = positions[j];
        }
      }
    }
    return found;
  }

  /** The windows of some points of one walk, cell by cell. */
  private final class Windows {
    private final Projection projection;
    private final Frontier points;
    private final int[] positions;
    private final int[] taps;
    private boolean single;
    private int distinct;

    /** Where in the activation the cells of all windows lie, in the first channel of the group. */
    int[] cells = new int[64];

    /** Where in the filters the weights of these cells lie, likewise. */
    int[] weights = new int[64];

    /** Index of the cell after the last of each window. */
    int[] ends = new int[64];

    /** Whether a point reads the same cells as the one before it. */
    boolean[] shared = new boolean[64];

    Windows(Projection projection, Frontier points) {
      this.projection = projection;
      this.points = points;
      this.positions = new int[projection.footprint().largest()];
      this.taps = new int[positions.length];
    }

    void read(int from, int to) {
      if (ends.length < to - from) {
        ends = new int[to - from];
        shared = new boolean[to - from];
      }
      int room = (to - from) * positions.length;
      if (cells.length < room) {
        cells = new int[room];
        weights = new int[room];
      }
      single = true;
      distinct = 0;
      int e = 0;
      for (int i = from; i < to; i++) {
        int output = points.channel(i);
        int base =
            images[points.walk(i)] * projection.inputSize()
                + projection.firstInput(output) * projection.channelStride();
        int filter = projection.filter(output);
        int count = projection.footprint().read(points.position(i), positions, taps);
        single &= count == 1;
        for (int j = 0; j < count; j++) {
          cells[e] = base + positions[j] * projection.positionStride();
          weights[e++] = filter + taps[j] * projection.tapStride();
        }
        ends[i - from] = e;
        shared[i - from] =
            i > from
                && points.position(i) == points.position(i - 1)
                && projection.firstInput(output) == projection.firstInput(points.channel(i - 1));
        distinct += shared[i - from] ? 0 : 1;
      }
    }

    int distinct() {
      return distinct;
    }

    boolean singleCells() {
      return single;
    }
  }

  /**
   * What all channels together contribute at one position: a row of a linear layer's input, or the
   * sums of a classifier's over all of space.
   */
  private final class Row {
    private final FloatBuffer source;
    private final Projection projection;
    private final float[] values;
    private int image = -1;
    private int position = -1;

    Row(int node, Projection projection) {
      this.source = activations.host(node);
      this.projection = projection;
      this.values = new float[projection.inputsPerGroup()];
    }

    float[] of(Frontier points, int i) {
      if (images[points.walk(i)] == image && points.position(i) == position) {
        return values;
      }
      image = images[points.walk(i)];
      position = points.position(i);
      int base = image * projection.inputSize();
      if (projection.readsRow()) {
        source.get(base + position * projection.positionStride(), values);
        return values;
      }
      int[] positions = new int[projection.footprint().largest()];
      int count = projection.footprint().read(position, positions, new int[positions.length]);
      for (int c = 0; c < values.length; c++) {
        float sum = 0;
        for (int j = 0; j < count; j++) {
          sum += source.get(base + c * projection.channelStride() + positions[j]);
        }
        values[c] = sum;
      }
      return values;
    }
  }
}
