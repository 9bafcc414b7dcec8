package org.saccade.network;

/**
 * What the cells along one spatial axis of an activation see of the network's input.
 *
 * <p>Cell {@code i} sees {@code size} input cells around the input position {@code start + i *
 * jump}. Positions are input cell indices: {@code 0} is the centre of the first input cell, {@code
 * 0.5} the border between the first two. Padding makes positions outside the input possible.
 *
 * @param inputAxis the axis of the network's input that is seen, channel axis counted
 * @param jump input cells from one cell's centre to the next's: the accumulated stride
 * @param size input cells seen by one cell, those in the padding included
 * @param start input position of the centre of what cell 0 sees
 */
public record ReceptiveField(int inputAxis, double jump, double size, double start) {

  /** Input position of the centre of what cell {@code cell} sees. */
  public double centre(double cell) {
    return start + cell * jump;
  }

  /**
   * The field of a layer's output for a window of given reach, stride and padding over this one.
   */
  ReceptiveField through(int reach, int stride, int padBefore) {
    return new ReceptiveField(
        inputAxis,
        jump * stride,
        size + (reach - 1) * jump,
        start + ((reach - 1) / 2.0 - padBefore) * jump);
  }

  /** The field where cell {@code i} stands at this field's cell {@code first + i * step}. */
  ReceptiveField resampled(double first, double step) {
    return new ReceptiveField(inputAxis, jump * step, size, centre(first));
  }

  /** The same with so many more input cells seen. */
  ReceptiveField widened(double cells) {
    return new ReceptiveField(inputAxis, jump, size + cells, start);
  }
}
