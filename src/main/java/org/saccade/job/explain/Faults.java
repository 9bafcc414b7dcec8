package org.saccade.job.explain;

import java.util.Map;
import org.apache.spark.SparkConf;

/** How Spark is asked to deal with tasks that fail, unless the user says otherwise. */
final class Faults {
  /**
   * A task whose executor is killed under it is tried again elsewhere, more often than Spark does
   * by itself. An executor on which everything fails, because its disk is full or its GPU is gone,
   * is left alone before it has used up the attempts of all tasks.
   */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "spark.task.maxFailures", "8",
          "spark.excludeOnFailure.enabled", "true",
          "spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor", "2",
          "spark.excludeOnFailure.task.maxTaskAttemptsPerNode", "4",
          "spark.excludeOnFailure.stage.maxFailedTasksPerExecutor", "4");

  private Faults() {}

  /** What to add to the user's settings: nothing to those of a kind, which must fit together. */
  static Map<String, String> defaults(SparkConf given) {
    return DEFAULTS.keySet().stream().anyMatch(given::contains) ? Map.of() : DEFAULTS;
  }
}
