package org.saccade.unravel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.saccade.engine.Activations;

/** Evidence read in plain Java from activations in host memory, without copying them. */
final class HostEvidence implements Evidence {
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
  public Cells strongest(int node, Projection projection, Frontier points, Location location) {
    Windows windows = new Windows(activations.host(node), projection);
    int[] channels = new int[points.size()];
    int[] positions = new int[location == Location.NONE ? 0 : points.size()];
    for (int i = 0; i < channels.length; i++) {
      windows.moveTo(images[points.walk(i)], points.channel(i), points.position(i));
      int best = firstMaximum(windows.sums(), projection.inputsPerGroup());
      channels[i] = projection.firstInput(points.channel(i)) + best;
      if (location == Location.LARGEST_ACTIVATION) {
        positions[i] = windows.largest(best);
      }
    }
    return new Cells(channels, positions);
  }

  @Override
  public Channels positive(int node, Projection projection, Frontier points) {
    Windows windows = new Windows(activations.host(node), projection);
    int[] owners = new int[points.size()];
    int[] channels = new int[points.size()];
    int count = 0;
    for (int i = 0; i < points.size(); i++) {
      windows.moveTo(images[points.walk(i)], points.channel(i), points.position(i));
      float[] sums = windows.sums();
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
    Windows windows = new Windows(activations.host(node), projection);
    float[] relevance = new float[projection.inputSize()];
    for (int i = from; i < to; i++) {
      windows.moveTo(images[points.walk(i)], points.channel(i), points.position(i));
      windows.spread(points.weight(i), relevance);
    }
    return relevance;
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

  private static int firstMaximum(float[] values, int count) {
    int best = 0;
    for (int c = 1; c < count; c++) {
      if (values[c] > values[best]) {
        best = c;
      }
    }
    return best;
  }

  /** The window of one point after the other, gathered anew only when it changes. */
  private static final class Windows {
    private final FloatBuffer values;
    private final Projection projection;
    private final int inputs;
    private final int[] positions;
    private final int[] taps;
    private final float[] gathered;
    private final float[] sums;
    private int output;
    private int position = -1;
    private int image = -1;
    private int group = -1;
    private int count;

    Windows(FloatBuffer values, Projection projection) {
      this.values = values;
      this.projection = projection;
      this.inputs = projection.inputsPerGroup();
      this.positions = new int[projection.footprint().largest()];
      this.taps = new int[positions.length];
      this.gathered = new float[positions.length * inputs];
      this.sums = new float[inputs];
    }

    void moveTo(int image, int output, int position) {
      this.output = output;
      int group = output / projection.outputsPerGroup();
      if (position != this.position) {
        count = projection.footprint().read(position, positions, taps);
      } else if (image == this.image && group == this.group) {
        return;
      }
      this.position = position;
      this.image = image;
      this.group = group;
      gather();
    }

    /** Window values, {@code [count, inputs]}. */
    private void gather() {
      int base = image * projection.inputSize() + group * inputs * projection.channelStride();
      for (int c = 0; c < inputs; c++) {
        int channel = base + c * projection.channelStride();
        for (int j = 0; j < count; j++) {
          gathered[j * inputs + c] =
              values.get(channel + positions[j] * projection.positionStride());
        }
      }
    }

    /** Sum over the window of activation times weight, per channel of the group. */
    float[] sums() {
      float[] filters = projection.filters();
      Arrays.fill(sums, 0);
      for (int j = 0; j < count; j++) {
        int filter = projection.filter(output, taps[j]);
        int window = j * inputs;
        for (int c = 0; c < inputs; c++) {
          sums[c] += gathered[window + c] * filters[filter + c];
        }
      }
      return sums;
    }

    /** Position of the largest activation of a channel of the group. */
    int largest(int channel) {
      int best = 0;
      for (int j = 1; j < count; j++) {
        if (gathered[j * inputs + channel] > gathered[best * inputs + channel]) {
          best = j;
        }
      }
      return positions[best];
    }

    /** Adds to every input its share of a weight. */
    void spread(float weight, float[] relevance) {
      float[] filters = projection.filters();
      double total = 0;
      for (int j = 0; j < count; j++) {
        int filter = projection.filter(output, taps[j]);
        for (int c = 0; c < inputs; c++) {
          total += Math.max(0, gathered[j * inputs + c] * filters[filter + c]);
        }
      }
      if (total == 0) {
        return;
      }
      float scale = (float) (weight / total);
      int first = group * inputs * projection.channelStride();
      for (int j = 0; j < count; j++) {
        int filter = projection.filter(output, taps[j]);
        int at = first + positions[j] * projection.positionStride();
        for (int c = 0; c < inputs; c++) {
          relevance[at + c * projection.channelStride()] +=
              scale * Math.max(0, gathered[j * inputs + c] * filters[filter + c]);
        }
      }
    }
  }
}
