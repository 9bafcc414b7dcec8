package org.saccade.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.engine.DeviceChoice;
import org.saccade.job.Terminal;
import org.saccade.job.benchmark.Benchmark;
import org.saccade.job.benchmark.ForwardTurns;
import org.saccade.job.benchmark.RandomNetwork;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code saccade benchmark}: what explanations cost on this machine. */
@Command(
    name = "benchmark",
    description =
        "Measures the forward pass, the forward pass with back-tracking in both profiles, and the"
            + " whole job from image files to Parquet.")
final class BenchmarkCommand extends JobCommand {
  @Option(names = "--model", paramLabel = "FILE", arity = "1..*", description = "Model files.")
  private List<Path> models = new ArrayList<>();

  @Option(
      names = "--made",
      paramLabel = "NETWORK",
      arity = "1..*",
      description =
          "Networks of well-known sizes with random weights, made in memory: ${COMPLETION-CANDIDATES}."
              + " Without any and without --model, vgg16.")
  private List<RandomNetwork> made = new ArrayList<>();

  @Option(
      names = "--images",
      paramLabel = "DIR|GLOB|LIST",
      description = "Images for the whole job; without any, made-up pictures of 500 x 375 pixels.")
  private String images;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description = "auto, cpu, gpu or gpu:N." + DEFAULT)
  private String device;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images in a forward pass." + DEFAULT)
  private int batchSize;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "Turns of forward pass and explanation. Default: as many as take some seconds, at least 7.")
  private Integer rounds;

  @Option(
      names = "--job-images",
      paramLabel = "N",
      description =
          "Images of the whole job. Default: as many as take a task slot some seconds, so that its"
              + " start does not weigh.")
  private Integer jobImages;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder for summary.json.")
  private Path output;

  @Option(
      names = "--in-turns",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description =
          "Run one forward pass for every line on standard input and print its milliseconds, to be"
              + " timed in turns with another program.")
  private boolean inTurns;

  BenchmarkCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  ExitCode run() throws IOException {
    refuseIf(
        batchSize < 1 || optional(rounds).orElse(1) < 1 || optional(jobImages).orElse(1) < 1,
        "--batch-size, --rounds and --job-images are at least 1");
    DeviceChoice choice = parsed("--device", device, DeviceChoice::parse);
    if (inTurns) {
      refuseIf(models.size() != 1 || !made.isEmpty(), "--in-turns measures one --model");
      new ForwardTurns(models.get(0), choice, batchSize).answer(System.in, terminal().out());
      return ExitCode.DONE;
    }
    String json =
        new Benchmark(
                terminal(),
                new Benchmark.Options(
                    models,
                    made.isEmpty() && models.isEmpty() ? List.of(RandomNetwork.VGG16) : made,
                    Optional.ofNullable(images),
                    choice,
                    batchSize,
                    optional(rounds),
                    optional(jobImages)))
            .run();
    if (output != null) {
      Files.createDirectories(output);
      Files.writeString(output.resolve("summary.json"), json);
    }
    return ExitCode.DONE;
  }

  private static OptionalInt optional(Integer given) {
    return given == null ? OptionalInt.empty() : OptionalInt.of(given);
  }
}
