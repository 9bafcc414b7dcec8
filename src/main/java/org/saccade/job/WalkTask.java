package org.saccade.job;

import org.apache.spark.sql.Row;

/** Writes the data and the picture of walk pages. */
final class WalkTask {
  private WalkTask() {}

  /** What tells rows apart: image and target. */
  static String key(Row row) {
    return row.getAs("target_class") + " " + row.getAs("image_id");
  }
}
