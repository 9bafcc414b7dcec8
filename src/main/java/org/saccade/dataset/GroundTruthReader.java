package org.saccade.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.saccade.UserException;

/**
 * Reads ground truth as people have it, told apart by what it contains:
 *
 * <ul>
 *   <li>a folder of ILSVRC or PASCAL VOC annotation files ({@code .xml});
 *   <li>a folder in the manner of wsolevaluation: {@code localization.txt}, {@code
 *       class_labels.txt} and possibly {@code image_sizes.txt};
 *   <li>the {@code LOC_val_solution.csv} of the public challenge;
 *   <li>our own CSV with a header {@code image_id,label,x0,y0,x1,y1,...};
 *   <li>a list of {@code image,x0,y0,x1,y1} without header, with a list of {@code image,label} and
 *       possibly one of {@code image,width,height} beside it;
 *   <li>COCO JSON ({@code .json}).
 * </ul>
 *
 * A name that ends in {@code .gz} is decompressed. What is wrong with single images and boxes is
 * counted in a {@link FaultLog}; only a location that yields nothing at all is an error.
 *
 * @param location file or folder
 * @param classLabels list of {@code image,label} for lists of boxes without classes
 * @param imageSizes list of {@code image,width,height} for lists of boxes without sizes
 * @param classes list of class names in the network's order, where the ground truth has names
 * @param frame in which picture's pixels the boxes are
 */
public record GroundTruthReader(
    String location,
    Optional<String> classLabels,
    Optional<String> imageSizes,
    Optional<String> classes,
    BoxesFrame frame) {
  private static final String WSOL_BOXES = "localization.txt";
  private static final String WSOL_LABELS = "class_labels.txt";
  private static final String WSOL_SIZES = "image_sizes.txt";

  /** Ground truth that needs nothing beside it. */
  public static GroundTruthReader of(String location) {
    return new GroundTruthReader(
        location, Optional.empty(), Optional.empty(), Optional.empty(), BoxesFrame.IMAGE);
  }

  /**
   * Reads the ground truth.
   *
   * @param faults takes note of what is wrong with it
   * @throws UserException if it cannot be read, is of no known format or holds no box
   */
  public GroundTruth read(Configuration hadoop, FaultLog faults) {
    ClassNames names =
        classes.map(file -> ClassNames.read(file, hadoop)).orElseGet(ClassNames::digits);
    GroundTruthBuilder builder = new GroundTruthBuilder(names, faults);
    String format;
    try {
      Path path = new Path(location);
      FileSystem files = Storage.of(path, hadoop);
      if (!files.exists(path)) {
        throw new UserException(
            "the ground truth %s does not exist: give a file or a folder".formatted(location));
      }
      format =
          files.getFileStatus(path).isDirectory()
              ? readFolder(files, path, builder, hadoop)
              : readFile(path, builder, hadoop);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "cannot read the ground truth %s: %s".formatted(location, e.getMessage()), e);
    }
    List<AnnotatedImage> images = builder.build();
    if (images.stream().allMatch(image -> image.boxes().isEmpty())) {
      throw new UserException(noBox(faults));
    }
    return new GroundTruth(format, frame, images);
  }

  private String noBox(FaultLog faults) {
    StringBuilder message =
        new StringBuilder("the ground truth %s holds no usable box".formatted(location));
    faults
        .entries()
        .forEach(
            (fault, entry) ->
                message.append("; ").append(fault.describe(entry.count(), entry.example())));
    if (faults.count(GroundTruthFault.UNKNOWN_CLASS) > 0) {
      message.append(
          ": name the classes with --classes FILE, one a line in the network's order"
              + " (for ILSVRC its LOC_synset_mapping.txt)");
    }
    return message.toString();
  }

  private String readFolder(
      FileSystem files, Path folder, GroundTruthBuilder builder, Configuration hadoop)
      throws IOException {
    if (files.exists(new Path(folder, WSOL_BOXES))) {
      if (!files.exists(new Path(folder, WSOL_LABELS))) {
        throw new UserException(
            "the folder %s has a %s but no %s: add it"
                .formatted(location, WSOL_BOXES, WSOL_LABELS));
      }
      Path sizes = new Path(folder, WSOL_SIZES);
      new BoxTables(builder, hadoop)
          .readLists(
              new Path(folder, WSOL_BOXES),
              new Path(folder, WSOL_LABELS),
              files.exists(sizes) ? Optional.of(sizes) : Optional.empty());
      return "wsolevaluation lists";
    }
    if (VocXml.holdsXml(files, folder)) {
      new VocXml(builder, hadoop).read(folder);
      return "ILSVRC/VOC annotation files";
    }
    throw new UserException(
        "the folder %s is no ground truth: it holds neither .xml files nor a %s"
            .formatted(location, WSOL_BOXES));
  }

  private String readFile(Path file, GroundTruthBuilder builder, Configuration hadoop)
      throws IOException {
    if (file.getName().endsWith(".json") || file.getName().endsWith(".json.gz")) {
      try (InputStream raw = Storage.open(file, hadoop);
          InputStream plain = file.getName().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
          Reader text = new InputStreamReader(plain, StandardCharsets.UTF_8)) {
        new CocoJson(builder, classes.isPresent()).read(file.getName(), text);
      }
      return "COCO JSON";
    }
    List<String> lines = Csv.lines(file, hadoop);
    List<String> first = lines.isEmpty() ? List.of() : Csv.fields(lines.get(0));
    BoxTables tables = new BoxTables(builder, hadoop);
    if (BoxTables.isChallenge(first)) {
      tables.readChallenge(file);
      return "challenge solution CSV";
    }
    if (BoxTables.isBoxTable(first)) {
      tables.readBoxTable(file, frame);
      return "box table CSV";
    }
    if (BoxTables.isBoxLine(first)) {
      Path labels =
          new Path(
              classLabels.orElseThrow(
                  () ->
                      new UserException(
                          ("%s lists boxes without their classes: add --class-labels FILE with"
                                  + " lines of image,label")
                              .formatted(location))));
      tables.readLists(file, labels, imageSizes.map(Path::new));
      return "list of boxes";
    }
    throw new UserException(
        ("%s is no ground truth of a known format, it begins with '%s': give a box table with a"
                + " header image_id,label,x0,y0,x1,y1, a list of image,x0,y0,x1,y1, the challenge's"
                + " LOC_val_solution.csv, COCO JSON or a folder of annotation files")
            .formatted(location, String.join(",", first)));
  }
}
