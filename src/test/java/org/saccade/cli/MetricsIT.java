package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus gets from a running job through Spark's own servlet. */
class MetricsIT {
  private static final String PREFIX =
      "metrics_saccade_driver_plugin_org_saccade_job_MetricsPlugin_";

  @TempDir Path temp;

  @Test
  void aRunningJobIsScraped() throws Exception {
    Job.layOut(temp, 4);
    Files.writeString(temp.resolve("images/00-broken.jpg"), "not an image");
    // Keeps the job running until its figures have been read.
    Path last = Pictures.pipe(temp.resolve("images/last.png"));
    int port = freePort();
    Job job = new Job(temp, Map.of());
    String command =
        "explain --model model.onnx --images images --output out --batch-size 1"
            + " --image-timeout 600 --max-failed-share 1"
            + " -- --master local[1] --driver-memory 700m --conf spark.ui.enabled=true"
            + " --conf spark.ui.port="
            + port
            + " --conf spark.metrics.namespace=saccade"
            + " --conf spark.metrics.conf.driver.sink.prometheusServlet.class="
            + "org.apache.spark.metrics.sink.PrometheusServlet"
            + " --conf spark.metrics.conf.driver.sink.prometheusServlet.path=/metrics/prometheus";
    CompletableFuture<Run> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return job.run(command);
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    String scraped = "";
    while (!running.isDone() && !isComplete(scraped)) {
      Thread.sleep(20);
      scraped = scrape(port, scraped);
    }

    assertThat(count(scraped, "images_Count")).isBetween(1, 5);
    assertThat(count(scraped, "failures_UNSUPPORTED_FORMAT_Count")).isEqualTo(1);
    assertThat(count(scraped, "batch_Count")).isBetween(1, 5);
    assertThat(count(scraped, "model_load_Count")).isEqualTo(1);
    assertThat(running).isNotDone();
    Files.newOutputStream(last).close();
    Run run = running.join();
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  /** Whether the first batch is in every figure: they are counted one after the other. */
  private static boolean isComplete(String scraped) {
    return Stream.of("failures_UNSUPPORTED_FORMAT_Count", "images_Count", "batch_Count")
        .allMatch(name -> count(scraped, name) > 0);
  }

  private static int count(String scraped, String name) {
    Matcher line =
        Pattern.compile("^" + PREFIX + name + "\\{[^}]*} (\\d+)$", Pattern.MULTILINE)
            .matcher(scraped);
    return line.find() ? Integer.parseInt(line.group(1)) : 0;
  }

  private static String scrape(int port, String before) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://localhost:%d/metrics/prometheus/".formatted(port)))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notUpOrGoneAgain) {
      return before;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
