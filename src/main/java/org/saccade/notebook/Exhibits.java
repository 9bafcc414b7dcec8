package org.saccade.notebook;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.saccade.UserException;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.UnreadableImageException;
import org.saccade.image.DecodeOptions;
import org.saccade.image.ImageDecoder;
import org.saccade.image.ImageException;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;

/**
 * Makes exhibits of rows. The pictures are read from where the run read them: their own files, tar
 * files or Parquet.
 */
public final class Exhibits {
  private final Configuration hadoop;

  private Exhibits(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** Exhibits of pictures on the file systems that a session knows. */
  public static Exhibits on(SparkSession spark) {
    return new Exhibits(spark.sparkContext().hadoopConfiguration());
  }

  /**
   * What the columns of a row tell: the picture ({@code image_id}, {@code uri}) and, where the row
   * has them, {@code fixations}, {@code ground_truth} (an array of boxes), {@code box}, {@code
   * region}, and {@code caption}, a text or an array of texts.
   *
   * @throws UserException if the picture cannot be read any more
   */
  public Exhibit of(Row row) {
    PixelImage image = image(row.getAs("image_id"), row.getAs("uri"));
    Exhibit exhibit = Exhibit.of(image);
    if (present(row, "fixations")) {
      exhibit = exhibit.with(fixations(row, image));
    }
    if (present(row, "ground_truth")) {
      for (Row corners : row.<Row>getList(row.fieldIndex("ground_truth"))) {
        exhibit = exhibit.with(Exhibit.Meaning.OBJECT, box(corners));
      }
    }
    exhibit = framed(exhibit, row, "box", Exhibit.Meaning.EXPLANATION);
    exhibit = framed(exhibit, row, "region", Exhibit.Meaning.CUE);
    for (String line : caption(row)) {
      exhibit = exhibit.captioned(line);
    }
    return exhibit;
  }

  /** The exhibits of several rows, in their order. */
  public List<Exhibit> of(List<Row> rows) {
    return rows.stream().map(this::of).toList();
  }

  /** A box from a column of corners {@code x0, y0, x1, y1}. */
  public static Box box(Row corners) {
    return new Box(
        number(corners, "x0"), number(corners, "y0"), number(corners, "x1"), number(corners, "y1"));
  }

  private PixelImage image(String id, String uri) {
    try (ImageReader reader = new ImageReader(hadoop)) {
      return ImageDecoder.decode(reader.read(ImageReference.ofUri(id, uri)), DecodeOptions.DEFAULT);
    } catch (UnreadableImageException | ImageException e) {
      throw new UserException(
          "the picture %s cannot be shown, %s: %s; has it moved since the run?"
              .formatted(id, uri, e.getMessage()),
          e);
    }
  }

  private static Fixations fixations(Row row, PixelImage image) {
    List<Row> points = row.getList(row.fieldIndex("fixations"));
    float[] x = new float[points.size()];
    float[] y = new float[points.size()];
    float[] weight = new float[points.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) number(points.get(i), "x");
      y[i] = (float) number(points.get(i), "y");
      weight[i] = (float) number(points.get(i), "weight");
    }
    return Fixations.of(image.width(), image.height(), x, y, weight);
  }

  private static Exhibit framed(Exhibit exhibit, Row row, String column, Exhibit.Meaning meaning) {
    return corners(row, column).map(it -> exhibit.with(meaning, box(it))).orElse(exhibit);
  }

  private static Optional<Row> corners(Row row, String column) {
    return present(row, column) ? Optional.of(row.<Row>getAs(column)) : Optional.empty();
  }

  private static List<String> caption(Row row) {
    if (!present(row, "caption")) {
      return List.of();
    }
    return row.getAs("caption") instanceof String line
        ? List.of(line)
        : row.getList(row.fieldIndex("caption"));
  }

  private static boolean present(Row row, String column) {
    return List.of(row.schema().fieldNames()).contains(column)
        && !row.isNullAt(row.fieldIndex(column));
  }

  private static double number(Row row, String column) {
    return row.<Number>getAs(column).doubleValue();
  }
}
