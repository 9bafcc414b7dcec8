package org.saccade.job.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.saccade.dataset.ImageFinder;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ImageSet;
import org.saccade.engine.Activations;
import org.saccade.engine.DeviceChoice;
import org.saccade.engine.Libtorch;
import org.saccade.engine.NetworkEngine;
import org.saccade.image.Crops;
import org.saccade.image.DecodeOptions;
import org.saccade.image.ModelDescription;
import org.saccade.job.Manifest;
import org.saccade.job.Terminal;
import org.saccade.job.explain.ExplainTask;
import org.saccade.job.explain.ImageLoader;
import org.saccade.job.explain.TargetChoice;
import org.saccade.job.explain.TraceChoice;
import org.saccade.job.images.Chunk;
import org.saccade.job.images.ChunkSize;
import org.saccade.job.images.Inventory;
import org.saccade.job.model.LoadedModel;
import org.saccade.job.model.ModelSpec;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.unravel.Profile;
import org.saccade.unravel.Target;
import org.saccade.unravel.Unraveller;

/**
 * Measures what explanations cost: the forward pass alone, the forward pass and the walk back in
 * both profiles, and the whole job from image files to Parquet.
 *
 * <p>Forward pass and explanation take turns, and ratios are medians over the pairs, so that a
 * machine that is busy with something else slows both.
 */
public final class Benchmark {
  /** Start classes in the measurement of a larger start set. */
  private static final int MANY = 5;

  /** Walks before the first measurement: they are Java and have to be compiled. */
  private static final int WARM_UPS = 150;

  /** How long forward passes and explanations should take turns, where nobody says how often. */
  private static final double TURNS_MILLIS = 10_000;

  private static final int LEAST_ROUNDS = 7;

  /** A turn is an explanation between two forward passes. */
  private static final int PASSES_PER_TURN = 3;

  /** Whole jobs that are measured, each between forward passes and walks of as many images. */
  private static final int JOBS = 5;

  /** How long a slot should be at a job, where nobody says how many images it has. */
  private static final double JOB_MILLIS = 6000;

  private static final int MOST_JOB_IMAGES = 512;

  /** Made-up pictures, which the images of a job take turns with: drawing them takes a while. */
  private static final int PICTURES = 64;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final Terminal terminal;
  private final Options options;

  /**
   * What to measure.
   *
   * @param models model files
   * @param made networks that are made in memory
   * @param images images for the whole job, as for {@code explain}; none makes some up
   * @param device what to run on
   * @param batchSize images in a forward pass
   * @param rounds turns of forward pass and explanation; by default as many as take some seconds
   * @param jobImages images of the whole job; by default as many as take a slot some seconds
   */
  public record Options(
      List<Path> models,
      List<RandomNetwork> made,
      Optional<String> images,
      DeviceChoice device,
      int batchSize,
      OptionalInt rounds,
      OptionalInt jobImages) {
    public Options {
      models = List.copyOf(models);
      made = List.copyOf(made);
    }
  }

  /**
   * What explaining a batch costs.
   *
   * @param forwardMs the forward pass alone, nothing kept
   * @param explanation what forward pass and walk together take beyond that, as a share of it;
   *     keeping activations counts here
   * @param walk the walk alone, as a share of the forward pass; in CPU time where both run on the
   *     thread that asks, so that other programs do not count
   */
  record Cost(double forwardMs, double explanation, double walk) {
    /** Each figure's median. */
    static Cost median(List<Cost> costs) {
      return new Cost(
          median(costs, Cost::forwardMs),
          median(costs, Cost::explanation),
          median(costs, Cost::walk));
    }

    private static double median(List<Cost> costs, ToDoubleFunction<Cost> figure) {
      return Benchmark.median(costs.stream().mapToDouble(figure).toArray());
    }
  }

