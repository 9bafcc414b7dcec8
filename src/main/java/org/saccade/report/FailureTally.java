package org.saccade.report;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many images failed in one way, and the first of them by id. */
final class FailureTally implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Enough to recognize what is wrong; the table has them all. */
  static final int MOST_EXAMPLES = 200;

  private long count;
  private final TreeMap<String, String> messages = new TreeMap<>();

  /**
   * One failure.
   *
   * @param message one sentence, possibly empty
   */
  record Example(String imageId, String message) {}

  void add(ReportRow row) {
    count++;
    keep(row.imageId(), row.fault().map(ReportRow.Fault::message).orElse(""));
  }

  void merge(FailureTally other) {
    count += other.count;
    other.messages.forEach(this::keep);
  }

  private void keep(String imageId, String message) {
    messages.put(imageId, message);
    if (messages.size() > MOST_EXAMPLES) {
      messages.pollLastEntry();
    }
  }

  long count() {
    return count;
  }

  List<Example> examples() {
    return messages.entrySet().stream()
        .map(
            (Map.Entry<String, String> failure) ->
                new Example(failure.getKey(), failure.getValue()))
        .toList();
  }
}
