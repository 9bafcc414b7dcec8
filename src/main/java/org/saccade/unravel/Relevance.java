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
    RowReader row = new RowReader(values, images, projection);
    float[] products = new float[projection.inputsPerGroup()];
    for (int i = from; i < to; i++) {
      if (projection.readsRow() && !projection.grouped()) {
        spreadOverRow(row.of(points, i), points, i, products, relevance);
      } else {
        spread(points, i, relevance);
      }
    }
    return relevance;
  }

  /** As {@link Evidence#agreement}. */
  Agreement agreement(Layout map, Frontier points, int from, int to) {
    boolean apart = to - from == 1 || projection.inputsPerGroup() == 1;
    return projection.tied() && apart
        ? overSpace(map, points, from, to)
        : Agreement.of(of(points, from, to), map);
  }

  /** Where no two points read the same channel, so that each channel's shares are known at once. */
  private Agreement overSpace(Layout map, Frontier points, int from, int to) {
    Agreement agreement = new Agreement(map);
    float[] shares = new float[map.positions()];
    for (int i = from; i < to; i++) {
      int output = points.channel(i);
      int first = projection.firstInput(output);
      int plane = images[points.walk(i)] * projection.inputSize() + map.cell(first, 0);
      int filter = projection.filter(output);
      for (int c = 0; c < projection.inputsPerGroup(); c++) {
        float weight = projection.filters()[filter + c];
        if (weight > 0 || !projection.neverNegative()) {
          values.get(plane + c * shares.length, shares);
          scale(shares, weight);
          if (projection.inputsPerGroup() == 1) {
            scale(shares, share(points.weight(i), total(shares)));
          }
          agreement.add(first + c, shares);
        }
      }
    }
    return agreement;
  }

  private static void scale(float[] shares, float factor) {
    for (int p = 0; p < shares.length; p++) {
      shares[p] = Math.max(0, shares[p] * factor);
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