  /**
   * Figures of one network; costs are medians.
   *
   * @param network its name
   * @param forwardMs forward pass of one batch, nothing kept
   * @param imagesPerSecond of that
   * @param rounds turns of forward pass and explanation
   * @param costs cost of explanations, by what is explained
   * @param jobImagesPerSecond of the whole job, from image files to Parquet; its files are listed
   *     and the network is loaded before
   * @param jobSlots task slots of the whole job
   * @param jobEfficiency that rate per slot, as a share of the rate at which one thread runs the
   *     forward pass and the walk on a batch in memory
   * @param memory what the process may take for it
   */
  record Figures(
      String network,
      double forwardMs,
      double imagesPerSecond,
      int rounds,
      Map<String, Cost> costs,
      double jobImagesPerSecond,
      int jobSlots,
      double jobEfficiency,
      MemoryBound memory) {}

  /** Rate of the whole job, and as a share of that of tensors in memory. */
  private record JobRate(double imagesPerSecond, double efficiency) {}

  public Benchmark(Terminal terminal, Options options) {
    this.terminal = terminal;
    this.options = options;
  }

  /** Measures, prints a table and returns the same as JSON. */
  public String run() {
    SparkSession spark = SparkSession.builder().appName("saccade benchmark").getOrCreate();
    List<Figures> all = new ArrayList<>();
    Path scratch = temporary();
    try {
      ImageSet images = images(scratch, spark.sparkContext().hadoopConfiguration());
      for (RandomNetwork made : options.made()) {
        Network network = made.network();
        all.add(measure(network, network, images, scratch, spark));
      }
      for (Path model : options.models()) {
        all.add(
            measure(
                ModelReader.read(model, ImportOptions.defaults()),
                ModelReader.read(model, ImportOptions.defaults().withoutBatchNormFolding()),
                images,
                scratch,
                spark));
      }
    } finally {
      delete(scratch);
    }
    terminal.out().print(forPeople(all));
    return toJson(all);
  }

  private Figures measure(
      Network network, Network unfolded, ImageSet images, Path scratch, SparkSession spark) {
    terminal.err().println("measuring " + network.name());
    DeviceChoice.Chosen device = options.device().resolve();
    ModelDescription description = description(network);
    LoadedModel model =
        new LoadedModel(
            NetworkEngine.load(network, device.device()),
            Unraveller.of(network, Profile.DEFAULT),
            LoadedModel.bind(network, description, Crops.CENTER),
            true,
            device.description());
    float[] batch = batch(model, images, spark.sparkContext().hadoopConfiguration());
    Map<String, Subject> subjects = new LinkedHashMap<>();
    Map<String, Cost> costs;
    int rounds;
    try (NetworkEngine reference = NetworkEngine.load(unfolded, device.device())) {
      Unraveller authors = Unraveller.of(unfolded, Profile.REFERENCE);
      subjects.put("default", new Subject(model.engine(), model.unraveller(), 1));
      subjects.put("reference", new Subject(reference, authors, 1));
      subjects.put(
          "default, %d start classes".formatted(MANY),
          new Subject(model.engine(), model.unraveller(), MANY));
      subjects.values().forEach(subject -> warmUp(subject, batch));
      rounds = rounds(subjects.values(), batch);
      costs = costs(subjects, batch, rounds);
    }
    double forwardMs = costs.get("default").forwardMs();
    int slots = spark.sparkContext().defaultParallelism();
    ImageSet jobImages = images.limit(jobImages(forwardMs, slots));
    JobRate jobRate = job(model, batch, description, jobImages, scratch, spark);
    return new Figures(
        network.name(),
        forwardMs,
        1e3 * options.batchSize() / forwardMs,
        rounds,
        costs,
        jobRate.imagesPerSecond(),
        slots,
        jobRate.efficiency(),
        MemoryBound.of(
            network,
            options.batchSize(),
            slots,
            Runtime.getRuntime().availableProcessors(),
            Runtime.getRuntime().maxMemory()));
  }

  private int jobImages(double forwardMs, int slots) {
    double perImage = forwardMs / options.batchSize();
    int enough = (int) Math.ceil(JOB_MILLIS * slots / perImage);
    return options.jobImages().orElse(Math.max(options.batchSize(), enough));
  }

  /**
   * What is explained.
   *
   * @param classes start classes per image
   */
  private record Subject(NetworkEngine engine, Unraveller unraveller, int classes) {}

