package org.saccade.cli;

import java.util.Optional;
import org.saccade.dataset.BoxesFrame;
import org.saccade.dataset.GroundTruthReader;
import org.saccade.job.Terminal;
import org.saccade.job.evaluate.EvaluateJob;
import org.saccade.job.evaluate.EvaluateOptions;
import org.saccade.localization.Overlap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade evaluate}: explanations or boxes and ground truth in, metrics out. */
@Command(
    name = "evaluate",
    description =
        "Measures how well explanations, or boxes from elsewhere, find the objects: every metric"
            + " with its bootstrap interval and what a centred box achieves.")
final class EvaluateCommand extends JobCommand {
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

  EvaluateCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    terminal().out().print(new EvaluateJob(options()).run().forPeople());
    return ExitCode.DONE;
  }

  private EvaluateOptions options() {
    refuseIf((explanations == null) == (boxes == null), "give one of --explanations and --boxes");
    refuseIf(boxClasses != null && boxes == null, "--box-classes goes with --boxes");
    refuseIf(boxes != null && classLabels == null, "--boxes needs --class-labels");
    refuseIf(resamples < 1, "--resamples is at least 1");
    return new EvaluateOptions(
        boxes == null
            ? new EvaluateOptions.Explanations(explanations)
            : new EvaluateOptions.Boxes(boxes, Optional.ofNullable(boxClasses)),
        new GroundTruthReader(
            given("--ground-truth", groundTruth),
            Optional.ofNullable(classLabels),
            Optional.ofNullable(imageSizes),
            Optional.ofNullable(classes),
            parsed("--boxes-frame", boxesFrame, BoxesFrame::parse)),
        given("--output", output),
        overwrite,
        choice("--iou", iou, Overlap.class),
        resamples,
        seed);
  }
}
