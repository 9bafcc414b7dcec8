package org.saccade;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The real networks, images and reference outputs, which are too large or not ours to commit.
 *
 * <p>They are looked for in the folder that the environment variable {@code SACCADE_SHARED} names,
 * by default {@code ../shared}. A test that asks for a missing one is skipped with a message.
 */
public final class SharedData {
  private SharedData() {}

  /** Path of a file or folder of the shared data; skips the calling test when it is absent. */
  public static Path path(String relative) {
    String root = Optional.ofNullable(System.getenv("SACCADE_SHARED")).orElse("../shared");
    Path path = Path.of(root, relative);
    Assumptions.assumeTrue(
        Files.exists(path),
        () -> "skipped: needs %s; set SACCADE_SHARED to the shared data".formatted(path));
    return path;
  }
}
