package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

class PruneCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  @TempDir Path runs;

  /** One true run, of which the others are copies of another age. */
  @BeforeAll
  static void explain() {
    LocalSpark.session();
    Job.layOut(shared, 2);
    Run run =
        Run.of(
            "explain",
            "--model=" + shared.resolve("model.onnx"),
            "--images=" + shared.resolve("images"),
            "--output=" + shared.resolve("run"));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @BeforeEach
  void layOut() throws IOException {
    for (int days : new int[] {1, 3, 5, 8}) {
      runEnded(days);
    }
  }

  @Test
  void theNewestStay() {
    Run run = Run.of("prune", "--runs=" + runs, "--keep=2");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(runs.toFile().list()).containsExactlyInAnyOrder("1-days-ago", "3-days-ago");
    assertThat(run.out()).contains("deleted").contains("8-days-ago").contains("stays");
  }

  @Test
  void theOldGo() {
    Run.of("prune", "--runs=" + runs, "--older-than=5");

    assertThat(runs.toFile().list()).containsExactlyInAnyOrder("1-days-ago", "3-days-ago");
  }

  @Test
  void aRunGoesWhenItIsOldAndNotAmongTheNewest() {
    Run.of("prune", "--runs=" + runs, "--older-than=2", "--keep=3");

    assertThat(runs.toFile().list())
        .containsExactlyInAnyOrder("1-days-ago", "3-days-ago", "5-days-ago");
  }

  @Test
  void aGlobNamesTheRunsThemselves() {
    Run.of("prune", "--runs=" + runs + "/{5,8}-*", "--keep=1");

    assertThat(runs.toFile().list())
        .containsExactlyInAnyOrder("1-days-ago", "3-days-ago", "5-days-ago");
  }

  @Test
  void aDryRunDeletesNothing() {
    Run run = Run.of("prune", "--runs=" + runs, "--keep=0", "--dry-run");

    assertThat(run.out()).contains("would go").doesNotContain("deleted");
    assertThat(runs.toFile().list()).hasSize(4);
    assertThat(runs.resolve("8-days-ago/explanations")).isNotEmptyDirectory();
  }

  @Test
  void whatIsNoRunStays() throws IOException {
    Files.createDirectories(runs.resolve("photos"));
    Files.writeString(runs.resolve("photos/manifest.json"), "{\"kind\": \"something else\"}");
    Files.writeString(runs.resolve("a-file"), "");

    Run run = Run.of("prune", "--runs=" + runs, "--keep=0");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(runs.toFile().list()).containsExactlyInAnyOrder("photos", "a-file");
    assertThat(run.out()).contains("no run").contains("photos");
  }

  @Test
  void aRunThatHasNotEndedStays() throws IOException {
    change(runs.resolve("8-days-ago"), "state", "running");
    change(runs.resolve("8-days-ago"), "ended", "");

    Run run = Run.of("prune", "--runs=" + runs, "--keep=0");

    assertThat(runs.toFile().list()).containsExactly("8-days-ago");
    assertThat(run.out()).contains("not ended");
  }

  @Test
  void whatSomebodyPutBesideARunStays() throws IOException {
    Files.writeString(runs.resolve("8-days-ago/notes.txt"), "keep me");

    Run.of("prune", "--runs=" + runs, "--keep=0");

    assertThat(runs.resolve("8-days-ago").toFile().list()).containsExactly("notes.txt");
  }

  @Test
  void aRuleIsNeeded() {
    assertThat(Run.of("prune", "--runs=" + runs).exitCode()).isEqualTo(1);
    assertThat(Run.of("prune", "--runs=" + runs.resolve("nowhere"), "--keep=1").exitCode())
        .isEqualTo(2);
  }

  private void runEnded(int days) throws IOException {
    Path copy = runs.resolve(days + "-days-ago");
    FileUtils.copyDirectory(shared.resolve("run").toFile(), copy.toFile());
    change(copy, "ended", Instant.now().minus(Duration.ofDays(days)).toString());
  }

  private static void change(Path run, String key, String value) throws IOException {
    Path manifest = run.resolve("manifest.json");
    ObjectNode json = (ObjectNode) JSON.readTree(Files.readString(manifest));
    FileUtils.delete(manifest.toFile());
    Files.deleteIfExists(run.resolve(".manifest.json.crc"));
    Files.writeString(manifest, json.put(key, value).toString());
  }
}
