package org.saccade.report;

import java.io.Serializable;

/**
 * What keeps an image from being explained.
 *
 * @param status of its row
 * @param code of the error, empty where the status says it all
 */
record FailureKind(String status, String code) implements Comparable<FailureKind>, Serializable {
  private static final long serialVersionUID = 1L;

  static FailureKind of(ReportRow row) {
    return new FailureKind(row.status(), row.fault().map(ReportRow.Fault::code).orElse(""));
  }

  @Override
  public int compareTo(FailureKind other) {
    int byStatus = status.compareTo(other.status);
    return byStatus != 0 ? byStatus : code.compareTo(other.code);
  }
}
