package org.saccade.job.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkFiles;
import org.saccade.UserException;
import org.saccade.engine.DeviceChoice;
import org.saccade.engine.NetworkEngine;
import org.saccade.image.Crops;
import org.saccade.image.ModelDescription;
import org.saccade.image.Preprocessor;
import org.saccade.job.MetricsPlugin;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.unravel.Profile;
import org.saccade.unravel.Unraveller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A model ready to explain images, with one set of weights for all threads of this JVM that run it
 * on the same device.
 *
 * @param device what the network runs on, for people
 */
public record LoadedModel(
    NetworkEngine engine,
    Unraveller unraveller,
    Preprocessor preprocessor,
    boolean softmax,
    String device) {

  /** Grey and colour. */
  private static final Set<Integer> PICTURE_CHANNELS = Set.of(1, 3);

  private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);

  /** Never emptied: a JVM serves one run, or a few of a test. */
  private static final Map<Place, LoadedModel> LOADED = new ConcurrentHashMap<>();

  /** A model on the GPU that the tasks using it were assigned, if any. */
  private record Place(ModelSpec spec, OptionalInt gpu) {}

  /**
   * The model on the calling task's device, loaded by whoever comes first in this JVM.
   *
   * @throws UserException if the file is not the one the run began with, or the device is missing
   */
  public static LoadedModel of(ModelSpec spec) {
    return LOADED.computeIfAbsent(new Place(spec, Gpus.assigned()), LoadedModel::load);
  }

  /** Makes a model that comes from no file known to the tasks of this JVM. */
  public static void register(ModelSpec spec, LoadedModel model) {
    LOADED.put(new Place(spec, OptionalInt.empty()), model);
  }

  public Network network() {
    return engine.network();
  }

  /**
   * Column of the network's input under the middle of a column of a node's result, whose cells tile
   * the input evenly.
   */
  public double inputX(int node, double column) {
    return middle(node, 2, column);
  }

  /** As {@link #inputX}, for rows. */
  public double inputY(int node, double row) {
    return middle(node, 1, row);
  }

  private double middle(int node, int axis, double cell) {
    return (cell + 0.5) * scale(network().node(node), axis) - 0.5;
  }

  private double scale(Node node, int axis) {
    return (double) network().input().shape().dim(axis) / node.shape().dim(axis);
  }

  private static LoadedModel load(Place place) {
    long start = System.nanoTime();
    ModelSpec spec = place.spec();
    Path file = Path.of(spec.shipped() ? SparkFiles.get(spec.file()) : spec.file());
    String found = sha256(file);
    if (!found.equals(spec.sha256())) {
      throw new UserException(
          "the model %s changed while the run was under way: its SHA-256 was %s, is %s"
              .formatted(file, spec.sha256(), found));
    }
    ModelDescription description = ModelDescription.of(spec.descriptionName(), spec.description());
    Profile profile = Profile.parse(spec.profile());
    Network network = read(file, description, profile);
    Unraveller unraveller = Unraveller.of(network, profile);
    Preprocessor preprocessor = bind(network, description, Crops.valueOf(spec.crops()));
    DeviceChoice.Chosen device = DeviceChoice.parse(spec.device()).resolve(place.gpu());
    boolean gpuIdle = place.gpu().isPresent() && !device.device().isGpu();
    LOG.atLevel(gpuIdle ? Level.WARN : Level.INFO)
        .log("{} runs on {}", network.name(), device.description());
    LoadedModel model =
        new LoadedModel(
            NetworkEngine.load(network, device.device()),
            unraveller,
            preprocessor,
            description.softmax() || network.endsInSoftmax(),
            device.description());
    MetricsPlugin.modelLoaded(Duration.ofNanos(System.nanoTime() - start));
    return model;
  }

  /**
   * Reads a network the way a profile wants it.
   *
   * @throws UserException if the file is no classifier that can be run and unravelled
   */
  public static Network read(Path file, ModelDescription description, Profile profile) {
    return ModelReader.read(file, importOptions(Optional.of(description), profile));
  }

  /** How a profile wants a model read, and what a description says of its input and output. */
  static ImportOptions importOptions(Optional<ModelDescription> given, Profile profile) {
    ImportOptions options = ImportOptions.defaults();
    if (profile == Profile.REFERENCE) {
      options = options.withoutBatchNormFolding();
    }
    if (given.isEmpty()) {
      return options;
    }
    ModelDescription description = given.get();
    if (description.output().isPresent()) {
      options = options.withOutput(description.output().get());
    }
    OptionalInt side = description.preprocessing().inputSize();
    if (side.isPresent()) {
      int channels = description.preprocessing().channelOrder().channels();
      options = options.withInputShape(square(channels, side.getAsInt()));
    }
    return options;
  }

  private static Shape square(int channels, int side) {
    try {
      return Shape.of(channels, side, side);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          "input-size = %d makes pictures that no memory holds; state the size the network takes"
              .formatted(side),
          e);
    }
  }

  /**
   * Fits the preprocessing to a network.
   *
   * @throws UserException if it does not fit
   */
  public static Preprocessor bind(Network network, ModelDescription description, Crops crops) {
    Shape input = network.input().shape();
    if (input.rank() != 3) {
      throw new UserException(
          "the network %s reads %s, but images are [channels, height, width]"
              .formatted(network.name(), input));
    }
    boolean channelsLast = PICTURE_CHANNELS.contains(input.dim(2));
    if (channelsLast && !PICTURE_CHANNELS.contains(input.channels())) {
      throw new UserException(
          ("the network %s reads %s, channels last: export it with channels first, as"
                  + " [channels, height, width] (tf2onnx: --inputs-as-nchw)")
              .formatted(network.name(), input));
    }
    return description
        .preprocessing()
        .bind(input.channels(), OptionalInt.of(input.dim(1)), OptionalInt.of(input.dim(2)), crops);
  }

  /**
   * Hexadecimal SHA-256 of a model: of its file, and after it those it keeps weights in.
   *
   * @throws UserException if a file is missing or cannot be read
   */
  public static String sha256(Path file) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (Path part : ModelReader.files(file)) {
        if (!Files.isRegularFile(part)) {
          throw ModelReader.missing(part);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(part), sha256)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (IOException e) {
      throw new UserException("the model %s cannot be read: %s".formatted(file, e.getMessage()), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
