package org.saccade.job;

import com.codahale.metrics.MetricRegistry;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what tasks do through Spark's own metrics system, and so to whatever sink the
 * installation has configured. Every executor publishes its own numbers and sends them to the
 * driver, which publishes those of the whole run: the Prometheus servlet is to be had on the driver
 * only.
 *
 * <ul>
 *   <li>{@code images}: images that were looked at, whatever became of them
 *   <li>{@code failures.CODE}: those with a status other than ok, by error code
 *   <li>{@code batch}: time from a decoded batch to its rows
 *   <li>{@code model.load}: time to load the model, once per executor and device
 * </ul>
 *
 * <p>Work that is done twice, after a lost executor or for speculation, counts twice; the manifest
 * counts the table's rows.
 *
 * <p>The full name of this class is part of every metric's name, by which dashboards know it.
 */
public final class MetricsPlugin implements SparkPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsPlugin.class);

  /** What the driver is called where it runs the tasks itself. */
  private static final String DRIVER = "driver";

  private static volatile Publisher publisher = event -> {};

  /** Takes an event to those who publish it. */
  private interface Publisher {
    void publish(Event event);
  }

  /** Something that a task did. */
  private sealed interface Event extends Serializable {
    void countIn(MetricRegistry registry);
  }

  private record BatchDone(int images, TreeMap<String, Integer> failures, Duration time)
      implements Event {
    @Override
    public void countIn(MetricRegistry registry) {
      registry.counter("images").inc(images);
      failures.forEach((code, count) -> registry.counter("failures." + code).inc(count));
      registry.timer("batch").update(time);
    }
  }

  private record ModelLoaded(Duration time) implements Event {
    @Override
    public void countIn(MetricRegistry registry) {
      registry.timer("model.load").update(time);
    }
  }

  /**
   * Tells that a task has made the rows of a batch.
   *
   * @param failures error codes of the rows with a status other than ok
   */
  public static void batchDone(int images, List<String> failures, Duration time) {
    TreeMap<String, Integer> counts = new TreeMap<>();
    failures.forEach(code -> counts.merge(code, 1, Integer::sum));
    publisher.publish(new BatchDone(images, counts, time));
  }

  /** Tells that this JVM has loaded a model. */
  public static void modelLoaded(Duration time) {
    publisher.publish(new ModelLoaded(time));
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new OnDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OnExecutor();
  }

  private static void announce(MetricRegistry registry) {
    registry.counter("images");
    registry.timer("batch");
    registry.timer("model.load");
  }

  private static final class OnDriver implements DriverPlugin {
    private MetricRegistry registry;

    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      registry = context.metricRegistry();
      announce(registry);
      return Map.of();
    }

    @Override
    public Object receive(Object message) {
      ((Event) message).countIn(registry);
      return null;
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> settings) {
      if (context.executorID().equals(DRIVER)) {
        publisher = event -> send(context, event);
        return;
      }
      MetricRegistry registry = context.metricRegistry();
      announce(registry);
      publisher =
          event -> {
            event.countIn(registry);
            send(context, event);
          };
    }

    @Override
    public void shutdown() {
      publisher = event -> {};
    }

    /** A number that gets lost is no reason to lose work. */
    private static void send(PluginContext context, Event event) {
      try {
        context.send(event);
      } catch (IOException | RuntimeException e) {
        LOG.debug("the driver was not told of {}", event, e);
      }
    }
  }
}
