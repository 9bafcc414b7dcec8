package org.saccade.job.explain;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.saccade.UserException;
import org.saccade.dataset.ImageSource;
import org.saccade.dataset.Labels;
import org.saccade.dataset.Storage;
import org.saccade.engine.NetworkEngine;
import org.saccade.image.ModelDescription;
import org.saccade.job.Manifest;
import org.saccade.job.model.LoadedModel;
import org.saccade.job.model.ModelSpec;
import org.saccade.network.Network;
import org.saccade.unravel.Unraveller;

/**
 * A run before anything is written: everything the user gave has been looked at and found good.
 *
 * @param model the model
 * @param network its network, for its shape
 * @param images where the images are
 * @param folder where it goes
 * @param settings what the tasks need to know
 * @param configuration all settings that decide the rows, for the manifest
 * @param fingerprint hash of those and of the model
 */
record ExplainPlan(
    ModelSpec model,
    Network network,
    ImageSource images,
    RunFolder folder,
    ExplainTask.Settings settings,
    Map<String, String> configuration,
    String fingerprint) {

  /**
   * Looks at everything the user gave.
   *
   * @throws UserException about the first thing at fault
   */
  static ExplainPlan of(ExplainOptions options, Configuration hadoop) {
    RunFolder folder = new RunFolder(options.output(), hadoop);
    folder.earlier();
    Path file = Path.of(options.model());
    String sha256 = LoadedModel.sha256(file);
    ModelDescription description = description(options, file);
    Network network = LoadedModel.read(file, description, options.profile());
    Unraveller unraveller = Unraveller.of(network, options.profile());
    NetworkEngine.requireAddressable(
        network, options.batchSize(), unraveller.requiredActivations());
    LoadedModel.bind(network, description, options.crops());
    options.target().requireWithin(network.classes());
    List<String> classLabels = description.classLabels();
    if (description.labels().isPresent() && classLabels.size() != network.classes()) {
      throw new UserException(
          "the labels of %s name %d classes, but the network has %d: one line per class"
              .formatted(description.name(), classLabels.size(), network.classes()));
    }

    ImageSource images = ImageSource.open(options.images(), hadoop);
    folder.requireOutside(images.location());
    ModelSpec model =
        new ModelSpec(
            file.toAbsolutePath().toString(),
            false,
            sha256,
            description.name(),
            description.toProperties(),
            options.profile().toString(),
            options.crops().name(),
            options.device().toString());
    Map<String, String> configuration = new LinkedHashMap<>(options.rowSettings());
    // In full, as the same file has other names from other folders.
    configuration.put(
        "labels", options.labels().map(labels -> Storage.inFull(labels, hadoop)).orElse("none"));
    options
        .labels()
        .ifPresent(labels -> configuration.put("labels-sha256", Labels.sha256(labels, hadoop)));
    return new ExplainPlan(
        model,
        network,
        images,
        folder,
        new ExplainTask.Settings(
            model,
            options.exifOrientation(),
            options.target(),
            options.batchSize(),
            options.maps(),
            options.trace(),
            options.imageTimeout(),
            classLabels),
        configuration,
        fingerprint(sha256, images.location(), description, configuration));
  }

  ExplainPlan with(ModelSpec shipped) {
    ExplainTask.Settings moved =
        new ExplainTask.Settings(
            shipped,
            settings.exifOrientation(),
            settings.target(),
            settings.batchSize(),
            settings.maps(),
            settings.trace(),
            settings.imageTimeout(),
            settings.classLabels());
    return new ExplainPlan(shipped, network, images, folder, moved, configuration, fingerprint);
  }

  private static ModelDescription description(ExplainOptions options, Path model) {
    if (options.preprocess().isEmpty()) {
      return ModelDescription.beside(model)
          .orElseThrow(
              () ->
                  new UserException(
                      ("nothing says how to prepare images for %s: give --preprocess one of %s,"
                              + " or a file that describes it")
                          .formatted(model, String.join(", ", ModelDescription.names()))));
    }
    return ModelDescription.namedOrRead(options.preprocess().get());
  }

  private static String fingerprint(
      String sha256,
      String location,
      ModelDescription description,
      Map<String, String> configuration) {
    Map<String, String> all = new TreeMap<>(configuration);
    description.toProperties().forEach((key, value) -> all.put("preprocess." + key, value));
    all.put("model", sha256);
    all.put("images", location);
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(all.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Checks that an earlier run was to do the same.
   *
   * @throws UserException naming what differs
   */
  void requireSame(Manifest earlier) {
    if (!earlier.fingerprint().equals(fingerprint)) {
      throw new UserException(
          "%s holds another run (%s): write to another folder, or replace it with --overwrite"
              .formatted(folder.root(), String.join(", ", differences(earlier))));
    }
  }

  private List<String> differences(Manifest earlier) {
    List<String> differences = new ArrayList<>();
    if (!earlier.modelSha256().equals(model.sha256())) {
      differences.add("the model is another file (%s)".formatted(model.file()));
    }
    difference("images", earlier.imagesLocation(), images.location(), differences);
    compare("preprocess", earlier.preprocessing(), model.preprocessing(), differences);
    compare("", earlier.configuration(), configuration, differences);
    return differences;
  }

  private static void compare(
      String what, Map<String, String> before, Map<String, String> now, List<String> differences) {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      difference(
          (what + " " + key).strip(),
          before.getOrDefault(key, "not set"),
          now.getOrDefault(key, "not set"),
          differences);
    }
  }

  private static void difference(String what, String before, String now, List<String> differences) {
    if (!before.equals(now)) {
      differences.add("%s was %s, is %s".formatted(what, before, now));
    }
  }
}
