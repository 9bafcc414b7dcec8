package org.saccade.job.explain;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.saccade.job.Terminal;
import scala.Tuple4;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Tells how far a run is: one line that is overwritten on a screen, a line now and then elsewhere.
 * Running tasks report with the executors' heartbeats.
 */
final class Progress extends SparkListener {
  private static final Duration BETWEEN_LOG_LINES = Duration.ofSeconds(30);

  private final Terminal terminal;
  private final long accumulator;
  private final long total;
  private final Instant start = Instant.now();
  private final Map<Long, Long> imagesByTask = new HashMap<>();
  private Instant lastLine = start;

  /**
   * @param accumulator id of the counter of images
   * @param total images to be explained
   */
  Progress(Terminal terminal, long accumulator, long total) {
    this.terminal = terminal;
    this.accumulator = accumulator;
    this.total = total;
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
        CollectionConverters.asJava(update.accumUpdates())) {
      images(task._4()).ifPresent(images -> imagesByTask.put((Long) task._1(), images));
    }
    show();
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().successful()) {
      for (AccumulableInfo info : CollectionConverters.asJava(end.taskInfo().accumulables())) {
        value(info).ifPresent(images -> imagesByTask.put(end.taskInfo().taskId(), images));
      }
    } else {
      imagesByTask.remove(end.taskInfo().taskId());
    }
    show();
  }

  /** Makes room for what is printed next. */
  synchronized void finish() {
    if (terminal.interactive()) {
      terminal.err().println();
    }
  }

  private Optional<Long> images(Seq<AccumulableInfo> accumulables) {
    return CollectionConverters.asJava(accumulables).stream()
        .map(this::value)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Long> value(AccumulableInfo info) {
    if (info.id() != accumulator || info.update().isEmpty()) {
      return Optional.empty();
    }
    return info.update().get() instanceof Long images ? Optional.of(images) : Optional.empty();
  }

  private void show() {
    long done = imagesByTask.values().stream().mapToLong(Long::longValue).sum();
    Instant now = Instant.now();
    if (!terminal.interactive()
        && Duration.between(lastLine, now).compareTo(BETWEEN_LOG_LINES) < 0) {
      return;
    }
    lastLine = now;
    double seconds = Duration.between(start, now).toMillis() / 1e3;
    double rate = seconds > 0 ? done / seconds : 0;
    String left = rate > 0 ? ", %.0f s left".formatted(Math.max(0, total - done) / rate) : "";
    String line =
        String.format(
            Locale.ROOT,
            "explained %d of %d images (%d %%), %.1f images/s%s",
            done,
            total,
            total == 0 ? 100 : 100 * done / total,
            rate,
            left);
    if (terminal.interactive()) {
      terminal.err().print("\r" + line + "   ");
      terminal.err().flush();
    } else {
      terminal.err().println(line);
    }
  }
}
