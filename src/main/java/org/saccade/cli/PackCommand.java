package org.saccade.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.saccade.UserException;
import org.saccade.dataset.ShardFormat;
import org.saccade.job.Terminal;
import org.saccade.job.pack.PackJob;
import org.saccade.job.pack.PackOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade pack}: many small files in, a few large ones out. */
@Command(
    name = "pack",
    description =
        "Packs images from folders, lists or archives into tar shards or Parquet files that"
            + " clusters read fast, with their labels; reads every image back and compares it.")
final class PackCommand extends JobCommand {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9}) ?([KMG]?)B?");

  @Option(
      names = "--images",
      paramLabel = "DIR|GLOB|LIST",
      description = "What to pack: anything that explain reads. Required.")
  private String images;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder to write. Required.")
  private String output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "tar",
      description =
          "tar (WebDataset: key.jpg and key.cls) or parquet (Hugging Face: image and label)."
              + DEFAULT)
  private String format;

  @Option(
      names = "--shard-size",
      paramLabel = "SIZE",
      defaultValue = "256MB",
      description = "Images in one file, about; in KB, MB or GB of 1024." + DEFAULT)
  private String shardSize;

  @Option(
      names = "--labels",
      paramLabel = "CSV",
      description = "Table with the columns image_id and label (class index).")
  private String labels;

  @Option(
      names = "--labels-from-folders",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Number the topmost folders in alphabetical order, as labels.")
  private boolean labelsFromFolders;

  @Option(
      names = "--max-failed-share",
      paramLabel = "SHARE",
      defaultValue = "0.05",
      description = "Exit with 4 when more than this share of the images is unreadable." + DEFAULT)
  private double maxFailedShare;

  @Option(
      names = "--overwrite",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Replace the shards in the output folder.")
  private boolean overwrite;

  @Option(
      names = "--dry-run",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Say what would be packed; write nothing.")
  private boolean dryRun;

  PackCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() {
    refuseIf(
        !(maxFailedShare >= 0 && maxFailedShare <= 1), "--max-failed-share is between 0 and 1");
    refuseIf(labels != null && labelsFromFolders, "give one of --labels and --labels-from-folders");
    PackOptions options =
        new PackOptions(
            given("--images", images),
            given("--output", output),
            choice("--format", format, ShardFormat.class),
            parsed("--shard-size", shardSize, PackCommand::bytes),
            Optional.ofNullable(labels),
            labelsFromFolders,
            maxFailedShare,
            overwrite);
    PackJob job = new PackJob(terminal());
    if (dryRun) {
      job.dryRun(options);
      return ExitCode.DONE;
    }
    return switch (job.run(options)) {
      case DONE -> ExitCode.DONE;
      case TOO_MANY_FAILED -> ExitCode.TOO_MANY_FAILED;
    };
  }

  private static long bytes(String text) {
    Matcher size = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
      throw new UserException("'%s' is no size such as 256MB".formatted(text));
    }
    int shift =
        switch (size.group(2)) {
          case "K" -> 10;
          case "M" -> 20;
          case "G" -> 30;
          default -> 0;
        };
    return Long.parseLong(size.group(1)) << shift;
  }
}
