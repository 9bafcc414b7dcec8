package org.saccade.job.explain;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Wall time by phase. */
final class Stopwatch {
  private final Map<String, Double> laps = new LinkedHashMap<>();
  private Instant last = Instant.now();

  /** Ends a phase, which began with the end of the one before. */
  void lap(String phase) {
    Instant now = Instant.now();
    laps.put(phase, Duration.between(last, now).toMillis() / 1e3);
    last = now;
  }

  /** Seconds of every phase that has ended. */
  Map<String, Double> laps() {
    return new LinkedHashMap<>(laps);
  }
}
