package org.saccade.unravel;

import java.nio.FloatBuffer;

/** How the weight of points spreads over the input of a projection, for one walk at a time. */
final class Relevance {
  private final FloatBuffer values;
  private final int[] images;
  private final Projection projection;

  /**
   * @param values the projection's input for the whole batch
   * @param images index in the batch of each walk's image
   */
  Relevance(FloatBuffer values, int[] images, Projection projection) {
    this.values = values;
    this.images = images;
    this.projection = projection;
  }

  /** As {@link Evidence#relevance}. */
  float[] of(Frontier points, int from, int to) {
    float[] relevance = new float[projection.inputSize()];
    boolean apart = to - from == 1 || projection.inputsPerGroup() == 1;
    RowReader row = new RowReader(values, images, projection);
    float[] products = new float[projection.inputsPerGroup()];
    for (int i = from; i < to; i++) {
      if (projection.tied() && apart) {
        spreadOverSpace(points, i, relevance);
      } else if (projection.readsRow() && !projection.grouped()) {
        spreadOverRow(row.of(points, i), points, i, products, relevance);
      } else {
        spread(points, i, relevance);
      }
    }
    return relevance;
  }

  /** Sole reader of its inputs, and all positions of a channel side by side. */
  private void spreadOverSpace(Frontier points, int i, float[] relevance) {
    int image = images[points.walk(i)] * projection.inputSize();
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
        row[p] *= weight;
      }
      if (!projection.neverNegative()) {
        for (int p = 0; p < positions; p++) {
          row[p] = Math.max(0, row[p]);
        }
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
    float scale = share(points.weight(i), total);
    for (int cell = start; cell < end; cell++) {
      relevance[cell] *= scale;
    }
  }

  private void spreadOverRow(
      float[] row, Frontier points, int i, float[] products, float[] relevance) {
    int filter = projection.filter(points.channel(i));
    float[] filters = projection.filters();
    for (int c = 0; c < row.length; c++) {
      products[c] = Math.max(0, row[c] * filters[filter + c]);
    }
    float scale = share(points.weight(i), total(products));
    int start = points.position(i) * projection.positionStride();
    for (int c = 0; c < row.length; c++) {
      relevance[start + c] += scale * products[c];
    }
  }

  /** In four sums, because each addition waits for the one before it. */
  private static double total(float[] products) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int c = 0;
    for (; c + 4 <= products.length; c += 4) {
      first += products[c];
      second += products[c + 1];
      third += products[c + 2];
      fourth += products[c + 3];
    }
    for (; c < products.length; c++) {
      first += products[c];
    }
    return first + second + third + fourth;
  }

  private void spread(Frontier points, int i, float[] relevance) {
    int image = images[points.walk(i)] * projection.inputSize();
    int output = points.channel(i);
    int base = projection.firstInput(output) * projection.channelStride();
    int[] positions = new int[projection.footprint().largest()];
    int[] taps = new int[positions.length];
    int count = projection.footprint().read(points.position(i), positions, taps);
    float[] filters = projection.filters();
    int inputs = projection.inputsPerGroup();
    float[] products = new float[count * inputs];
    double total = 0;
    for (int e = 0; e < count; e++) {
      int cell = image + base + positions[e] * projection.positionStride();
      int filter = projection.filter(output) + taps[e] * projection.tapStride();
      for (int c = 0; c < inputs; c++) {
        float value = values.get(cell + c * projection.channelStride());
        float product = Math.max(0, value * filters[filter + c * projection.inputStride()]);
        products[e * inputs + c] = product;
        total += product;
      }
    }
    float scale = share(points.weight(i), total);
    for (int e = 0; e < count; e++) {
      int cell = base + positions[e] * projection.positionStride();
      for (int c = 0; c < inputs; c++) {
        relevance[cell + c * projection.channelStride()] += scale * products[e * inputs + c];
      }
    }
  }

  /** What a unit of contribution is worth; the weight of points without any is lost. */
  private static float share(float weight, double total) {
    return total > 0 ? (float) (weight / total) : 0;
  }
}
