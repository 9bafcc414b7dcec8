package org.saccade.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.saccade.UserException;
import org.saccade.engine.DeviceChoice;
import org.saccade.job.Benchmark;
import org.saccade.job.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code saccade benchmark}: what explanations cost on this machine. */
@Command(
    name = "benchmark",
    mixinStandardHelpOptions = true,
    versionProvider = Saccade.Version.class,
    sortOptions = false,
    description =
        "Measures the forward pass, the forward pass with back-tracking in both profiles, and the"
            + " whole job from image files to Parquet.")
final class BenchmarkCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      arity = "1..*",
      description = "Model files; without any, a network of VGG-16's size with random weights.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--images",
      paramLabel = "DIR|GLOB|LIST",
      description = "Images for the whole job; without any, made-up pictures of 500 x 375 pixels.")
  private String images;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "auto, cpu, gpu or gpu:N. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images in a forward pass. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Pairs of measurements. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--job-images",
      paramLabel = "N",
      defaultValue = "64",
      description = "Images of the whole job. Default: ${DEFAULT-VALUE}.")
  private int jobImages;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder for summary.json.")
  private Path output;

  private final Terminal terminal;

  BenchmarkCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (batchSize < 1 || rounds < 1 || jobImages < 1) {
      throw new ParameterException(
          spec.commandLine(), "--batch-size, --rounds and --job-images are at least 1");
    }
    DeviceChoice choice;
    try {
      choice = DeviceChoice.parse(device);
    } catch (UserException e) {
      throw new ParameterException(spec.commandLine(), "--device: " + e.getMessage(), e);
    }
    String json =
        new Benchmark(
                terminal,
                new Benchmark.Options(
                    models, Optional.ofNullable(images), choice, batchSize, rounds, jobImages))
            .run();
    if (output != null) {
      Files.createDirectories(output);
      Files.writeString(output.resolve("summary.json"), json);
    }
    return ExitCode.DONE.number();
  }
}