  /** As many rounds as were asked for, else as many as take some seconds per subject. */
  private int rounds(Collection<Subject> subjects, float[] batch) {
    if (options.rounds().isPresent()) {
      return options.rounds().getAsInt();
    }
    double millis = 0;
    for (Subject subject : subjects) {
      millis += PASSES_PER_TURN * forward(subject.engine(), batch).millis();
    }
    return Math.max(LEAST_ROUNDS, (int) Math.ceil(TURNS_MILLIS * subjects.size() / millis));
  }

  /** Explanations and forward passes in turns, one subject after the other in every round. */
  private Map<String, Cost> costs(Map<String, Subject> subjects, float[] batch, int rounds) {
    Map<String, List<Cost>> turns = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      subjects.forEach(
          (name, subject) ->
              turns.computeIfAbsent(name, key -> new ArrayList<>()).add(turn(subject, batch)));
    }
    Map<String, Cost> costs = new LinkedHashMap<>();
    turns.forEach((name, measured) -> costs.put(name, Cost.median(measured)));
    return costs;
  }

  private Cost turn(Subject subject, float[] batch) {
    Span before = forward(subject.engine(), batch);
    Explained explained = explain(subject, batch);
    Span after = forward(subject.engine(), batch);
    double forwardMs = (before.millis() + after.millis()) / 2;
    return new Cost(
        forwardMs,
        explained.whole().millis() / forwardMs - 1,
        2 * explained.walk().work() / (before.work() + after.work()));
  }

  private void warmUp(Subject subject, float[] batch) {
    forward(subject.engine(), batch);
    try (Activations activations = keeping(subject, batch)) {
      List<Target> targets = targets(subject, activations);
      for (int round = 0; round < WARM_UPS; round++) {
        subject.unraveller().unravel(activations, targets, false);
      }
    }
  }

  /**
   * What something took.
   *
   * @param millis wall time
   * @param work time that no other program has a part in, see {@link #workMillis}
   */
  private record Span(double millis, double work) {}

  /** What a forward pass and a walk took, and the walk alone. */
  private record Explained(Span whole, Span walk) {}

  /** The begin of something that a network does. */
  private record Begin(NetworkEngine engine, long nanoTime, double work) {
    static Begin of(NetworkEngine engine) {
      return new Begin(engine, System.nanoTime(), workMillis(engine));
    }

    /** What it has taken up to now. */
    Span span() {
      return new Span(millisSince(nanoTime), workMillis(engine) - work);
    }
  }

  private Span forward(NetworkEngine engine, float[] batch) {
    Begin begin = Begin.of(engine);
    engine.forward(batch, options.batchSize(), Set.of()).close();
    return begin.span();
  }

  private Explained explain(Subject subject, float[] batch) {
    Begin begin = Begin.of(subject.engine());
    Span walk;
    try (Activations activations = keeping(subject, batch)) {
      List<Target> targets = targets(subject, activations);
      Begin forwarded = Begin.of(subject.engine());
      subject.unraveller().unravel(activations, targets, false);
      walk = forwarded.span();
    }
    return new Explained(begin.span(), walk);
  }

  /** A forward pass that keeps what the walk reads. */
  private Activations keeping(Subject subject, float[] batch) {
    return subject
        .engine()
        .forward(batch, options.batchSize(), subject.unraveller().requiredActivations());
  }

  /** CPU time of this thread and of the network, if that has one thread there; else wall time. */
  private static double workMillis(NetworkEngine engine) {
    boolean measurable = !engine.device().isGpu() && Libtorch.threads() == 1;
    long here = THREADS.getCurrentThreadCpuTime();
    return (measurable ? here + NetworkEngine.processorTime().toNanos() : System.nanoTime()) / 1e6;
  }

  /** The most probable classes of every image, found without sorting all of them. */
  private static List<Target> targets(Subject subject, Activations activations) {
    Network network = subject.engine().network();
    FloatBuffer logits = activations.host(network.logits().id());
    List<Target> targets = new ArrayList<>();
    for (int image = 0; image < activations.batchSize(); image++) {
      BitSet taken = new BitSet();
      while (taken.cardinality() < Math.min(subject.classes(), network.classes())) {
        int best = taken.nextClearBit(0);
        for (int c = taken.nextClearBit(best + 1);
            c < network.classes();
            c = taken.nextClearBit(c + 1)) {
          int row = image * network.classes();
          if (logits.get(row + c) > logits.get(row + best)) {
            best = c;
          }
        }
        taken.set(best);
        targets.add(new Target(image, best));
      }
    }
    return targets;
  }

  private JobRate job(
      LoadedModel model,
      float[] batch,
      ModelDescription description,
      ImageSet images,
      Path scratch,
      SparkSession spark) {
    ModelSpec spec =
        new ModelSpec(
            model.network().name(),
            false,
            UUID.randomUUID().toString(),
            description.name(),
            description.toProperties(),
            Profile.DEFAULT.toString(),
            Crops.CENTER.name(),
            options.device().toString());
    LoadedModel.register(spec, model);
    ExplainTask.Settings settings =
        new ExplainTask.Settings(
            spec,
            false,
            new TargetChoice.Predicted(),
            options.batchSize(),
            false,
            new TraceChoice.None(),
            Duration.ofMinutes(1),
            List.of());
    Inventory list =
        Inventory.of(
            images.images(),
            new org.apache.hadoop.fs.Path(scratch.resolve(UUID.randomUUID().toString()).toUri()),
            spark);
    List<Chunk> chunks =
        list.chunks(
            ChunkSize.of(
                list.images(),
                images.bytes(),
                settings.imagesPerBatch(),
                JavaSparkContext.fromSparkContext(spark.sparkContext()).defaultParallelism()));
    int slots = spark.sparkContext().defaultParallelism();
    double[] rates = new double[JOBS];
    double[] efficiencies = new double[JOBS];
    run(settings, chunks, scratch, spark);
    double before = inMemoryRate(model, batch, images.images().size());
    for (int job = 0; job < JOBS; job++) {
      double millis = run(settings, chunks, scratch, spark);
      double after = inMemoryRate(model, batch, images.images().size());
      rates[job] = 1e3 * images.images().size() / millis;
      efficiencies[job] = rates[job] / slots / ((before + after) / 2);
      before = after;
    }
    return new JobRate(median(rates), median(efficiencies));
  }

  /** Milliseconds of a whole job. */
  private static double run(
      ExplainTask.Settings settings, List<Chunk> chunks, Path scratch, SparkSession spark) {
    ExplainTask.Destination destination =
        new ExplainTask.Destination(
            "benchmark", made(scratch).toString(), made(scratch).toString());
    long start = System.nanoTime();
    ExplainTask.run(settings, destination, chunks, spark.sparkContext().longAccumulator(), spark);
    return millisSince(start);
  }

  /** Images per second of forward pass and walk on one thread, nothing decoded or written. */
  private double inMemoryRate(LoadedModel model, float[] batch, int images) {
    int batches = (images + options.batchSize() - 1) / options.batchSize();
    Subject subject = new Subject(model.engine(), model.unraveller(), 1);
    double millis = 0;
    for (int i = 0; i < batches; i++) {
      millis += explain(subject, batch).whole().millis();
    }
    return 1e3 * batches * options.batchSize() / millis;
  }

  /** A folder that exists. */
  private static Path made(Path scratch) {
    try {
      return Files.createDirectory(scratch.resolve(UUID.randomUUID().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What any network takes: costs do not depend on the numbers. */
  private static ModelDescription description(Network network) {
    boolean grey = network.input().shape().channels() == 1;
    return ModelDescription.of(
        "benchmark",
        Map.of(
            "resize", "squash",
            "resampling", "bilinear",
            "input-size", "model",
            "channels", grey ? "grey" : "rgb",
            "scale", "1/255",
            "mean", grey ? "0.5" : "0.485, 0.456, 0.406",
            "std", grey ? "0.25" : "0.229, 0.224, 0.225",
            "softmax", "true"));
  }

  private float[] batch(LoadedModel model, ImageSet images, Configuration hadoop) {
    int size = model.preprocessor().size();
    float[] batch = new float[options.batchSize() * size];
    try (ImageLoader loader =
        new ImageLoader(new ImageReader(hadoop), DecodeOptions.DEFAULT, model.preprocessor())) {
      for (int i = 0; i < options.batchSize(); i++) {
        loader.load(images.images().get(i % images.images().size()), batch, i * size);
      }
    }
    return batch;
  }

  private ImageSet images(Path scratch, Configuration hadoop) {
    int most = options.jobImages().orElse(MOST_JOB_IMAGES);
    if (options.images().isPresent()) {
      return new ImageFinder(hadoop).find(options.images().get()).limit(most);
    }
    List<String> pictures = new ArrayList<>();
    for (int i = 0; i < Math.min(most, PICTURES); i++) {
      Path file = scratch.resolve("%05d.jpg".formatted(i));
      try {
        ImageIO.write(picture(i), "jpg", file.toFile());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      pictures.add(file.toUri().toString());
    }
    List<ImageReference> made = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      made.add(ImageReference.ofFile("%05d.jpg".formatted(i), pictures.get(i % pictures.size())));
    }
    return new ImageSet(scratch.toString(), made, 0, 0);
  }

  /** A picture of the usual size with some structure at every scale. */
  private static BufferedImage picture(long seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(500, 375, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int shape = 0; shape < 120; shape++) {
      graphics.setColor(new Color(random.nextInt(0x1000000)));
      int side = 4 + random.nextInt(200 / (1 + shape / 10));
      graphics.fillOval(random.nextInt(500), random.nextInt(375), side, side);
    }
    graphics.dispose();
    return image;
  }

  private String forPeople(List<Figures> all) {
    StringBuilder text = new StringBuilder();
    for (Figures figures : all) {
      text.append(
          line(
              "%s, batch %d%n  forward only                      %8.1f ms  %7.1f images/s",
              figures.network(),
              options.batchSize(),
              figures.forwardMs(),
              figures.imagesPerSecond()));
      figures
          .costs()
          .forEach(
              (what, cost) ->
                  text.append(
                      line(
                          "  explained (%s)%s %7.1f images/s  %+.1f %%; the walk alone %.1f %% of"
                              + " its forward pass",
                          what,
                          " ".repeat(Math.max(1, 33 - what.length())),
                          1e3 * options.batchSize() / cost.forwardMs() / (1 + cost.explanation()),
                          100 * cost.explanation(),
                          100 * cost.walk())));
      text.append(
          line(
              "  whole job, files to Parquet                    %7.1f images/s on %d task slot(s);"
                  + " per slot %.2f of forward pass and walk with tensors in memory",
              figures.jobImagesPerSecond(), figures.jobSlots(), figures.jobEfficiency()));
    }
    double bound = boundMegabytes(all);
    return text.append(
            line(
                "peak memory of the process %.0f MB, %s its bound of %.0f MB: heap, libraries,"
                    + " weights, activations",
                peakMegabytes(), peakMegabytes() <= bound ? "within" : "ABOVE", bound))
        .toString();
  }

  /**
   * Networks stay loaded, but only one runs at a time; with weights of its own for the profile
   * {@code reference} while that is measured.
   */
  private static double boundMegabytes(List<Figures> all) {
    long weights = all.stream().mapToLong(figures -> figures.memory().weightBytes()).sum();
    long running = all.stream().mapToLong(figures -> figures.memory().bytes()).max().orElseThrow();
    return (weights + running) / (double) (1 << 20);
  }

  private String toJson(List<Figures> all) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("batch_size", options.batchSize());
    values.put("networks", all);
    values.put("peak_megabytes", peakMegabytes());
    values.put("bound_megabytes", boundMegabytes(all));
    try {
      return Manifest.JSON.writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("figures are plain data", e);
    }
  }

  /** Largest resident size of this process so far, where the system tells; else 0. */
  private static double peakMegabytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static double millisSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1e6;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("saccade-benchmark-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
