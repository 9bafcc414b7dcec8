package org.saccade.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.saccade.UserException;
import org.saccade.dataset.BoxesFrame;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.job.EvaluateJob;
import org.saccade.job.EvaluateOptions;
import org.saccade.job.Terminal;
import org.saccade.localization.Overlap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code saccade evaluate}: explanations or boxes and ground truth in, metrics out. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    versionProvider = Saccade.Version.class,
    sortOptions = false,
    description =
        "Measures how well explanations, or boxes from elsewhere, find the objects: every metric"
            + " with its bootstrap interval and what a centred box achieves.")
final class EvaluateCommand implements Callable<Integer> {
  private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(
      names = "--explanations",
      paramLabel = "DIR",
      description = "Output folder of explain. This or --boxes is required.")
  private String explanations;

  @Option(
      names = "--boxes",
      paramLabel = "FILE",
      description =
          "Boxes from elsewhere: line n is class x0 y0 x1 y1 of the n-th image of --class-labels.")
  private String boxes;

  @Option(
      names = "--box-classes",
      paramLabel = "CSV",
      description = "Class number in --boxes and class index; without it they are the same.")
  private String boxClasses;

  @Option(
      names = "--ground-truth",
      paramLabel = "FILE|DIR",
      description =
          "True boxes: ILSVRC/VOC XML or wsolevaluation folder, LOC_val_solution.csv, box table,"
              + " list of boxes or COCO JSON. Required.")
  private String groundTruth;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder to write. Required.")
  private String output;

  @Option(
      names = "--class-labels",
      paramLabel = "CSV",
      description = "Lines of image,label, for lists of boxes without classes.")
  private String classLabels;

  @Option(
      names = "--image-sizes",
      paramLabel = "CSV",
      description = "Lines of image,width,height, for lists of boxes without sizes.")
  private String imageSizes;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description =
          "Names of the classes in the network's order, where the ground truth has names.")
  private String classes;

  @Option(
      names = "--boxes-frame",
      paramLabel = "FRAME",
      defaultValue = "image",
      description =
          "Whose pixels the true boxes are in: image (the images explained), original (their"
              + " originals, scaled by the sizes in the ground truth) or a size such as 256x256."
              + DEFAULT)
  private String boxesFrame;

  @Option(
      names = "--iou",
      paramLabel = "READING",
      defaultValue = "inclusive",
      description = "Sides of boxes are x1 - x0 + 1 (inclusive) or x1 - x0 (continuous)." + DEFAULT)
  private String iou;

  @Option(
      names = "--resamples",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Bootstrap resamples." + DEFAULT)
  private int resamples;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the bootstrap." + DEFAULT)
  private long seed;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Replace the evaluation in the output folder.")
  private boolean overwrite;

  private final Terminal terminal;

  EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (config.print) {
      Settings.describe(spec.commandLine()).forEach(terminal.out()::println);
      return ExitCode.DONE.number();
    }
    terminal.out().print(new EvaluateJob(options()).run().forPeople());
    terminal.out().flush();
    return ExitCode.DONE.number();
  }

  private EvaluateOptions options() {
    require((explanations == null) == (boxes == null), "give one of --explanations and --boxes");
    require(groundTruth == null, "--ground-truth is required");
    require(output == null, "--output is required");
    require(boxClasses != null && boxes == null, "--box-classes goes with --boxes");
    require(boxes != null && classLabels == null, "--boxes needs --class-labels");
    require(resamples < 1, "--resamples is at least 1");
    return new EvaluateOptions(
        boxes == null
            ? new EvaluateOptions.Explanations(explanations)
            : new EvaluateOptions.Boxes(boxes, Optional.ofNullable(boxClasses)),
        new GroundTruthReader(
            groundTruth,
            Optional.ofNullable(classLabels),
            Optional.ofNullable(imageSizes),
            Optional.ofNullable(classes),
            frame()),
        output,
        overwrite,
        overlap(),
        resamples,
        seed);
  }

  private BoxesFrame frame() {
    try {
      return BoxesFrame.parse(boxesFrame);
    } catch (UserException e) {
      throw new ParameterException(spec.commandLine(), "--boxes-frame: " + e.getMessage(), e);
    }
  }

  private Overlap overlap() {
    for (Overlap overlap : Overlap.values()) {
      if (overlap.name().toLowerCase(Locale.ROOT).equals(iou)) {
        return overlap;
      }
    }
    throw new ParameterException(
        spec.commandLine(), "--iou is inclusive or continuous, not '%s'".formatted(iou));
  }

  private void require(boolean wrong, String message) {
    if (wrong) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
