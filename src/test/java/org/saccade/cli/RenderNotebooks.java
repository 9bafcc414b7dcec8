package org.saccade.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Not a test, hence its name: runs the notebook {@code -Dnotebook=FILE} on the kernel that the
 * folder {@code -Dkernelspec=DIR} describes and writes what it shows into its file. {@code
 * notebooks/render} calls it.
 */
class RenderNotebooks {
  @Test
  void render() throws IOException, InterruptedException {
    Path file = Path.of(System.getProperty("notebook")).toAbsolutePath();
    List<String> command =
        JavaKernel.describedBy(Path.of(System.getProperty("kernelspec"), "kernel.json"));
    Notebook notebook = Notebook.read(file);

    try (JavaKernel kernel = JavaKernel.start(command, file.getParent(), Map.of())) {
      notebook.write(notebook.run(kernel));
    }
  }
}
