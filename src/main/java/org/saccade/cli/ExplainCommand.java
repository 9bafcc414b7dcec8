package org.saccade.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.engine.DeviceChoice;
import org.saccade.image.Crops;
import org.saccade.job.Terminal;
import org.saccade.job.explain.ExplainJob;
import org.saccade.job.explain.ExplainOptions;
import org.saccade.job.explain.ExplainOptions.Rerun;
import org.saccade.job.explain.ExplainOptions.Selection;
import org.saccade.job.explain.TargetChoice;
import org.saccade.job.explain.TraceChoice;
import org.saccade.unravel.Profile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade explain}: images and a model in, a table of fixations out. */
@Command(
    name = "explain",
    description =
        "Writes, for every image, what the network predicts and the pixels that caused it.")
final class ExplainCommand extends JobCommand {
  private static final int MOST_IMAGES_IN_A_BATCH = 4096;

  @Option(names = "--model", paramLabel = "FILE", description = "The network. Required.")
  private String model;

  @Option(
      names = "--images",
      paramLabel = "DIR|GLOB|LIST",
      description = "Folder, glob or file with a path per line. Required.")
  private String images;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder to write. Required.")
  private String output;

  @Option(
      names = "--labels",
      paramLabel = "CSV",
      description = "True classes: columns image_id and label.")
  private String labels;

  @Option(
      names = "--labels-from-folders",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "The folder an image lies in is its true class.")
  private boolean labelsFromFolders;

  @Option(
      names = "--preprocess",
      paramLabel = "NAME|FILE",
      description =
          "How images become the network's input; by default the description beside the model.")
  private String preprocess;

  @Option(
      names = "--exif-orientation",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Turn pictures upright as their EXIF data ask.")
  private boolean exifOrientation;

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      defaultValue = "predicted",
      description = "Classes to explain: predicted, label, topk:K or class:ID." + DEFAULT)
  private String target;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      defaultValue = "default",
      description = "Rules of the walk: default, or reference for the authors' own." + DEFAULT)
  private String profile;

  @Option(
      names = "--crops",
      paramLabel = "CROPS",
      defaultValue = "center",
      description = "What the network sees of a picture: center or five." + DEFAULT)
  private String crops;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "auto, cpu, gpu or gpu:N." + DEFAULT)
  private String device;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Crops in a forward pass." + DEFAULT)
  private int batchSize;

  @Option(
      names = "--maps",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Add a heat map to every row.")
  private boolean maps;

  @Option(
      names = "--overlays",
      paramLabel = "DIR",
      description = "Also draw every explanation over its image, as PNG files in this folder.")
  private String overlays;

  @Option(
      names = "--trace",
      paramLabel = "N|LIST",
      defaultValue = "none",
      description =
          "Record the points at every depth for the first N images, or those with these ids"
              + " (commas between)."
              + DEFAULT)
  private String trace;

  @Option(
      names = "--image-timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "Time to read and decode one image; after it the image has the error TIMEOUT." + DEFAULT)
  private int imageTimeout;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N images.")
  private Integer limit;

  @Option(
      names = "--sample",
      paramLabel = "SHARE",
      description = "Only about this share of the images, always the same ones.")
  private Double sample;

  @Option(
      names = "--dry-run",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Say what would be read, how long it takes and how much it writes; write nothing.")
  private boolean dryRun;

  @Option(
      names = "--append",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Explain images that were added since the run in the output folder.")
  private boolean append;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Replace the run in the output folder.")
  private boolean overwrite;

  @Option(
      names = "--max-failed-share",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description =
          "Exit with 4 when more than this share of the images has a status other than ok."
              + DEFAULT)
  private double maxFailedShare;

  ExplainCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    ExplainOptions options = options();
    ExplainJob job = new ExplainJob(terminal());
    if (dryRun) {
      job.dryRun(options);
      return ExitCode.DONE;
    }
    return switch (job.run(options)) {
      case DONE -> ExitCode.DONE;
      case TOO_MANY_FAILED -> ExitCode.TOO_MANY_FAILED;
    };
  }

  private ExplainOptions options() {
    refuseIf(append && overwrite, "--append and --overwrite exclude each other: choose one");
    refuseIf(
        limit != null && sample != null, "--limit and --sample exclude each other: choose one");
    refuseIf(limit != null && limit < 1, "--limit is at least 1");
    refuseIf(sample != null && !(sample > 0 && sample <= 1), "--sample is above 0 and at most 1");
    refuseIf(imageTimeout < 1, "--image-timeout is at least 1");
    refuseIf(
        batchSize < 1 || batchSize > MOST_IMAGES_IN_A_BATCH,
        "--batch-size is 1 to %d".formatted(MOST_IMAGES_IN_A_BATCH));
    refuseIf(
        !(maxFailedShare >= 0 && maxFailedShare <= 1), "--max-failed-share is between 0 and 1");
    Rerun rerun = Rerun.KEEP;
    if (append) {
      rerun = Rerun.APPEND;
    } else if (overwrite) {
      rerun = Rerun.OVERWRITE;
    }
    return new ExplainOptions(
        given("--model", model),
        given("--images", images),
        given("--output", output),
        Optional.ofNullable(labels),
        labelsFromFolders,
        Optional.ofNullable(preprocess),
        exifOrientation,
        parsed("--target", target, TargetChoice::parse),
        parsed("--profile", profile, Profile::parse),
        choice("--crops", crops, Crops.class),
        parsed("--device", device, DeviceChoice::parse),
        batchSize,
        maps,
        Optional.ofNullable(overlays),
        parsed("--trace", trace, TraceChoice::parse),
        Duration.ofSeconds(imageTimeout),
        new Selection(
            limit == null ? OptionalInt.empty() : OptionalInt.of(limit),
            sample == null ? 1 : sample),
        rerun,
        maxFailedShare);
  }
}
