package org.saccade.job.explain;

import ai.djl.engine.Engine;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.package$;
import org.saccade.job.Manifest;
import org.saccade.job.images.ImageIds;

/**
 * The manifests of a run under way, from its start to its end.
 *
 * @param plan what it does
 * @param runId its id
 * @param started when it began
 * @param inventories the lists of its images so far
 */
record RunRecord(
    ExplainPlan plan, String runId, Instant started, List<Manifest.ListedImages> inventories) {

  /** The run with one more list of images. */
  RunRecord with(Manifest.ListedImages more) {
    List<Manifest.ListedImages> lists = new ArrayList<>(inventories);
    lists.add(more);
    return new RunRecord(plan, runId, started, lists);
  }

  /** Digest of all images. */
  String digest() {
    return inventories.stream()
        .map(list -> new BigInteger(list.digest(), 16))
        .reduce(BigInteger.ZERO, ImageIds::together)
        .toString(16);
  }

  /** Number of images of all lists. */
  long images() {
    return inventories.stream().mapToLong(Manifest.ListedImages::images).sum();
  }

  Manifest running() {
    return manifest(Manifest.RUNNING, -1, RunStatistics.NONE, Map.of(), "");
  }

  Manifest finished(RunStatistics statistics, Map<String, Double> wallSeconds, int exitCode) {
    return manifest(Manifest.FINISHED, exitCode, statistics, wallSeconds, "");
  }

  Manifest failed(Map<String, Double> wallSeconds, String error) {
    return manifest(Manifest.FAILED, 3, RunStatistics.NONE, wallSeconds, error);
  }

  private Manifest manifest(
      String state,
      int exitCode,
      RunStatistics statistics,
      Map<String, Double> wallSeconds,
      String error) {
    return new Manifest(
        Manifest.KIND,
        ExplanationTable.SCHEMA_VERSION,
        runId,
        plan.fingerprint(),
        state,
        exitCode,
        started.toString(),
        state.equals(Manifest.RUNNING) ? "" : Instant.now().toString(),
        plan.model().file(),
        plan.model().sha256(),
        plan.images().location(),
        images(),
        digest(),
        inventories,
        plan.configuration(),
        plan.model().preprocessing(),
        versions(),
        statistics.rows(),
        statistics.statuses(),
        statistics.errors(),
        wallSeconds,
        error);
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put(
        "saccade",
        Optional.ofNullable(RunRecord.class.getPackage().getImplementationVersion())
            .orElse("development"));
    versions.put("spark", package$.MODULE$.SPARK_VERSION());
    versions.put("java", Runtime.version().toString());
    versions.put("djl", Engine.getDjlVersion());
    return versions;
  }
}
