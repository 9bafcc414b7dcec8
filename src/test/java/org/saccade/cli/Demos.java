package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.saccade.demo.DemoFolder;

/** Explains a demo's pictures by the network that ships for them. */
final class Demos {
  private Demos() {}

  /**
   * @param options of {@code explain}, beside files and device
   */
  static void explain(DemoFolder demo, String... options) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("explain", "--model", demo.model().toString()));
    command.addAll(List.of("--images", demo.scenes().images().toString()));
    command.addAll(List.of("--labels", demo.scenes().labels().toString()));
    command.addAll(List.of("--device", "cpu", "--output", demo.explanations().toString()));
    command.addAll(List.of(options));
    Run run = Run.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }
}
