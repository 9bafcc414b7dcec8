package org.saccade.report;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.saccade.report.ReportRow.Outcome;

/** Counts of values in bins of equal width, by outcome. Values outside fall into the outer bins. */
final class Histogram implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double from;
  private final double to;
  private final int bins;
  private final EnumMap<Outcome, long[]> counts = new EnumMap<>(Outcome.class);

  Histogram(double from, double to, int bins) {
    this.from = from;
    this.to = to;
    this.bins = bins;
  }

  void add(double value, Outcome outcome) {
    int bin = (int) Math.floor((value - from) / (to - from) * bins);
    counts(outcome)[Math.max(0, Math.min(bins - 1, bin))]++;
  }

  private long[] counts(Outcome outcome) {
    return counts.computeIfAbsent(outcome, o -> new long[bins]);
  }

  /** Adds the counts of another histogram with the same bins. */
  void merge(Histogram other) {
    other.counts.forEach(
        (outcome, theirs) -> {
          long[] ours = counts(outcome);
          for (int bin = 0; bin < bins; bin++) {
            ours[bin] += theirs[bin];
          }
        });
  }

  long total() {
    return counts.values().stream().flatMapToLong(Arrays::stream).sum();
  }

  /** Value below which a share of all counts lies; within a bin they are taken as even. */
  double quantile(double share) {
    double wanted = share * total();
    double seen = 0;
    for (int bin = 0; bin < bins; bin++) {
      long here = 0;
      for (long[] outcome : counts.values()) {
        here += outcome[bin];
      }
      if (seen + here >= wanted && here > 0) {
        return from + (to - from) * (bin + (wanted - seen) / here) / bins;
      }
      seen += here;
    }
    return to;
  }

  /** For a page: the range, the number of bins and the counts of the outcomes that occur. */
  Map<String, Object> toData() {
    List<Map<String, Object>> series = new ArrayList<>();
    counts.forEach((outcome, bars) -> series.add(Map.of("outcome", outcome.id(), "counts", bars)));
    return Map.of("from", from, "to", to, "bins", bins, "series", series);
  }
}
