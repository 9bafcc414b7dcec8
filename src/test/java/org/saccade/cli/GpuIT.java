package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark's own scheduling of GPUs on a cluster of one worker, whose discovery script claims GPUs
 * that are not there: what Spark assigned shows in what is said of them.
 */
class GpuIT {
  /** Where a worker in the driver's process keeps the logs of its executors. */
  private static final Path WORK = Job.HOME.resolve("target/runtime/spark/work");

  @TempDir Path temp;

  @BeforeEach
  void forgetEarlierLogs() throws IOException {
    FileUtils.deleteDirectory(WORK.toFile());
  }

  @Test
  void aTaskAsksForTheGpuItWasAssigned() throws Exception {
    Run run = explain("gpu", "\"7\"", "1");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err())
        .contains("The device gpu was asked for (gpu:7 is assigned to this task), but libtorch");
  }

  @Test
  void tasksOfOneExecutorUseTheirOwnGpus() throws Exception {
    Run run = explain("auto", "\"4\", \"6\"", "2");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(executorLogs())
        .contains("(gpu:4 is assigned to this task)", "(gpu:6 is assigned to this task)");
  }

  @Test
  @Tag("soak")
  void tasksShareAGpuAndTheModelOnIt() throws Exception {
    Run run = explain("auto", "\"5\"", "1");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(executorLogs())
        .containsOnlyOnce("model.onnx runs on")
        .contains("(gpu:5 is assigned to this task)");
  }

  /** Explains on one executor of two slots. */
  private Run explain(String device, String addresses, String gpus) throws Exception {
    Path discovery = temp.resolve("discover-gpus");
    Files.writeString(
        discovery,
        """
        #!/bin/sh
        echo '{"name": "gpu", "addresses": [%s]}'
        """
            .formatted(addresses));
    Files.setPosixFilePermissions(discovery, PosixFilePermissions.fromString("rwxr-xr-x"));
    Job.layOut(temp, 64);
    return new Job(temp, Map.of())
        .run(
            "explain --model model.onnx --images images --output out --batch-size 1 --device "
                + device
                + " -- --master 'local-cluster[1,2,700]' --conf spark.executor.memory=700m"
                + " --conf spark.executor.cores=2 --conf spark.task.maxFailures=1"
                + " --conf spark.worker.resource.gpu.amount="
                + gpus
                + " --conf spark.worker.resource.gpu.discoveryScript="
                + discovery
                + " --conf spark.executor.resource.gpu.amount="
                + gpus);
  }

  private String executorLogs() throws IOException {
    StringBuilder logs = new StringBuilder();
    try (Stream<Path> files = Files.walk(WORK)) {
      List<Path> found = files.filter(file -> file.endsWith("stderr")).toList();
      for (Path file : found) {
        logs.append(Files.readString(file));
      }
    }
    return logs.toString();
  }
}
