package org.saccade.job.model;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.saccade.UserException;
import org.saccade.network.ModelReader;

/**
 * Which model to run and how, in a form that travels to the executors.
 *
 * @param file path of the model file; its name only where {@code shipped}
 * @param shipped whether Spark brings the file to every executor
 * @param sha256 hexadecimal hash of the file
 * @param descriptionName what the model's description is called
 * @param description the description's values
 * @param profile name of the profile
 * @param crops name of the crops
 * @param device device as the user wrote it
 */
public record ModelSpec(
    String file,
    boolean shipped,
    String sha256,
    String descriptionName,
    Map<String, String> description,
    String profile,
    String crops,
    String device)
    implements Serializable {

  /** Name and values of the description, as manifests have them. */
  public Map<String, String> preprocessing() {
    Map<String, String> preprocessing = new LinkedHashMap<>();
    preprocessing.put("name", descriptionName);
    preprocessing.putAll(description);
    return preprocessing;
  }

  /**
   * The same where tasks find it: brought to the executors, where they are not in this JVM, with
   * the files it keeps weights in.
   *
   * @throws UserException if these do not lie in one folder
   */
  public ModelSpec shipped(SparkSession spark) {
    if (spark.sparkContext().isLocal()) {
      return this;
    }
    Path main = Path.of(file);
    for (Path part : ModelReader.files(main)) {
      if (!main.resolveSibling(part.getFileName()).equals(part)) {
        throw new UserException(
            ("the model %s keeps weights in %s: on a cluster they have to lie beside it, export it"
                    + " with all files in one folder")
                .formatted(main, part));
      }
      spark.sparkContext().addFile(part.toString());
    }
    return new ModelSpec(
        String.valueOf(main.getFileName()),
        true,
        sha256,
        descriptionName,
        description,
        profile,
        crops,
        device);
  }
}
