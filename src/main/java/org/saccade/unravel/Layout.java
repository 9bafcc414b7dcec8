package org.saccade.unravel;

import org.saccade.network.Shape;

/**
 * A tensor seen as channels times positions: {@code [C, spatial...]} has {@code C} channels and one
 * position per spatial cell, a vector has one position.
 */
record Layout(int channels, int positions) {

  static Layout of(Shape shape) {
    int channels = shape.rank() == 0 ? 1 : shape.channels();
    return new Layout(channels, channels == 0 ? 0 : shape.size() / channels);
  }

  int size() {
    return channels * positions;
  }

  int cell(int channel, int position) {
    return channel * positions + position;
  }

  int channel(int cell) {
    return cell / positions;
  }

  int position(int cell) {
    return cell % positions;
  }
}
