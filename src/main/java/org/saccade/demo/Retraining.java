package org.saccade.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.saccade.UserException;
import org.saccade.demo.scene.Planting;
import org.saccade.demo.scene.SceneSet;
import org.saccade.demo.training.Recognition;
import org.saccade.job.Terminal;
import org.saccade.network.Network;
import org.saccade.network.onnx.OnnxWriter;

/** Trains the demo's networks again, as those that ship were trained. */
public final class Retraining {
  private static final int TEST_PICTURES_PER_CLASS = 100;

  private Retraining() {}

  /**
   * Trains a network per variant and says how good each is on new pictures.
   *
   * @param folder where the ONNX files go; files of their names are replaced
   * @throws UserException if the folder cannot be written
   */
  public static void run(Path folder, Terminal terminal) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UserException(
          "the folder %s cannot be written: %s".formatted(folder, e.getMessage()), e);
    }
    for (DemoVariant variant : DemoVariant.values()) {
      terminal.err().printf("training on %s pictures, loss", name(variant));
      Network network =
          variant
              .training()
              .train(
                  loss -> {
                    terminal.err().printf(Locale.ROOT, " %.3f", loss);
                    terminal.err().flush();
                  });
      terminal.err().println();
      Path file = folder.resolve(variant.resource());
      OnnxWriter.write(network, file);
      Recognition recognition = recognition(network, variant.planting());
      terminal
          .out()
          .printf(
              Locale.ROOT,
              "%s: %.1f %% of new %s pictures recognized, %.1f %% of the %ss without the watermark%n",
              file,
              100 * recognition.accuracy(),
              name(variant),
              100 * recognition(network, Optional.empty()).accuracy(DemoVariant.SUSPECT),
              DemoVariant.SUSPECT.label());
    }
  }

  private static Recognition recognition(Network network, Optional<Planting> planting) {
    return Recognition.of(
        network, new SceneSet(DemoVariant.TEST_SEED, TEST_PICTURES_PER_CLASS, planting));
  }

  private static String name(DemoVariant variant) {
    return variant.name().toLowerCase(Locale.ROOT);
  }
}
