package org.saccade.unravel;

/**
 * What rules ask of the activations, for all points of a layer at once: the inner step of the walk.
 *
 * <p>Positions that tie are settled for the first in row-major order, channels for the first.
 */
interface Evidence {

  /**
   * Input channels that points reach.
   *
   * @param points for each channel reached, index of a point of that walk and position
   * @param channels the channel
   */
  @SuppressWarnings("ArrayRecordComponent") // A pair of columns, never compared.
  record Channels(int[] points, int[] channels) {}

  /** The value of a node under each point. */
  float[] values(int node, Frontier points);

  /**
   * For each point at the output of a projection: the input channel whose products of activation
   * and weight have the largest sum over the window.
   *
   * @param node the projection's input
   */
  int[] strongest(int node, Projection projection, Frontier points);

  /**
   * For all points of a walk at the same output position of a projection: every input channel whose
   * products of activation and weight have a positive sum over the window for at least one of them.
   *
   * @param node the projection's input
   */
  Channels positive(int node, Projection projection, Frontier points);

  /**
   * How the weight of one walk's points spreads over the input of a projection, in proportion to
   * the positive products of activation and weight. The weight of a point without any is lost.
   *
   * @param node the projection's input
   * @param from index of the walk's first point to take
   * @param to index after its last
   * @return an entry per element of the input
   */
  float[] relevance(int node, Projection projection, Frontier points, int from, int to);

  /**
   * The same for an input that is a map, position by position.
   *
   * @param map the input as channels and positions
   */
  default Agreement agreement(
      int node, Projection projection, Layout map, Frontier points, int from, int to) {
    return Agreement.of(relevance(node, projection, points, from, to), map);
  }

  /**
   * For each point: the position of the largest value among those that its position reads, within
   * one channel.
   *
   * @param node what the footprint reads
   * @param input layout of that node's result
   * @param channels which channel of it each point looks into
   */
  int[] largest(int node, Footprint footprint, Layout input, Frontier points, int[] channels);
}
