package org.saccade.job.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.saccade.UserException;
import org.saccade.engine.DeviceChoice;

/**
 * The GPUs that Spark hands out to tasks.
 *
 * <p>Executors own GPUs when {@code spark.executor.resource.gpu.amount} says so. How many tasks
 * share one is what {@code spark.task.resource.gpu.amount} says (1 for one task, 0.25 for four);
 * where it says nothing, the stage that runs the network asks for an equal share for every task
 * slot, and the other stages for none.
 */
public final class Gpus {
  private static final String RESOURCE = "gpu";
  private static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String OF_TASK = "spark.task.resource.gpu.amount";

  private Gpus() {}

  /**
   * The number of the GPU that Spark assigned to the calling task; empty outside tasks and where
   * Spark assigns none.
   *
   * @throws UserException if the cluster's discovery script calls it something else than a number
   */
  static OptionalInt assigned() {
    return Optional.ofNullable(TaskContext.get())
        .map(task -> task.resourcesJMap().get(RESOURCE))
        .map(gpu -> number(List.of(gpu.addresses())))
        .orElse(OptionalInt.empty());
  }

  static OptionalInt number(List<String> addresses) {
    if (addresses.isEmpty()) {
      return OptionalInt.empty();
    }
    String first = addresses.get(0).strip();
    if (!first.matches("\\d{1,4}")) {
      throw new UserException(
          ("Spark assigned the GPU '%s' to a task, but libtorch counts GPUs from 0: let the"
                  + " discovery script print numbers")
              .formatted(first));
    }
    return OptionalInt.of(Integer.parseInt(first));
  }

  /** An RDD whose tasks are given GPUs, where executors own some and the network may use them. */
  public static <T> JavaRDD<T> onStage(JavaRDD<T> rdd, DeviceChoice device) {
    SparkConf conf = JavaSparkContext.fromSparkContext(rdd.context()).getConf();
    if (device.kind() == DeviceChoice.Kind.CPU || conf.contains(OF_TASK)) {
      return rdd;
    }
    int gpus = conf.getInt(OF_EXECUTOR, 0);
    if (gpus == 0) {
      return rdd;
    }
    int cpus = conf.getInt("spark.task.cpus", 1);
    int slots = Math.max(1, conf.getInt("spark.executor.cores", 1) / cpus);
    TaskResourceRequests task =
        new TaskResourceRequests().cpus(cpus).resource(RESOURCE, share(slots, gpus));
    return rdd.withResources(new ResourceProfileBuilder().require(task).build());
  }

  /** The part of a GPU for each task, so that all slots are busy; 1 where there are GPUs enough. */
  static double share(int slots, int gpus) {
    int tasksPerGpu = (slots + gpus - 1) / gpus;
    return 1.0 / Math.max(1, tasksPerGpu);
  }
}
