package org.saccade.report;

import java.io.Serializable;

/** A running mean. */
final class Mean implements Serializable {
  private static final long serialVersionUID = 1L;

  private long count;
  private double sum;

  void add(double value) {
    count++;
    sum += value;
  }

  void merge(Mean other) {
    count += other.count;
    sum += other.sum;
  }

  long count() {
    return count;
  }

  /** The mean; not a number without any value. */
  double value() {
    return sum / count;
  }
}
