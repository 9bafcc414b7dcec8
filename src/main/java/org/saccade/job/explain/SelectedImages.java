package org.saccade.job.explain;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.saccade.UserException;
import org.saccade.job.Terminal;
import org.saccade.job.images.ImageTable;
import org.saccade.job.images.Inventory;

/** The images that a run is to explain. */
final class SelectedImages {
  private SelectedImages() {}

  /**
   * The images that the options mean, but for {@code --limit}, which takes their order.
   *
   * @throws UserException if there are none, or they or their labels are at fault
   */
  static ImageTable of(
      ExplainPlan plan, ExplainOptions options, SparkSession spark, Terminal terminal) {
    int classes = plan.network().classes();
    ImageTable images =
        ImageTable.labelled(
            plan.images(),
            options.labels(),
            options.labelsFromFolders()
                ? Optional.of(plan.settings().classLabels())
                : Optional.empty(),
            classes,
            spark,
            terminal);
    try {
      images = images.sample(options.selection().share());
      requireTraced(images, plan, options.trace());
      return images;
    } catch (RuntimeException | Error e) {
      images.close();
      throw e;
    }
  }

  private static void requireTraced(ImageTable images, ExplainPlan plan, TraceChoice trace) {
    if (trace instanceof TraceChoice.Named named) {
      images
          .unknown(named.ids())
          .ifPresent(
              id -> {
                throw new UserException(
                    "--trace names %s, which is not the id of an image of %s"
                        .formatted(id, plan.images().location()));
              });
    }
  }

  /**
   * Checks that there is something to do.
   *
   * @param tally of the images that are to be explained
   * @throws UserException if not
   */
  static void requireUsable(
      Inventory.Tally tally, ExplainPlan plan, ExplainOptions options, Terminal terminal) {
    if (tally.images() == 0) {
      throw new UserException(
          "--sample %s leaves none of the images at %s: take a larger share"
              .formatted(options.selection().share(), plan.images().location()));
    }
    boolean explainsLabels = options.target() instanceof TargetChoice.Label;
    if (explainsLabels && tally.unlabelled() == tally.images()) {
      throw new UserException(
          ("--target label needs labels, but none of the %d images has one:"
                  + " give --labels, --labels-from-folders or a list file with labels")
              .formatted(tally.images()));
    }
    boolean wantsLabels =
        explainsLabels || options.labels().isPresent() || options.labelsFromFolders();
    if (wantsLabels && tally.unlabelled() > 0) {
      terminal
          .err()
          .printf("note: %d of %d images have no label%n", tally.unlabelled(), tally.images());
    }
  }
}
