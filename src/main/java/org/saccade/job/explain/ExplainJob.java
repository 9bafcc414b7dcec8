package org.saccade.job.explain;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.saccade.UserException;
import org.saccade.job.MetricsPlugin;
import org.saccade.job.Terminal;
import org.saccade.job.images.ImageTable;

/**
 * The Spark job {@code explain}: images and a model in, a table of fixations out.
 *
 * <p>Everything the user gave is checked before anything is written.
 */
public final class ExplainJob {
  private final Terminal terminal;

  public ExplainJob(Terminal terminal) {
    this.terminal = terminal;
  }

  /** How a run ended. */
  public enum Outcome {
    /** All is well. */
    DONE,
    /** The table is complete, but too many images have a status other than ok. */
    TOO_MANY_FAILED
  }

  /**
   * Explains what the options say.
   *
   * @throws UserException if the input, the model, the device or the output folder is at fault;
   *     nothing has been written then
   */
  public Outcome run(ExplainOptions options) {
    Stopwatch stopwatch = new Stopwatch();
    ExplainPlan plan = ExplainPlan.of(options, hadoop());
    if (options.rerun() != ExplainOptions.Rerun.OVERWRITE) {
      plan.folder().earlier().ifPresent(plan::requireSame);
    }
    try (RunLock lock = plan.folder().lock()) {
      return new ExplainRun(options, plan, lock, terminal, stopwatch).run(session());
    }
  }

  /**
   * Says what a run would do: what it reads, how long it takes and how much it writes, judging by
   * its first images. Nothing is written.
   *
   * @throws UserException as {@link #run} would
   */
  public void dryRun(ExplainOptions options) {
    Configuration hadoop = hadoop();
    ExplainPlan plan = ExplainPlan.of(options, hadoop);
    if (options.rerun() != ExplainOptions.Rerun.OVERWRITE) {
      plan.folder().earlier().ifPresent(plan::requireSame);
    }
    try (ImageTable images = SelectedImages.of(plan, options, session(), terminal)) {
      terminal.out().print(Estimate.of(plan, images, options, hadoop, terminal).forPeople());
    }
  }

  private static SparkSession session() {
    SparkConf given = new SparkConf();
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("saccade explain")
            // Tasks of a query would not find the model file, which belongs to no session.
            .config("spark.sql.artifact.isolation.enabled", false)
            .config("spark.plugins", plugins(given));
    Faults.defaults(given).forEach(builder::config);
    return builder.getOrCreate();
  }

  /** The plug-ins that are set already, and ours. */
  private static String plugins(SparkConf conf) {
    String ours = MetricsPlugin.class.getName();
    String given = conf.get("spark.plugins", "").strip();
    return given.isEmpty() ? ours : given + "," + ours;
  }

  /** Settings of Hadoop as Spark will have them, without starting Spark. */
  private static Configuration hadoop() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }
}
