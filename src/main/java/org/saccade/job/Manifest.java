package org.saccade.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;

/**
 * What a run was and how it went: {@code manifest.json} of its output folder.
 *
 * @param kind always {@link #KIND}, by which an output folder of ours is known
 * @param schemaVersion of the table
 * @param runId unique for each start
 * @param fingerprint hash of all that decides the rows; equal for runs that would give equal tables
 * @param state {@code running}, {@code finished} or {@code failed}; a run that was killed stays
 *     {@code running}
 * @param exitCode of the process, -1 while it runs
 * @param started ISO-8601 instant
 * @param ended ISO-8601 instant, empty while it runs
 * @param modelFile path of the model as given
 * @param modelSha256 hexadecimal hash of the model file
 * @param imagesLocation where the images are
 * @param imagesFound number of images that the run covers
 * @param imagesDigest hash of their ids, whatever their order
 * @param inventories the lists of those images, the first and one for every {@code --append}; a
 *     file of the table counts only if its list stands here
 * @param configuration all settings that decide the rows
 * @param preprocessing name and values of the model's description
 * @param versions of what ran
 * @param rows number of rows of the table
 * @param statuses number of images by status
 * @param errors number of images by error code
 * @param wallSeconds wall time by phase
 * @param error what went wrong, empty unless the run failed
 */
public record Manifest(
    String kind,
    int schemaVersion,
    String runId,
    String fingerprint,
    String state,
    int exitCode,
    String started,
    String ended,
    String modelFile,
    String modelSha256,
    String imagesLocation,
    long imagesFound,
    String imagesDigest,
    List<ListedImages> inventories,
    Map<String, String> configuration,
    Map<String, String> preprocessing,
    Map<String, String> versions,
    long rows,
    Map<String, Long> statuses,
    Map<String, Long> errors,
    Map<String, Double> wallSeconds,
    String error) {

  public static final String KIND = "saccade-explanations";

  /**
   * A list of images.
   *
   * @param images number of images
   * @param bytes their size, as far as it is known without opening them
   * @param digest hash of their ids, whatever their order
   * @param imagesPerChunk images that are explained and written together
   */
  public record ListedImages(long images, long bytes, String digest, long imagesPerChunk) {}

  public static final String RUNNING = "running";
  public static final String FINISHED = "finished";
  public static final String FAILED = "failed";

  public static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          // A later version of Saccade may have added something.
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  public boolean finished() {
    return state.equals(FINISHED);
  }

  public Manifest withExitCode(int code) {
    return new Manifest(
        kind,
        schemaVersion,
        runId,
        fingerprint,
        state,
        code,
        started,
        ended,
        modelFile,
        modelSha256,
        imagesLocation,
        imagesFound,
        imagesDigest,
        inventories,
        configuration,
        preprocessing,
        versions,
        rows,
        statuses,
        errors,
        wallSeconds,
        error);
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is plain data", e);
    }
  }

  public static Manifest ofJson(String json) throws JsonProcessingException {
    return JSON.readValue(json, Manifest.class);
  }
}
