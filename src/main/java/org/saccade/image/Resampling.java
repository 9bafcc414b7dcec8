package org.saccade.image;

import java.util.Arrays;

/**
 * Pillow's antialiased resize, bit for bit: a separable filter that grows with the reduction, rows
 * first, in 8-bit fixed point (its {@code Resample.c}).
 */
public enum Resampling {
  /** A triangle of radius 1. */
  BILINEAR(1),
  /** Keys' cubic of radius 2 with {@code a = -0.5}. */
  BICUBIC(2);

  /** Fractional bits of a coefficient: 8 of 32 bits hold the sample, 2 are headroom. */
  private static final int PRECISION_BITS = 32 - 8 - 2;

  /** Rounds the shift by the precision. */
  private static final int HALF = 1 << (PRECISION_BITS - 1);

  private final double radius;

  Resampling(double radius) {
    this.radius = radius;
  }

  /**
   * The picture in another size, as {@code Image.resize((width, height), resample)}.
   *
   * @throws IllegalArgumentException if a side is below 1
   */
  public PixelImage resize(PixelImage image, int width, int height) {
    Raster resized = resize(Raster.rgb(image), width, height, 0, 0, width, height);
    return new PixelImage(width, height, resized.samples());
  }

  /** A part of the picture in another size, computed without the rest. */
  Raster resize(
      Raster source, int width, int height, int partX, int partY, int partWidth, int partHeight) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "a picture is at least 1 pixel wide and high, found %d x %d".formatted(width, height));
    }
    // Pillow skips a pass that changes nothing, so that its rounding does not happen either.
    if (height == source.height()) {
      return resizeRows(source, width, partX, partWidth, partY, partY + partHeight);
    }
    Taps vertical = taps(source.height(), height, partY, partHeight);
    int firstRow = vertical.first[0];
    int endRow = vertical.first[partHeight - 1] + vertical.count[partHeight - 1];
    Raster rows = resizeRows(source, width, partX, partWidth, firstRow, endRow);
    return resizeColumns(rows, vertical, partHeight, firstRow);
  }

  private Raster resizeRows(
      Raster source, int width, int partX, int partWidth, int firstRow, int endRow) {
    return width == source.width()
        ? source.part(partX, firstRow, partWidth, endRow - firstRow)
        : resizeRows(source, taps(source.width(), width, partX, partWidth), firstRow, endRow);
  }

  private static Raster resizeRows(Raster in, Taps taps, int firstRow, int endRow) {
    int width = taps.count.length;
    int channels = in.channels();
    byte[] target = new byte[(endRow - firstRow) * width * channels];
    for (int y = firstRow; y < endRow; y++) {
      int row = y * in.width() * channels;
      int to = (y - firstRow) * width * channels;
      if (channels == 3) {
        resizeRowOfThree(in.samples(), row, taps, target, to);
      } else {
        for (int channel = 0; channel < channels; channel++) {
          resizeRow(in.samples(), row + channel, channels, taps, target, to + channel);
        }
      }
    }
    return new Raster(width, endRow - firstRow, channels, target);
  }

  private static void resizeRow(
      byte[] source, int row, int step, Taps taps, byte[] target, int to) {
    for (int x = 0; x < taps.count.length; x++) {
      int from = row + taps.first[x] * step;
      int sum = HALF;
      for (int i = 0; i < taps.count[x]; i++) {
        sum += (source[from + i * step] & 0xff) * taps.weights[x * taps.stride + i];
      }
      target[to + x * step] = sample(sum);
    }
  }

  /** As {@link #resizeRow} for RGB, with one walk over the weights for the three channels. */
  private static void resizeRowOfThree(byte[] source, int row, Taps taps, byte[] target, int to) {
    int[] weights = taps.weights;
    int at = to;
    for (int x = 0; x < taps.count.length; x++) {
      int from = row + taps.first[x] * 3;
      int firstWeight = x * taps.stride;
      int endWeight = firstWeight + taps.count[x];
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      for (int i = firstWeight; i < endWeight; i++) {
        int weight = weights[i];
        red += (source[from] & 0xff) * weight;
        green += (source[from + 1] & 0xff) * weight;
        blue += (source[from + 2] & 0xff) * weight;
        from += 3;
      }
      target[at] = sample(red);
      target[at + 1] = sample(green);
      target[at + 2] = sample(blue);
      at += 3;
    }
  }

  /** {@code in} starts at row {@code firstRow} of the source that the taps were made for. */
  private static Raster resizeColumns(Raster in, Taps taps, int height, int firstRow) {
    int stride = in.width() * in.channels();
    byte[] source = in.samples();
    byte[] target = new byte[height * stride];
    int[] sums = new int[stride];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      for (int i = 0; i < taps.count[y]; i++) {
        int weight = taps.weights[y * taps.stride + i];
        int row = (taps.first[y] - firstRow + i) * stride;
        for (int x = 0; x < stride; x++) {
          sums[x] += (source[row + x] & 0xff) * weight;
        }
      }
      for (int x = 0; x < stride; x++) {
        target[y * stride + x] = sample(sums[x]);
      }
    }
    return new Raster(in.width(), height, in.channels(), target);
  }

  private static byte sample(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PRECISION_BITS));
  }

  /** The weights of source samples for the output samples {@code from} to {@code from + count}. */
  private Taps taps(int sourceSize, int size, int from, int count) {
    double scale = (double) sourceSize / size;
    double stretch = Math.max(scale, 1);
    double support = radius * stretch;
    int stride = (int) Math.ceil(support) * 2 + 1;
    Taps taps = new Taps(new int[count], new int[count], stride, new int[count * stride]);
    double[] weights = new double[stride];
    for (int i = 0; i < count; i++) {
      double centre = (from + i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - support + 0.5));
      int last = Math.min(sourceSize, (int) (centre + support + 0.5));
      double total = 0;
      for (int x = first; x < last; x++) {
        // Pillow multiplies by the reciprocal; dividing would round differently.
        double weight = filter((x - centre + 0.5) * (1 / stretch));
        weights[x - first] = weight;
        total += weight;
      }
      for (int x = first; x < last; x++) {
        double weight = total == 0 ? weights[x - first] : weights[x - first] / total;
        double fixed = weight * (1 << PRECISION_BITS);
        taps.weights[i * stride + x - first] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
      }
      taps.first[i] = first;
      taps.count[i] = last - first;
    }
    return taps;
  }

  private double filter(double signed) {
    double x = Math.abs(signed);
    return switch (this) {
      case BILINEAR -> Math.max(0, 1 - x);
      case BICUBIC -> keysCubic(x);
    };
  }

  private static double keysCubic(double x) {
    double a = -0.5;
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  /** For each output sample: its first source sample, how many, and their weights. */
  private static final class Taps {
    final int[] first;
    final int[] count;
    final int stride;
    final int[] weights;

    Taps(int[] first, int[] count, int stride, int[] weights) {
      this.first = first;
      this.count = count;
      this.stride = stride;
      this.weights = weights;
    }
  }
}
