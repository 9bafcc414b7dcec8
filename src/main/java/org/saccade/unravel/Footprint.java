package org.saccade.unravel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.saccade.network.Layer;
import org.saccade.network.Shape;
import org.saccade.network.Window;

/**
 * Which input positions an output position reads, and through which tap of the window: the geometry
 * of convolutions and poolings, for any number of spatial axes.
 *
 * <p>Axes are independent, so that a table per axis says it all. Cells of padding are left out.
 */
final class Footprint {

  /**
   * One axis.
   *
   * @param inputs per output index the input indices it reads, ascending
   * @param taps per output index the tap that each of them is read through
   * @param extent number of input cells
   * @param kernel number of taps
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // Tables for hot loops, package-private, never compared.
  private record Axis(int[][] inputs, int[][] taps, int extent, int kernel) {
    int outputs() {
      return inputs.length;
    }

    int widest() {
      return Arrays.stream(inputs).mapToInt(read -> read.length).max().orElse(0);
    }

    boolean readsThreeInARow() {
      return kernel == 3
          && Arrays.stream(inputs).allMatch(read -> read.length < 3 || read[2] - read[0] == 2);
    }

    boolean readsItself() {
      return kernel == 1
          && extent == outputs()
          && IntStream.range(0, extent).allMatch(o -> inputs[o].length == 1 && inputs[o][0] == o);
    }

    /** The taps of a window that starts at {@code first}, those on padding left out. */
    static Axis sliding(int outputs, int extent, int kernel, int stride, int pad, int dilation) {
      int[][] inputs = new int[outputs][];
      int[][] taps = new int[outputs][];
      for (int o = 0; o < outputs; o++) {
        int first = o * stride - pad;
        int from = Math.min(kernel, first >= 0 ? 0 : (-first + dilation - 1) / dilation);
        int to = Math.max(from, Math.min(kernel, Math.floorDiv(extent - 1 - first, dilation) + 1));
        inputs[o] = progression(first + from * dilation, dilation, to - from);
        taps[o] = progression(from, 1, to - from);
      }
      return new Axis(inputs, taps, extent, kernel);
    }

    static Axis transposed(int outputs, int extent, int kernel, int stride, int pad, int dilation) {
      int[][] inputs = new int[outputs][];
      int[][] taps = new int[outputs][];
      for (int o = 0; o < outputs; o++) {
        int[] reads = new int[kernel];
        int[] through = new int[kernel];
        int count = 0;
        for (int tap = kernel - 1; tap >= 0; tap--) {
          int scaled = o + pad - tap * dilation;
          if (scaled >= 0 && scaled % stride == 0 && scaled / stride < extent) {
            reads[count] = scaled / stride;
            through[count++] = tap;
          }
        }
        inputs[o] = Arrays.copyOf(reads, count);
        taps[o] = Arrays.copyOf(through, count);
      }
      return new Axis(inputs, taps, extent, kernel);
    }

    static Axis adaptive(int outputs, int extent) {
      int[][] inputs = new int[outputs][];
      int[][] taps = new int[outputs][];
      int kernel = 0;
      for (int o = 0; o < outputs; o++) {
        int from = (int) ((long) o * extent / outputs);
        int to = (int) (((long) (o + 1) * extent + outputs - 1) / outputs);
        inputs[o] = progression(from, 1, to - from);
        taps[o] = progression(0, 1, to - from);
        kernel = Math.max(kernel, to - from);
      }
      return new Axis(inputs, taps, extent, kernel);
    }

