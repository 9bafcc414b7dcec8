package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

class BenchmarkCommandTest {
  @TempDir Path folder;

  @Test
  void figuresOfAModelArePrintedAndWritten() throws IOException {
    LocalSpark.session();

    Run run =
        Run.of(
            "benchmark",
            "--model",
            "src/test/resources/org/saccade/job/tiny.onnx",
            "--rounds",
            "2",
            "--job-images",
            "9",
            "--output",
            folder.toString());

    assertThat(run.exitCode()).isZero();
    // The peak is that of the process, other tests included: JobsIT has a process of its own.
    assertThat(run.out())
        .contains(
            "forward only",
            "explained (reference)",
            "whole job",
            "tensors in memory",
            "peak memory of the process");
    JsonNode figures =
        new ObjectMapper().readTree(folder.resolve("summary.json").toFile()).get("networks").get(0);
    assertThat(figures.get("forward_ms").asDouble()).isPositive();
    assertThat(figures.get("rounds").asInt()).isEqualTo(2);
    assertThat(figures.get("job_images_per_second").asDouble()).isPositive();
    assertThat(figures.get("job_efficiency").asDouble()).isPositive();
    assertThat(figures.get("costs").get("reference").get("walk").asDouble()).isPositive();
  }
}
