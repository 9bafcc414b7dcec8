package org.saccade.job.explain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a table of explanations holds, counted from the table itself: tasks that ran twice do not
 * count twice.
 *
 * @param rows rows of the table
 * @param statuses images by status
 * @param errors images by error code
 * @param phaseMillis time spent in each phase, summed over the images
 */
record RunStatistics(
    long rows,
    Map<String, Long> statuses,
    Map<String, Long> errors,
    Map<String, Double> phaseMillis) {

  static final RunStatistics NONE = new RunStatistics(0, Map.of(), Map.of(), Map.of());

  static RunStatistics of(SparkSession spark, Path table) {
    List<Row> groups =
        spark
            .read()
            .parquet(table.toString())
            .groupBy("image_id")
            .agg(
                first("status").as("status"),
                first("error_code").as("error_code"),
                count(lit(1)).as("rows"),
                first("timings.decode_ms").as("decode"),
                first("timings.forward_ms").as("forward"),
                first("timings.unravel_ms").as("unravel"))
            .groupBy("status", "error_code")
            .agg(
                count(lit(1)).as("images"),
                sum(col("rows")).as("rows"),
                sum(col("decode")).as("decode"),
                sum(col("forward")).as("forward"),
                sum(col("unravel")).as("unravel"))
            .collectAsList();
    long rows = 0;
    Map<String, Long> statuses = new TreeMap<>();
    Map<String, Long> errors = new TreeMap<>();
    Map<String, Double> phases = new LinkedHashMap<>();
    for (Row group : groups) {
      long images = group.getAs("images");
      rows += group.<Long>getAs("rows");
      statuses.merge(group.getAs("status"), images, Long::sum);
      String code = group.getAs("error_code");
      if (code != null) {
        errors.merge(code, images, Long::sum);
      }
      for (String phase : List.of("decode", "forward", "unravel")) {
        phases.merge(phase, group.<Double>getAs(phase), Double::sum);
      }
    }
    return new RunStatistics(rows, statuses, errors, phases);
  }

  /** Images of any status. */
  long images() {
    return statuses.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Share of the images that have a status other than ok. */
  double failedShare() {
    return failedShare(statuses);
  }

  static double failedShare(Map<String, Long> statuses) {
    long all = statuses.values().stream().mapToLong(Long::longValue).sum();
    return all == 0 ? 0 : 1 - statuses.getOrDefault("ok", 0L) / (double) all;
  }
}
