package org.saccade.job;

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
import org.saccade.dataset.ImageFinder;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ImageSet;
import org.saccade.dataset.Labels;
import org.saccade.image.ModelDescription;
import org.saccade.network.Network;
import org.saccade.unravel.Unraveller;

/**
 * A run before anything is written: everything the user gave has been looked at and found good.
 *
 * @param model the model
 * @param network its network, for its shape
 * @param images what is to be explained
 * @param folder where it goes
 * @param settings what the tasks need to know
 * @param configuration all settings that decide the rows, for the manifest
 * @param fingerprint hash of those and of the model
 * @param notes what the user should know about the input
 */
record ExplainPlan(
    ModelSpec model,
    Network network,
    ImageSet images,
    RunFolder folder,
    ExplainTask.Settings settings,
    Map<String, String> configuration,
    String fingerprint,
    List<String> notes) {

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
    Unraveller.of(network, options.profile());
    LoadedModel.bind(network, description, options.crops());
    options.target().requireWithin(network.classes());
    List<String> classLabels = description.classLabels();
    if (!classLabels.isEmpty() && classLabels.size() != network.classes()) {
      throw new UserException(
          "the labels of %s name %d classes, but the network has %d: one line per class"
              .formatted(description.name(), classLabels.size(), network.classes()));
    }

    List<String> notes = new ArrayList<>();
    ImageSet images = images(options, hadoop, network, classLabels, notes);
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
    Set<String> traced = options.trace().imageIds(images);
    Map<String, String> configuration = new LinkedHashMap<>(options.rowSettings());
    configuration.put("labels", options.labels().orElse("none"));
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
            !(options.trace() instanceof TraceChoice.None),
            traced,
            classLabels),
        configuration,
        fingerprint(sha256, images.location(), description, configuration),
        notes);
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
            settings.traced(),
            settings.classLabels());
    return new ExplainPlan(
        shipped, network, images, folder, moved, configuration, fingerprint, notes);
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

  private static ImageSet images(
      ExplainOptions options,
      Configuration hadoop,
      Network network,
      List<String> classLabels,
      List<String> notes) {
    ImageSet all = new ImageFinder(hadoop).find(options.images());
    if (all.skipped() > 0) {
      notes.add(
          "%d files were passed over, their names do not end like an image's"
              .formatted(all.skipped()));
    }
    if (options.labelsFromFolders()) {
      all = all.labelledByFolder(classLabels);
    }
    if (options.labels().isPresent()) {
      Labels labels = Labels.read(options.labels().get(), hadoop);
      labels.requireBelow(network.classes());
      int unmatched = labels.unmatched(all);
      if (unmatched > 0) {
        notes.add("%d of %d labels name no image".formatted(unmatched, labels.size()));
      }
      all = all.labelled(labels);
    }
    for (ImageReference image : all.images()) {
      if (image.classIndex() >= network.classes()) {
        throw new UserException(
            "%s has the label %d, but the network has the classes 0 to %d"
                .formatted(image.imageId(), image.classIndex(), network.classes() - 1));
      }
    }
    ImageSet chosen = all.sample(options.selection().share());
    if (options.selection().limit().isPresent()) {
      chosen = chosen.limit(options.selection().limit().getAsInt());
    }
    if (chosen.images().isEmpty()) {
      throw new UserException(
          "--sample %s leaves none of the %d images: take a larger share"
              .formatted(options.selection().share(), all.images().size()));
    }
    boolean wantsLabels =
        options.labels().isPresent()
            || options.labelsFromFolders()
            || options.target() instanceof TargetChoice.Label;
    long unlabelled = chosen.images().stream().filter(image -> image.label().isEmpty()).count();
    if (options.target() instanceof TargetChoice.Label && unlabelled == chosen.images().size()) {
      throw new UserException(
          ("--target label needs labels, but none of the %d images has one:"
                  + " give --labels, --labels-from-folders or a list file with labels")
              .formatted(unlabelled));
    }
    if (wantsLabels && unlabelled > 0) {
      notes.add("%d of %d images have no label".formatted(unlabelled, chosen.images().size()));
    }
    return chosen;
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

  /** What differs from an earlier run's settings, for people. */
  List<String> differences(Manifest earlier) {
    List<String> differences = new ArrayList<>();
    if (!earlier.modelSha256().equals(model.sha256())) {
      differences.add("the model is another file (%s)".formatted(model.file()));
    }
    difference("images", earlier.imagesLocation(), images.location(), differences);
    compare("preprocess", earlier.preprocessing(), model.description(), differences);
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
