package org.saccade.dataset;

import java.util.EnumMap;
import java.util.Map;

/** Counts faults and keeps the first example of each kind. */
public final class FaultLog {

  /**
   * How often a fault was met.
   *
   * @param example where it was met first, and the value found
   */
  public record Entry(long count, String example) {}

  private final Map<GroundTruthFault, Entry> entries = new EnumMap<>(GroundTruthFault.class);

  /** Notes one fault. */
  public void add(GroundTruthFault fault, String example) {
    add(fault, 1, example);
  }

  /** Notes faults that were counted elsewhere. */
  public void add(GroundTruthFault fault, long count, String example) {
    entries.merge(
        fault,
        new Entry(count, example),
        (before, now) -> new Entry(before.count() + now.count(), before.example()));
  }

  /** The faults that were met. */
  public Map<GroundTruthFault, Entry> entries() {
    return Map.copyOf(entries);
  }

  /** How often a fault was met. */
  public long count(GroundTruthFault fault) {
    return entries.containsKey(fault) ? entries.get(fault).count() : 0;
  }
}
