package org.saccade.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.image.ModelDescription;
import org.saccade.job.Manifest;
import org.saccade.job.model.LoadedModel;
import org.saccade.job.model.ModelInspection;
import org.saccade.network.ReceptiveField;
import org.saccade.report.RunFacts;
import org.saccade.report.Walk;
import org.saccade.unravel.Profile;

/** What stands beside a table of explanations: its manifest and its summary. */
final class RunFiles {
  private final Optional<Manifest> manifest;
  private final JsonNode summary;

  /**
   * @param explanations output folder of {@code explain}; the bare table of another program has
   *     neither file
   * @throws UserException if a file is there but cannot be read
   */
  RunFiles(String explanations, Configuration hadoop) {
    Path manifestFile = new Path(explanations, "manifest.json");
    try {
      Optional<byte[]> json = read(manifestFile, hadoop);
      this.manifest =
          json.isPresent()
              ? Optional.of(Manifest.JSON.readValue(json.get(), Manifest.class))
              : Optional.empty();
      this.summary =
          Manifest.JSON.readTree(
              read(new Path(explanations, "summary.json"), hadoop)
                  .orElse("{}".getBytes(StandardCharsets.UTF_8)));
    } catch (JsonProcessingException e) {
      throw new UserException("%s is no manifest of an explanation run".formatted(manifestFile), e);
    } catch (IOException e) {
      throw new UserException(
          "cannot read the run %s: %s".formatted(explanations, e.getMessage()), e);
    }
  }

  private static Optional<byte[]> read(Path file, Configuration hadoop) throws IOException {
    FileSystem files = Storage.of(file, hadoop);
    if (!files.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = files.open(file)) {
      return Optional.of(in.readAllBytes());
    }
  }

  Optional<Manifest> manifest() {
    return manifest;
  }

  boolean exifOrientation() {
    return manifest
        .map(m -> m.configuration().getOrDefault("exif-orientation", "false").equals("true"))
        .orElse(false);
  }

  RunFacts facts() {
    OptionalDouble speed =
        summary.path("images_per_second").isNumber()
            ? OptionalDouble.of(summary.get("images_per_second").asDouble())
            : OptionalDouble.empty();
    return manifest
        .map(
            m ->
                new RunFacts(
                    m.modelFile(),
                    m.imagesLocation(),
                    m.configuration().getOrDefault("profile", "default"),
                    speed,
                    identity(m),
                    m.configuration(),
                    m.preprocessing(),
                    m.versions(),
                    m.wallSeconds()))
        .orElseGet(
            () ->
                new RunFacts(
                    "unknown model",
                    "unknown images",
                    "unknown",
                    speed,
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of()));
  }

  /**
   * The layers of the model by name, where its file is still there and the same; the report does
   * without them otherwise.
   */
  Map<String, Walk.Layer> layers() {
    Map<String, Walk.Layer> layers = new HashMap<>();
    manifest.flatMap(RunFiles::inspect).stream()
        .flatMap(inspection -> inspection.layers().stream())
        .forEach(layer -> layers.put(layer.name(), layer(layer)));
    return layers;
  }

  private static Optional<ModelInspection> inspect(Manifest run) {
    try {
      java.nio.file.Path file = java.nio.file.Path.of(run.modelFile());
      if (!Files.isRegularFile(file) || !LoadedModel.sha256(file).equals(run.modelSha256())) {
        return Optional.empty();
      }
      Map<String, String> values = new LinkedHashMap<>(run.preprocessing());
      String name = values.remove("name");
      return Optional.of(
          ModelInspection.of(
              file,
              Optional.of(ModelDescription.of(String.valueOf(name), values)),
              Profile.parse(run.configuration().getOrDefault("profile", "default"))));
    } catch (UserException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Walk.Layer layer(ModelInspection.InspectedLayer layer) {
    double sees = layer.receptiveField().stream().mapToDouble(ReceptiveField::size).max().orElse(0);
    return new Walk.Layer(layer.name(), layer.kind(), layer.shape(), layer.walk().orElse(""), sees);
  }

  private static Map<String, String> identity(Manifest m) {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("model", m.modelFile());
    identity.put("model SHA-256", m.modelSha256());
    identity.put("images", m.imagesLocation());
    identity.put("images found", Long.toString(m.imagesFound()));
    identity.put("digest of their ids", m.imagesDigest());
    identity.put("run", m.runId());
    identity.put("fingerprint", m.fingerprint());
    identity.put("state", m.state());
    identity.put("started", m.started());
    identity.put("ended", m.ended());
    return identity;
  }
}