    private static int[] progression(int first, int step, int count) {
      int[] values = new int[count];
      Arrays.setAll(values, i -> first + i * step);
      return values;
    }
  }

  private final List<Axis> axes;
  private final int taps;
  private final int largest;
  private final boolean threeByThree;
  private final boolean pointwise;

  private Footprint(List<Axis> axes) {
    this.axes = List.copyOf(axes);
    this.taps = axes.stream().mapToInt(Axis::kernel).reduce(1, Math::multiplyExact);
    this.largest = axes.stream().mapToInt(Axis::widest).reduce(1, Math::multiplyExact);
    this.pointwise = axes.stream().allMatch(Axis::readsItself);
    this.threeByThree = axes.size() == 2 && axes.stream().allMatch(Axis::readsThreeInARow);
  }

  /** Every position reads itself: a window of one cell. */
  static Footprint point(int positions) {
    return new Footprint(List.of(Axis.sliding(positions, positions, 1, 1, 0, 1)));
  }

  /**
   * The window of a convolution or pooling.
   *
   * @param input spatial shape of what is read
   * @param output spatial shape of the result
   */
  static Footprint sliding(Window window, Shape input, Shape output) {
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < window.axes(); a++) {
      axes.add(
          Axis.sliding(
              output.dim(a),
              input.dim(a),
              window.kernel().get(a),
              window.stride().get(a),
              window.padBefore().get(a),
              window.dilation().get(a)));
    }
    return new Footprint(axes);
  }

  /** A transposed convolution: an output reads every input whose window covers it. */
  static Footprint transposed(Window window, Shape input, Shape output) {
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < window.axes(); a++) {
      axes.add(
          Axis.transposed(
              output.dim(a),
              input.dim(a),
              window.kernel().get(a),
              window.stride().get(a),
              window.padBefore().get(a),
              window.dilation().get(a)));
    }
    return new Footprint(axes);
  }

  /**
   * Adaptive pooling: output {@code o} reads {@code floor(o n / m)} to {@code ceil((o + 1) n / m) -
   * 1}.
   */
  static Footprint adaptive(Shape input, Shape output) {
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < input.rank(); a++) {
      axes.add(Axis.adaptive(output.dim(a), input.dim(a)));
    }
    return new Footprint(axes);
  }

  /** Upsampling: every output reads the one input it copies, or the nearest of those it mixes. */
  static Footprint upsampling(Layer.Upsampling layer, Shape input) {
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < input.rank(); a++) {
      int in = input.dim(a);
      int out = layer.output().dim(a);
      boolean corners = layer.alignCorners() && out > 1;
      int[][] inputs = new int[out][];
      for (int o = 0; o < out; o++) {
        int source =
            switch (layer.interpolation()) {
              case NEAREST -> (int) ((long) o * in / out);
              case LINEAR -> {
                double at = corners ? o * (in - 1.0) / (out - 1) : (o + 0.5) * in / out - 0.5;
                yield (int) Math.min(Math.max(Math.floor(at + 0.5), 0), in - 1.0);
              }
            };
        inputs[o] = new int[] {source};
      }
      axes.add(new Axis(inputs, new int[out][1], in, 1));
    }
    return new Footprint(axes);
  }

  /** One output position that reads everything. */
  static Footprint whole(Shape input) {
    return adaptive(input, new Shape(Shape.repeat(1, input.rank())));
  }

  /**
   * This footprint without the cells whose middle lies outside the output cell's own share of the
   * axis: windows no longer overlap, and a point cannot drift from window to window. Where nothing
   * is left, the cell in the middle of the share is, or the nearest one of the window.
   */
  Footprint withinShares() {
    List<Axis> shares = new ArrayList<>();
    for (Axis axis : axes) {
      int[][] inputs = new int[axis.outputs()][];
      int[][] taps = new int[axis.outputs()][];
      for (int o = 0; o < inputs.length; o++) {
        int[] reads = axis.inputs()[o];
        long from = 2L * o * axis.extent();
        long to = from + 2L * axis.extent();
        int outputs = axis.outputs();
        int[] own =
            IntStream.range(0, reads.length)
                .filter(r -> from <= (2L * reads[r] + 1) * outputs)
                .filter(r -> (2L * reads[r] + 1) * outputs < to)
                .toArray();
        if (own.length == 0 && reads.length > 0) {
          int middle = (int) ((from + axis.extent()) / (2L * outputs));
          own =
              new int[] {
                IntStream.range(0, reads.length)
                    .boxed()
                    .min(Comparator.comparing(r -> Math.abs(reads[r] - middle)))
                    .orElseThrow()
              };
        }
        inputs[o] = Arrays.stream(own).map(r -> reads[r]).toArray();
        int[] through = axis.taps()[o];
        taps[o] = Arrays.stream(own).map(r -> through[r]).toArray();
      }
      shares.add(new Axis(inputs, taps, axis.extent(), axis.kernel()));
    }
    return new Footprint(shares);
  }

  /** First input index read along an axis, per output index; 0 where only padding is read. */
  int[] firstReads(int axis) {
    return reads(axis, inputs -> 0);
  }

  /** Last input index read along an axis, per output index; 0 where only padding is read. */
  int[] lastReads(int axis) {
    return reads(axis, inputs -> inputs - 1);
  }

  private int[] reads(int axis, IntUnaryOperator which) {
    return Arrays.stream(axes.get(axis).inputs())
        .mapToInt(read -> read.length == 0 ? 0 : read[which.applyAsInt(read.length)])
        .toArray();
  }

  /** Number of taps of the window, those that fall on padding included. */
  int taps() {
    return taps;
  }

  /** Whether the taps are three rows of three cells side by side. */
  boolean isThreeByThree() {
    return threeByThree;
  }

  /** The most positions any output reads: the room that {@link #read} needs. */
  int largest() {
    return largest;
  }

  /**
   * Writes the input positions that an output position reads, ascending, and the taps they are read
   * through.
   *
   * @return how many there are
   */
  int read(int output, int[] positions, int[] taps) {
    if (pointwise) {
      taps[0] = 0;
      positions[0] = output;
      return 1;
    }
    return axes.size() == 2
        ? read(axes.get(0), axes.get(1), output, positions, taps)
        : readAnyAxes(output, positions, taps);
  }

  /** Images have two axes, and each point of each layer asks. */
  private static int read(Axis rows, Axis columns, int output, int[] positions, int[] taps) {
    int row = output / columns.outputs();
    int column = output - row * columns.outputs();
    int[] ys = rows.inputs()[row];
    int[] xs = columns.inputs()[column];
    int[] yTaps = rows.taps()[row];
    int[] xTaps = columns.taps()[column];
    int count = 0;
    for (int r = 0; r < ys.length; r++) {
      int position = ys[r] * columns.extent();
      int tap = yTaps[r] * columns.kernel();
      for (int c = 0; c < xs.length; c++) {
        positions[count] = position + xs[c];
        taps[count++] = tap + xTaps[c];
      }
    }
    return count;
  }

  private int readAnyAxes(int output, int[] positions, int[] taps) {
    taps[0] = 0;
    positions[0] = 0;
    int count = 1;
    int positionStride = 1;
    int tapStride = 1;
    int rest = output;
    for (int a = axes.size() - 1; a >= 0; a--) {
      Axis axis = axes.get(a);
      int[] inputs = axis.inputs()[rest % axis.outputs()];
      int[] through = axis.taps()[rest % axis.outputs()];
      rest /= axis.outputs();
      // Copies what the inner axes left once per cell of this one; the copy that overwrites the
      // original comes last.
      for (int r = inputs.length - 1; r >= 0; r--) {
        int position = inputs[r] * positionStride;
        int tap = through[r] * tapStride;
        for (int j = 0; j < count; j++) {
          positions[r * count + j] = positions[j] + position;
          taps[r * count + j] = taps[j] + tap;
        }
      }
      count *= inputs.length;
      positionStride *= axis.extent();
      tapStride *= axis.kernel();
    }
    return count;
  }
}
