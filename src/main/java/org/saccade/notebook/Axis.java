package org.saccade.notebook;

import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A range of numbers with round ticks, laid along a stretch of the drawing.
 *
 * @param from lowest tick
 * @param to highest tick
 * @param step between two ticks
 */
record Axis(double from, double to, double step) {
  private static final int TICKS = 5;

  /** The axis of shares and probabilities. */
  static final Axis SHARES = new Axis(0, 1, 0.25);

  /** An axis around all values; shares that spread get the whole range from 0 to 1. */
  static Axis around(DoubleStream values) {
    var range = values.filter(Double::isFinite).summaryStatistics();
    if (range.getCount() == 0) {
      return SHARES;
    }
    double low = Math.min(range.getMin(), range.getMax() - 1e-6);
    double high = range.getMax();
    if (low >= 0 && high <= 1 && high - low > 0.5) {
      return SHARES;
    }
    double step = round((high - low) / TICKS);
    return new Axis(Math.floor(low / step) * step, Math.ceil(high / step) * step, step);
  }

  /** The next of 1, 2, 2.5, 5 times a power of ten. */
  private static double round(double step) {
    double power = Math.pow(10, Math.floor(Math.log10(step)));
    return DoubleStream.of(1, 2, 2.5, 5, 10)
        .map(factor -> factor * power)
        .filter(rounded -> rounded >= step * (1 - 1e-9))
        .findFirst()
        .orElseThrow();
  }

  DoubleStream ticks() {
    return DoubleStream.iterate(from, tick -> tick <= to + step / 2, tick -> tick + step);
  }

  /** Where a value lies on a stretch from one position to another. */
  double at(double value, double start, double end) {
    return start + (value - from) / (to - from) * (end - start);
  }

  String label(double tick) {
    int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    boolean quarter = Math.abs(step * Math.pow(10, decimals) % 1) > 1e-6;
    double shown = Math.abs(tick) < step / 1000 ? 0 : tick;
    return String.format(Locale.ROOT, "%." + (decimals + (quarter ? 1 : 0)) + "f", shown);
  }
}
