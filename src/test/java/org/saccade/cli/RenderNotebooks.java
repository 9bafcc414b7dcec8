package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Not a test, hence its name: runs one notebook and writes what it shows into its file. {@code
 * notebooks/render} calls it.
 */
class RenderNotebooks {
  @Test
  void render() throws IOException, InterruptedException {
    String file = System.getProperty("notebook");
    assertThat(file).as("-Dnotebook=FILE names the notebook").isNotNull();
    Notebook notebook = Notebook.read(Path.of(file));

    notebook.write(notebook.run(Map.of()));
  }
}
