package org.saccade.unravel;

import java.util.Arrays;
import org.saccade.network.Shape;
import org.saccade.network.Window;

/**
 * Where a point at a layer's result lies in the layer's input when nothing moves it: {@code scale *
 * o + shift} along each spatial axis, rounded to a cell and kept inside the window.
 *
 * @param input spatial extents of what the layer reads
 * @param output spatial extents of its result
 * @param first per axis and output index, the first input index allowed
 * @param last per axis and output index, the last input index allowed
 * @param still whether every position lies over itself, so that only an offset can move a point
 */
@SuppressWarnings("ArrayRecordComponent") // Tables for hot loops, package-private, never compared.
record Alignment(
    int[] input,
    int[] output,
    double[] scale,
    double[] shift,
    int[][] first,
    int[][] last,
    boolean still) {

  /** Keeps a point that stands exactly between two cells in the second, whatever was rounded. */
  private static final double ROUNDING = 1e-5;

  /**
   * The authors' reading: output index times stride, which is the window's middle where a layer
   * pads to keep the extent and the window's first cell where it does not pad.
   */
  static Alignment strideMultiple(Window window, Shape input, Shape output) {
    int axes = window.axes();
    int[][] first = new int[axes][];
    int[][] last = new int[axes][];
    for (int a = 0; a < axes; a++) {
      first[a] = new int[output.dim(a)];
      last[a] = new int[output.dim(a)];
      Arrays.fill(last[a], input.dim(a) - 1);
    }
    double[] stride = window.stride().stream().mapToDouble(Integer::doubleValue).toArray();
    return of(input, output, stride, new double[axes], first, last);
  }

  /**
   * Cells tile an axis evenly, whatever the padding: cell {@code o} of {@code m} stands for the
   * share {@code (o + 1/2) / m} of it, which a point keeps from layer to layer.
   */
  static Alignment proportional(Footprint footprint, Shape input, Shape output) {
    int axes = input.rank();
    double[] scale = new double[axes];
    double[] shift = new double[axes];
    int[][] first = new int[axes][];
    int[][] last = new int[axes][];
    for (int a = 0; a < axes; a++) {
      scale[a] = (double) input.dim(a) / output.dim(a);
      shift[a] = (scale[a] - 1) / 2;
      first[a] = footprint.firstReads(a);
      last[a] = footprint.lastReads(a);
    }
    return of(input, output, scale, shift, first, last);
  }

  private static Alignment of(
      Shape input, Shape output, double[] scale, double[] shift, int[][] first, int[][] last) {
    boolean still = input.equals(output);
    for (int a = 0; a < scale.length; a++) {
      still &= scale[a] == 1 && shift[a] == 0;
      for (int o = 0; o < output.dim(a); o++) {
        still &= first[a][o] <= o && o <= last[a][o];
      }
    }
    return new Alignment(extents(input), extents(output), scale, shift, first, last, still);
  }

  private static int[] extents(Shape shape) {
    return shape.dims().stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Puts points where they lie in the input, offsets included.
   *
   * @param from points at the layer's result
   * @param channels the input channel of each
   */
  void move(Frontier from, int[] channels, Frontier to) {
    to.expect(from.size());
    float[] offset = new float[from.axes()];
    for (int i = 0; i < from.size(); i++) {
      from.offset(i, offset);
      int position = locate(from.position(i), offset);
      to.add(from.walk(i), channels[i], position, from.weight(i), offset);
    }
  }

  /**
   * The input position under a point.
   *
   * @param output the point's output position
   * @param offset the point's offset from the middle of its cell per axis, replaced by the one it
   *     has in the input cell; of length 0 when offsets are not kept
   */
  private int locate(int output, float[] offset) {
    if (still && withinCell(offset)) {
      return output;
    }
    int position = 0;
    int stride = 1;
    int rest = output;
    for (int a = scale.length - 1; a >= 0; a--) {
      int o = rest % this.output[a];
      rest /= this.output[a];
      double at = scale[a] * (offset.length == 0 ? o : o + offset[a]) + shift[a];
      int cell = (int) Math.floor(at + 0.5 + ROUNDING);
      cell = Math.min(Math.max(cell, first[a][o]), last[a][o]);
      if (offset.length > 0) {
        offset[a] = (float) (at - cell);
      }
      position += cell * stride;
      stride *= input[a];
    }
    return position;
  }

  private static boolean withinCell(float[] offset) {
    boolean within = true;
    for (float along : offset) {
      within &= Math.abs(along) < 0.5 - 2 * ROUNDING;
    }
    return within;
  }
}
