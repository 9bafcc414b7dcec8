package org.saccade.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.saccade.UserException;
import org.saccade.image.Geometry;
import org.saccade.image.Geometry.Rectangle;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;
import org.saccade.localization.Localizer;

/** Reads the table {@code explanations} as claims. */
final class ExplanationRows {
  private static final String TABLE = "explanations";
  private static final String REFERENCE = "reference";
  private static final int TOP_FIVE = 5;
  private static final List<String> REQUIRED =
      List.of(
          "image_id",
          "width",
          "height",
          "status",
          "label",
          "predicted_class",
          "target_class",
          "box");

  private ExplanationRows() {}

  /**
   * The rows of a run's output folder, or of the table's own folder.
   *
   * @throws UserException if there is no such table
   */
  static Dataset<Row> read(String folder, SparkSession spark, Configuration hadoop) {
    try {
      Path root = new Path(folder);
      FileSystem files = root.getFileSystem(hadoop);
      Path table = new Path(root, TABLE);
      Path found = files.exists(table) ? table : root;
      if (!files.exists(root) || files.globStatus(new Path(found, "*.parquet")).length == 0) {
        throw new UserException(
            "%s holds no explanations: give the output folder of a run of explain"
                .formatted(folder));
      }
      Dataset<Row> rows = spark.read().parquet(found.toString());
      List<String> columns = Arrays.asList(rows.columns());
      for (String column : REQUIRED) {
        if (!columns.contains(column)) {
          throw new UserException(
              "the table %s has no column %s, so it is no table of explanations"
                  .formatted(found, column));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UserException(
          "cannot read the explanations %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  static Claim claim(Row row) {
    int width = number(row, "width").orElse(0);
    int height = number(row, "height").orElse(0);
    Optional<Fixations> fixations =
        width > 0 && height > 0 ? fixations(row, width, height) : Optional.empty();
    return new Claim(
        row.getAs("image_id"),
        width,
        height,
        "ok".equals(row.getAs("status")),
        number(row, "label"),
        number(row, "predicted_class"),
        number(row, "target_class"),
        topFive(row),
        struct(row, "box").map(ExplanationRows::box),
        fixations,
        map(row).or(() -> fixations.map(points -> density(row, points))));
  }

  private static Box box(Row box) {
    return new Box(
        box.<Float>getAs("x0"),
        box.<Float>getAs("y0"),
        box.<Float>getAs("x1"),
        box.<Float>getAs("y1"));
  }

  private static Optional<Fixations> fixations(Row row, int width, int height) {
    return list(row, "fixations")
        .map(
            points -> {
              float[] x = new float[points.size()];
              float[] y = new float[points.size()];
              float[] weight = new float[points.size()];
              for (int i = 0; i < x.length; i++) {
                x[i] = points.get(i).getAs("x");
                y[i] = points.get(i).getAs("y");
                weight[i] = points.get(i).getAs("weight");
              }
              return Fixations.of(width, height, x, y, weight);
            });
  }

  private static Optional<HeatMap> map(Row row) {
    return struct(row, "map")
        .map(
            map ->
                HeatMap.ofBytes(
                    map.<Integer>getAs("rows"), map.<Integer>getAs("cols"), map.getAs("values")));
  }

  /** The map that {@code explain} would have written. */
  private static HeatMap density(Row row, Fixations points) {
    Localizer localizer =
        REFERENCE.equals(present(row, "profile") ? row.getAs("profile") : "")
            ? Localizer.reference()
            : Localizer.standard();
    return localizer.localize(points, seen(row, points)).map();
  }

  /**
   * The part of the image that the network saw: its crop, or all of it where there were several.
   */
  private static Rectangle seen(Row row, Fixations points) {
    List<Row> crops = list(row, "geometry").orElse(List.of());
    if (crops.size() != 1) {
      return points.frame();
    }
    Row crop = crops.get(0);
    return new Geometry(
            points.width(),
            points.height(),
            crop.<Integer>getAs("resized_width"),
            crop.<Integer>getAs("resized_height"),
            crop.<Integer>getAs("crop_x"),
            crop.<Integer>getAs("crop_y"),
            crop.<Integer>getAs("input_width"),
            crop.<Integer>getAs("input_height"))
        .visible();
  }

  private static List<Integer> topFive(Row row) {
    List<Integer> classes = new ArrayList<>();
    for (Row score : list(row, "top_k").orElse(List.of())) {
      if (classes.size() < TOP_FIVE) {
        classes.add(score.getAs("class"));
      }
    }
    return classes;
  }

  private static OptionalInt number(Row row, String column) {
    return present(row, column) ? OptionalInt.of(row.<Integer>getAs(column)) : OptionalInt.empty();
  }

  private static Optional<Row> struct(Row row, String column) {
    return present(row, column) ? Optional.of(row.getAs(column)) : Optional.empty();
  }

  private static Optional<List<Row>> list(Row row, String column) {
    return present(row, column)
        ? Optional.of(row.getList(row.fieldIndex(column)))
        : Optional.empty();
  }

  private static boolean present(Row row, String column) {
    return Arrays.asList(row.schema().fieldNames()).contains(column)
        && !row.isNullAt(row.fieldIndex(column));
  }
}
