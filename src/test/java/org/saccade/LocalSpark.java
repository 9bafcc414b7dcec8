package org.saccade;

import org.apache.spark.sql.SparkSession;

/** The Spark of the test JVM, started by whoever needs it first. */
public final class LocalSpark {
  private LocalSpark() {}

  /** A session with two task slots. */
  public static SparkSession session() {
    return session("local[2]");
  }

  /** A session on a given master, replacing one on another. */
  public static synchronized SparkSession session(String master) {
    SparkSession session = start(master);
    if (session.sparkContext().master().equals(master)) {
      return session;
    }
    session.stop();
    return start(master);
  }

  private static SparkSession start(String master) {
    return SparkSession.builder()
        .master(master)
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate();
  }
}
