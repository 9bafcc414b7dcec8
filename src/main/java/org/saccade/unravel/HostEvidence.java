package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.saccade.engine.Activations;

/** Evidence read in plain Java from activations in host memory, without copying them. */
final class HostEvidence implements Evidence {
  private final Activations activations;
  private final int[] images;
  private final Scratch scratch = new Scratch();

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
    StrongestInputs search = new StrongestInputs(activations.host(node), images, projection);
    return projection.readsRow() ? search.inRows(points) : search.inWindows(points, scratch);
  }

  @Override
  public Channels positive(int node, Projection projection, Frontier points) {
    int[] owners = new int[points.size()];
    int[] channels = new int[points.size()];
    int count = 0;
    RowReader row = new RowReader(activations.host(node), images, projection);
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
    return new Relevance(activations.host(node), images, projection).of(points, from, to);
  }

  @Override
  public Agreement agreement(
      int node, Projection projection, Layout map, Frontier points, int from, int to) {
    return new Relevance(activations.host(node), images, projection)
        .agreement(map, points, from, to);
  }

  @Override
  public int[] largest(
      int node, Footprint footprint, Layout input, Frontier points, int[] channels) {
    FloatBuffer values = activations.host(node);
    int[] found = new int[points.size()];
    int[] positions = new int[footprint.largest()];
    int[] taps = new int[footprint.largest()];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      if (i == 0 || points.position(i) != points.position(i - 1)) {
        count = footprint.read(points.position(i), positions, taps);
      }
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
}
