package org.saccade.job.explain;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.UserException;
import org.saccade.dataset.ImageReader;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.Storage;
import org.saccade.dataset.UnreadableImageException;
import org.saccade.image.DecodeOptions;
import org.saccade.image.Geometry;
import org.saccade.image.Geometry.Rectangle;
import org.saccade.image.ImageDecoder;
import org.saccade.image.ImageException;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.Localizer;
import org.saccade.report.Overlay;
import org.saccade.unravel.Profile;

/**
 * Draws a PNG for every explained image and target, from the finished table and the images
 * themselves: {@code FOLDER/<image_id>.<target_class>.png}.
 */
final class OverlayWriter implements ForeachPartitionFunction<Row> {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final Profile profile;
  private final boolean exifOrientation;
  private final SerializableConfiguration hadoop;

  private OverlayWriter(
      String folder, Profile profile, boolean exifOrientation, Configuration hadoop) {
    this.folder = folder;
    this.profile = profile;
    this.exifOrientation = exifOrientation;
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  /**
   * Checks that a folder can be made, before any work starts.
   *
   * @throws UserException if not
   */
  static void requireWritable(String folder, Configuration hadoop) {
    try {
      Path path = new Path(folder);
      Storage.of(path, hadoop).mkdirs(path);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserException(
          "the folder of overlays %s cannot be written: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /**
   * Draws every row of a table of explanations whose status is ok.
   *
   * @param profile the profile that made the table
   * @param exifOrientation whether the pictures were turned upright for it
   */
  static void draw(
      SparkSession spark, Path table, String folder, Profile profile, boolean exifOrientation) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    spark
        .read()
        .parquet(table.toString())
        .where(col("status").equalTo("ok"))
        .select("image_id", "uri", "target_class", "fixations", "box", "geometry")
        .foreachPartition(new OverlayWriter(folder, profile, exifOrientation, hadoop));
  }

  @Override
  public void call(Iterator<Row> rows) throws IOException {
    while (rows.hasNext()) {
      draw(rows.next());
    }
  }

  private void draw(Row row) throws IOException {
    ImageReference source = ImageReference.ofUri(row.getAs("image_id"), row.getAs("uri"));
    PixelImage image;
    try (ImageReader reader = new ImageReader(hadoop.value())) {
      image =
          ImageDecoder.decode(
              reader.read(source),
              new DecodeOptions(DecodeOptions.DEFAULT_MAX_PIXELS, exifOrientation));
    } catch (ImageException | UnreadableImageException e) {
      throw new UncheckedIOException(
          new IOException(
              "%s was explained but is no image any more: %s"
                  .formatted(source.uri(), e.getMessage()),
              e));
    }
    Fixations fixations = fixations(row.getList(row.fieldIndex("fixations")), image);
    Localizer localizer =
        profile == Profile.REFERENCE ? Localizer.reference() : Localizer.standard();
    byte[] png =
        Overlay.png(
            image, fixations, localizer.localize(fixations, seen(row, image)).map(), box(row));
    Path target =
        new Path(
            folder,
            FileNames.safe(row.getAs("image_id")) + "." + row.getAs("target_class") + ".png");
    FileSystem files = Storage.of(target, hadoop.value());
    // A retried task writes the same bytes again.
    try (OutputStream out = files.create(target, true)) {
      out.write(png);
    }
  }

  private static Fixations fixations(List<Row> points, PixelImage image) {
    float[] x = new float[points.size()];
    float[] y = new float[points.size()];
    float[] weight = new float[points.size()];
    for (int i = 0; i < points.size(); i++) {
      x[i] = points.get(i).<Float>getAs("x");
      y[i] = points.get(i).<Float>getAs("y");
      weight[i] = points.get(i).<Float>getAs("weight");
    }
    return Fixations.of(image.width(), image.height(), x, y, weight);
  }

  private static Rectangle seen(Row row, PixelImage image) {
    List<Row> crops = row.getList(row.fieldIndex("geometry"));
    return Geometry.seen(
        crops.stream()
            .map(
                crop ->
                    new Geometry(
                        image.width(),
                        image.height(),
                        crop.<Integer>getAs("resized_width"),
                        crop.<Integer>getAs("resized_height"),
                        crop.<Integer>getAs("crop_x"),
                        crop.<Integer>getAs("crop_y"),
                        crop.<Integer>getAs("input_width"),
                        crop.<Integer>getAs("input_height")))
            .toList());
  }

  private static Optional<Box> box(Row row) {
    return Optional.ofNullable(row.<Row>getAs("box"))
        .map(
            box ->
                new Box(
                    box.<Float>getAs("x0"),
                    box.<Float>getAs("y0"),
                    box.<Float>getAs("x1"),
                    box.<Float>getAs("y1")));
  }
}
