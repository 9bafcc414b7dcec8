package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.saccade.engine.Activations;

/** Evidence read in plain Java from activations in host memory, without copying them. */
final class HostEvidence implements Evidence {
  private final Activations activations;
  private final int[] images;
  private final HostWindows windows;
  private float[] products = new float[0];

  /**
   * @param images index in the batch of each walk's image
   */
  HostEvidence(Activations activations, int[] images) {
    this.activations = activations;
    this.images = images;
    this.windows = new HostWindows(images);
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
  public Cells strongest(int node, Projection projection, Frontier points, Location location) {
    windows.over(activations.host(node), projection, points);
    int[] channels = new int[points.size()];
    if (location == Location.NONE && projection.filtersByChannel().isPresent()) {
      strongestOfCells(node, projection, points, channels);
      return new Cells(channels, new int[0]);
    }
    int[] positions = new int[location == Location.NONE ? 0 : points.size()];
    for (int i = 0, loaded = 0; i < channels.length; i++) {
      if (i == loaded) {
        loaded = windows.load(i, points.size());
      }
      int best = windows.strongest(i);
      channels[i] = projection.firstInput(points.channel(i)) + best;
      if (location == Location.LARGEST_ACTIVATION) {
        positions[i] = windows.largest(i, best);
      }
    }
    return new Cells(channels, positions);
  }

  /**
   * Windows of one cell need no gathering: runs channel by channel over all points of an image, so
   * that reads stay within one plane of the activation.
   */
  private void strongestOfCells(int node, Projection projection, Frontier points, int[] found) {
    FloatBuffer values = activations.host(node);
    float[] weights = projection.filtersByChannel().orElseThrow();
    int outputs = weights.length / projection.inputsPerGroup();
    int[] cells = cells(projection, points);
    int[] filters = new int[cells.length];
    Arrays.setAll(filters, points::channel);
    float[] most = new float[cells.length];
    Arrays.fill(most, Float.NEGATIVE_INFINITY);
    for (int from = 0, to; from < cells.length; from = to) {
      to = points.endOfWalk(from);
      for (int c = 0; c < projection.inputsPerGroup(); c++) {
        int plane = c * projection.channelStride();
        int row = c * outputs;
        for (int i = from; i < to; i++) {
          float contribution = values.get(cells[i] + plane) * weights[row + filters[i]];
          if (contribution > most[i]) {
            most[i] = contribution;
            found[i] = c;
          }
        }
      }
    }
    for (int i = 0; i < cells.length; i++) {
      found[i] += projection.firstInput(filters[i]);
    }
  }

  /** Where the first channel of each point's group lies under its only tap. */
  private int[] cells(Projection projection, Frontier points) {
    int[] cells = new int[points.size()];
    int[] position = new int[1];
    int[] tap = new int[1];
    for (int i = 0; i < cells.length; i++) {
      projection.footprint().read(points.position(i), position, tap);
      cells[i] =
          images[points.walk(i)] * projection.inputSize()
              + projection.firstInput(points.channel(i)) * projection.channelStride()
              + position[0] * projection.positionStride();
    }
    return cells;
  }

  @Override
  public Channels positive(int node, Projection projection, Frontier points) {
    windows.over(activations.host(node), projection, points);
    int[] owners = new int[points.size()];
    int[] channels = new int[points.size()];
    int count = 0;
    for (int i = 0, loaded = 0; i < points.size(); i++) {
      if (i == loaded) {
        loaded = windows.load(i, points.size());
      }
      float[] sums = windows.sums(i);
      int first = projection.firstInput(points.channel(i));
      for (int c = 0; c < projection.inputsPerGroup(); c++) {
        if (sums[c] > 0) {
          if (count == owners.length) {
            owners = Arrays.copyOf(owners, 2 * count);
            channels = Arrays.copyOf(channels, 2 * count);
          }
          owners[count] = i;
          channels[count++] = first + c;
        }
      }
    }
    return new Channels(Arrays.copyOf(owners, count), Arrays.copyOf(channels, count));
  }

  @Override
  public float[] relevance(int node, Projection projection, Frontier points, int from, int to) {
    float[] relevance = new float[projection.inputSize()];
    if (projection.tied()) {
      for (int i = from; i < to; i++) {
        spreadTied(activations.host(node), projection, points, i, relevance);
      }
      return relevance;
    }
    windows.over(activations.host(node), projection, points);
    for (int i = from, loaded = from; i < to; i++) {
      if (i == loaded) {
        loaded = windows.load(i, to);
      }
      windows.spread(i, relevance);
    }
    return relevance;
  }

  /** With one weight per channel, runs along the positions of a channel, side by side in memory. */
  private void spreadTied(
      FloatBuffer values, Projection projection, Frontier points, int i, float[] relevance) {
    int[] positions = new int[projection.footprint().largest()];
    int count =
        projection.footprint().read(points.position(i), positions, new int[positions.length]);
    int inputs = projection.inputsPerGroup();
    int first = projection.firstInput(points.channel(i));
    int filter = projection.filter(points.channel(i), 0);
    int image = images[points.walk(i)] * projection.inputSize();
    if (products.length < inputs * count) {
      products = new float[inputs * count];
    }
    float[] row = new float[count];
    float[] totals = new float[count];
    for (int c = 0; c < inputs; c++) {
      if (projection.nonNegative() && projection.filters()[filter + c] <= 0) {
        continue;
      }
      int channel = image + (first + c) * projection.channelStride();
      for (int j = 0; j < count; j++) {
        row[j] = values.get(channel + positions[j] * projection.positionStride());
      }
      float weight = projection.filters()[filter + c];
      int start = c * count;
      for (int j = 0; j < count; j++) {
        products[start + j] = Math.max(0, row[j] * weight);
      }
      for (int j = 0; j < count; j++) {
        totals[j] += products[start + j];
      }
    }
    double total = 0;
    for (float sum : totals) {
      total += sum;
    }
    if (total == 0) {
      return;
    }
    float scale = (float) (points.weight(i) / total);
    for (int c = 0; c < inputs; c++) {
      if (projection.nonNegative() && projection.filters()[filter + c] <= 0) {
        continue;
      }
      int channel = (first + c) * projection.channelStride();
      for (int j = 0; j < count; j++) {
        int at = channel + positions[j] * projection.positionStride();
        relevance[at] += scale * products[c * count + j];
      }
    }
  }

  @Override
  public int[] largest(int node, Footprint footprint, Layout input, Frontier points) {
    FloatBuffer values = activations.host(node);
    int[] found = new int[points.size()];
    int[] positions = new int[footprint.largest()];
    int[] taps = new int[footprint.largest()];
    for (int i = 0; i < found.length; i++) {
      int count = footprint.read(points.position(i), positions, taps);
      int base = images[points.walk(i)] * input.size() + input.cell(points.channel(i), 0);
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
}
