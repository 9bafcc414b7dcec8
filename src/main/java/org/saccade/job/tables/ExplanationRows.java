package org.saccade.job.tables;

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
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.image.Geometry;
import org.saccade.image.Geometry.Rectangle;
import org.saccade.job.ResultFolder;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.saccade.localization.HeatMap;
import org.saccade.localization.Localizer;

/** Reads the table {@code explanations} as claims. */
public final class ExplanationRows {
  private static final String TABLE = "explanations";
  private static final String REFERENCE = "reference";
  private static final int TOP_FIVE = 5;
  private static final List<String> NUMBERS =
      List.of("width", "height", "label", "predicted_class", "target_class");
  private static final List<String> CORNERS = List.of("x0", "y0", "x1", "y1");

  private ExplanationRows() {}

  /**
   * The rows of a run's output folder, or of the table's own folder.
   *
   * @throws UserException if there is no such table
   */
  public static Dataset<Row> read(String folder, SparkSession spark, Configuration hadoop) {
    ResultFolder.requireLiteral(folder);
    try {
      Path root = new Path(folder);
      FileSystem files = Storage.of(root, hadoop);
      Path table = new Path(root, TABLE);
      Path found = files.exists(table) ? table : root;
      if (!files.exists(root) || files.globStatus(new Path(found, "*.parquet")).length == 0) {
        throw new UserException(
            "%s holds no explanations: give the output folder of a run of explain"
                .formatted(folder));
      }
      Dataset<Row> rows = spark.read().parquet(found.toString());
      requireColumns(rows.schema(), found);
      return rows;
    } catch (IOException e) {
      throw new UserException(
          "cannot read the explanations %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  /** Tables written by other programs may count in other widths than ours, but must count. */
  private static void requireColumns(StructType schema, Path table) {
    require(schema, "image_id", StringType.class, table);
    require(schema, "status", StringType.class, table);
    NUMBERS.forEach(column -> require(schema, column, NumericType.class, table));
    StructType box = (StructType) require(schema, "box", StructType.class, table);
    CORNERS.forEach(corner -> require(box, corner, NumericType.class, table));
  }

  private static DataType require(
      StructType schema, String column, Class<? extends DataType> type, Path table) {
    if (!Arrays.asList(schema.fieldNames()).contains(column)) {
      throw new UserException(
          "the table %s has no column %s, so it is no table of explanations"
              .formatted(table, column));
    }
    DataType found = schema.apply(column).dataType();
    if (!type.isInstance(found)) {
      throw new UserException(
          "the column %s of %s is of type %s: make it as explain writes it"
              .formatted(column, table, found.simpleString()));
    }
    return found;
  }

  public static Claim claim(Row row) {
    return claimWithoutMap(row).withMap(map(row));
  }

  /** As {@link #claim}, without the cost of a map. */
  public static Claim claimWithoutMap(Row row) {
    Optional<Fixations> fixations = fixations(row);
    return new Claim(
        row.getAs("image_id"),
        number(row, "width").orElse(0),
        number(row, "height").orElse(0),
        "ok".equals(row.getAs("status")),
        number(row, "label"),
        number(row, "predicted_class"),
        number(row, "target_class"),
        topFive(row),
        struct(row, "box").map(ExplanationRows::box),
        fixations,
        Optional.empty());
  }

  /** The points of a row whose image was decoded. */
  public static Optional<Fixations> fixations(Row row) {
    int width = number(row, "width").orElse(0);
    int height = number(row, "height").orElse(0);
    return width > 0 && height > 0 ? fixations(row, width, height) : Optional.empty();
  }

  /** The heat map of a row, or the one that {@code explain} would have written. */
  public static Optional<HeatMap> map(Row row) {
    return storedMap(row).or(() -> fixations(row).map(points -> density(row, points)));
  }

  public static Box box(Row box) {
    return new Box(decimal(box, "x0"), decimal(box, "y0"), decimal(box, "x1"), decimal(box, "y1"));
  }

  private static Optional<Fixations> fixations(Row row, int width, int height) {
    return list(row, "fixations").map(points -> points(points, width, height));
  }

  /** A column of points on an image of that size. */
  public static Fixations points(List<Row> points, int width, int height) {
    float[] x = new float[points.size()];
    float[] y = new float[points.size()];
    float[] weight = new float[points.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = decimal(points.get(i), "x");
      y[i] = decimal(points.get(i), "y");
      weight[i] = decimal(points.get(i), "weight");
    }
    return Fixations.of(width, height, x, y, weight);
  }

  private static Optional<HeatMap> storedMap(Row row) {
    return struct(row, "map")
        .map(
            map ->
                HeatMap.ofBytes(
                    map.<Number>getAs("rows").intValue(),
                    map.<Number>getAs("cols").intValue(),
                    map.getAs("values")));
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
  public static Rectangle seen(Row row, Fixations points) {
    List<Row> crops = list(row, "geometry").orElse(List.of());
    if (crops.size() != 1) {
      return points.frame();
    }
    Row crop = crops.get(0);
    return new Geometry(
            points.width(),
            points.height(),
            crop.<Number>getAs("resized_width").intValue(),
            crop.<Number>getAs("resized_height").intValue(),
            crop.<Number>getAs("crop_x").intValue(),
            crop.<Number>getAs("crop_y").intValue(),
            crop.<Number>getAs("input_width").intValue(),
            crop.<Number>getAs("input_height").intValue())
        .visible();
  }

  private static List<Integer> topFive(Row row) {
    List<Integer> classes = new ArrayList<>();
    for (Row score : list(row, "top_k").orElse(List.of())) {
      if (classes.size() < TOP_FIVE) {
        classes.add(score.<Number>getAs("class").intValue());
      }
    }
    return classes;
  }

  public static OptionalInt number(Row row, String column) {
    return present(row, column)
        ? OptionalInt.of(row.<Number>getAs(column).intValue())
        : OptionalInt.empty();
  }

  public static float decimal(Row row, String column) {
    return row.<Number>getAs(column).floatValue();
  }

  public static Optional<Row> struct(Row row, String column) {
    return present(row, column) ? Optional.of(row.getAs(column)) : Optional.empty();
  }

  public static Optional<List<Row>> list(Row row, String column) {
    return present(row, column)
        ? Optional.of(row.getList(row.fieldIndex(column)))
        : Optional.empty();
  }

  public static boolean present(Row row, String column) {
    return Arrays.asList(row.schema().fieldNames()).contains(column)
        && !row.isNullAt(row.fieldIndex(column));
  }
}
