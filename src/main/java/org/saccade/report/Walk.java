package org.saccade.report;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.saccade.image.PixelImage;
import org.saccade.localization.Fixations;

/**
 * The walk back through the layers for one traced image, a page of its own.
 *
 * @param number of the page, from 1
 * @param row what is shown
 * @param picture the image; empty when it cannot be read
 * @param steps the depths of the walk, from the classifier to the pixels
 */
public record Walk(int number, ReportRow row, Optional<PixelImage> picture, List<Step> steps) {
  private static final int PICTURE_SIDE = 800;

  /** More would hide the picture; the lightest are left out. */
  private static final int MOST_POINTS = 400;

  public Walk {
    steps = List.copyOf(steps);
  }

  /**
   * A depth of the walk.
   *
   * @param layer the layer whose result the points belong to
   * @param points cells of its result, at their middles in pixels of the image; empty where its
   *     result has no places
   * @param weight of all its points, 1 for the whole walk
   * @param cellWidth width of a cell of its result, as a share of the image; 0 when not known
   * @param cellHeight its height, as a share of the image's
   */
  public record Step(
      Layer layer,
      Optional<Fixations> points,
      double weight,
      double cellWidth,
      double cellHeight) {}

  /**
   * A layer of the network.
   *
   * @param name of the node
   * @param kind of layer, empty when the model could not be read again
   * @param shape of its result without the batch axis, empty when not known
   * @param rule what a point at its result does
   * @param sees input pixels that one cell sees across, 0 when not known
   */
  public record Layer(String name, String kind, List<Integer> shape, String rule, double sees)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A layer of which only the name is known. */
    public static Layer named(String name) {
      return new Layer(name, "", List.of(), "", 0);
    }
  }

  /**
   * What the list of walks says about one.
   *
   * @param number of the page
   * @param name of the image
   * @param predicted class index, -1 without one
   * @param probability of the predicted class
   * @param outcome of the prediction
   * @param picture whether there is a picture
   */
  public record Entry(
      int number,
      String name,
      int predicted,
      double probability,
      ReportRow.Outcome outcome,
      boolean picture)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The file of a walk page. */
  static String path(int number) {
    return "walks/%04d.html".formatted(number);
  }

  static String picturePath(int number) {
    return "walks/%04d.jpg".formatted(number);
  }

  /** Writes the picture and the data; the page itself comes with the site. */
  public Entry write(SiteFiles files) throws IOException {
    if (picture.isPresent()) {
      files.write(picturePath(number), Thumbnail.jpeg(picture.get(), PICTURE_SIDE));
    }
    String name = dataName(number);
    files.write("data/" + name + ".js", DataScript.of(name, toData()));
    Optional<ReportRow.RankedClass> predicted = row.prediction();
    return new Entry(
        number,
        ShownText.visible(row.imageId()),
        predicted.map(ReportRow.RankedClass::classIndex).orElse(-1),
        predicted.map(ReportRow.RankedClass::probability).orElse(0.0),
        row.outcome(),
        picture.isPresent());
  }

  static String dataName(int number) {
    return "walk-%04d".formatted(number);
  }

  /** The card of the image with the steps in addition. */
  private Map<String, Object> toData() {
    Map<String, Object> data =
        new LinkedHashMap<>(
            new Card(0, row, Optional.empty(), picture, OptionalInt.empty()).toData());
    picture.ifPresent(image -> data.put("picture", picturePath(number)));
    List<Map<String, Object>> shown = new ArrayList<>();
    steps.forEach(step -> shown.add(toData(step)));
    data.put("steps", shown);
    return data;
  }

  private static Map<String, Object> toData(Step step) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("layer", ShownText.visible(step.layer().name()));
    data.put("kind", step.layer().kind());
    data.put("shape", step.layer().shape());
    data.put("rule", step.layer().rule());
    data.put("sees", step.layer().sees());
    data.put("weight", DataScript.rounded(step.weight()));
    data.put(
        "cell",
        List.of(DataScript.rounded(step.cellWidth()), DataScript.rounded(step.cellHeight())));
    step.points()
        .ifPresent(
            points -> {
              data.put("count", points.size());
              data.put("places", places(points));
              data.put("points", Card.heaviest(points, MOST_POINTS));
            });
    return data;
  }

  /** Number of distinct places: points of several channels may share one. */
  private static long places(Fixations points) {
    return IntStream.range(0, points.size())
        .mapToObj(i -> List.of(points.x(i), points.y(i)))
        .distinct()
        .count();
  }
}
