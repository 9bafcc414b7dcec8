package org.saccade.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.saccade.demo.scene.SceneFolder;
import org.saccade.demo.scene.SceneSet;
import org.saccade.demo.training.SceneInput;

/**
 * What the demo's jobs read, on disk: pictures with labels and boxes, and a network with its
 * description.
 *
 * @param root the folder
 */
public record DemoFolder(Path root) {

  /** The pictures, their labels, boxes and classes. */
  public SceneFolder scenes() {
    return new SceneFolder(root);
  }

  /** The network, beside its description, so that no job has to be told about preprocessing. */
  public Path model() {
    return root.resolve("scenes.onnx");
  }

  /** What {@code explain} writes. */
  public Path explanations() {
    return root.resolve("explained");
  }

  /** What {@code evaluate} writes. */
  public Path scores() {
    return root.resolve("scores");
  }

  /** What {@code audit} writes. */
  public Path audit() {
    return root.resolve("audit");
  }

  /** What {@code report} writes. */
  public Path report() {
    return root.resolve("report");
  }

  /** The page to open. */
  public Path page() {
    return report().resolve("index.html");
  }

  /**
   * Writes the demo's material; files of the same names are replaced.
   *
   * @param variant whether a cue is planted
   * @param perClass pictures of each class
   */
  public void write(DemoVariant variant, int perClass) {
    write(new SceneSet(DemoVariant.TEST_SEED, perClass, variant.planting()));
    try (InputStream network = variant.network()) {
      Files.copy(network, model(), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes everything but the network; files of the same names are replaced. */
  void write(SceneSet pictures) {
    scenes().write(pictures);
    SceneInput.describe(root.resolve("scenes.properties"), root.relativize(scenes().classes()));
  }
}
