package org.saccade.job.explain;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.engine.DeviceChoice;
import org.saccade.image.Crops;
import org.saccade.unravel.Profile;

/**
 * Everything a user can say about an explanation run.
 *
 * @param model model file on the driver's machine
 * @param images folder, glob or list file
 * @param output folder to write
 * @param labels CSV of true classes
 * @param labelsFromFolders whether folders name the true classes
 * @param preprocess name or file of the model's description; beside the model when absent
 * @param exifOrientation whether pictures are turned upright as their EXIF data ask; what counts as
 *     the original image is the upright one then
 * @param target classes to explain
 * @param profile rules of the walk
 * @param crops parts of the picture the network sees
 * @param device what to run on
 * @param batchSize crops per forward pass
 * @param maps whether rows hold a heat map
 * @param overlays folder for a picture of every explanation, if wanted
 * @param trace images whose rows hold the points at every depth
 * @param imageTimeout time for reading and decoding one image, after which it counts as broken; no
 *     part of what decides the rows of images that are sound
 * @param selection which part of the set is explained
 * @param rerun what to do about an earlier run in the same folder
 * @param maxFailedShare share of images with a status other than ok above which the run counts as
 *     failed
 */
public record ExplainOptions(
    String model,
    String images,
    String output,
    Optional<String> labels,
    boolean labelsFromFolders,
    Optional<String> preprocess,
    boolean exifOrientation,
    TargetChoice target,
    Profile profile,
    Crops crops,
    DeviceChoice device,
    int batchSize,
    boolean maps,
    Optional<String> overlays,
    TraceChoice trace,
    Duration imageTimeout,
    Selection selection,
    Rerun rerun,
    double maxFailedShare) {

  /**
   * Which part of the set is explained.
   *
   * @param limit at most so many images, the first
   * @param share about this share of the images, by a hash of their ids; 1 is all
   */
  public record Selection(OptionalInt limit, double share) {
    /** Every image. */
    public static final Selection ALL = new Selection(OptionalInt.empty(), 1);
  }

  /** What to do about an earlier run in the output folder. */
  public enum Rerun {
    /** Leave a finished run alone, go on with an unfinished one, refuse a different one. */
    KEEP,
    /** Explain images that the earlier run did not have. */
    APPEND,
    /** Delete the earlier run first. */
    OVERWRITE
  }

  /**
   * What decides the rows besides the model, the images' location and the label table's content.
   */
  Map<String, String> rowSettings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("labels-from-folders", Boolean.toString(labelsFromFolders));
    settings.put("exif-orientation", Boolean.toString(exifOrientation));
    settings.put("target", target.toString());
    settings.put("profile", profile.toString());
    settings.put("crops", crops.name().toLowerCase(Locale.ROOT));
    settings.put("device", device.toString());
    settings.put("batch-size", Integer.toString(batchSize));
    settings.put("maps", Boolean.toString(maps));
    settings.put("trace", trace.toString());
    settings.put(
        "limit",
        selection.limit().isPresent() ? Integer.toString(selection.limit().getAsInt()) : "none");
    settings.put("sample", Double.toString(selection.share()));
    return settings;
  }
}
