package org.saccade.job.report;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.saccade.report.Gallery;

/**
 * Which rows the gallery shows: all of them, or, where there are too many, a sample. Traced images
 * come first. Of the others every stratum (class, and whether the prediction is right, wrong, or
 * neither) gives one row in turn until the gallery is full, so that rare kinds are there; within a
 * stratum the order is that of a hash of the image's id, so that the same table gives the same
 * gallery.
 */
final class GallerySample {
  private static final StructType KEYS =
      new StructType()
          .add("key_image", DataTypes.StringType)
          .add("key_class", DataTypes.IntegerType)
          .add("ordinal", DataTypes.IntegerType)
          .add("chunk", DataTypes.IntegerType);

  private GallerySample() {}

  /**
   * The rows with two more columns: {@code ordinal}, their place in the gallery (by class, then
   * image), and {@code chunk}.
   */
  static Dataset<Row> of(SparkSession spark, ReportRows rows, int most) {
    List<Row> keys = new ArrayList<>(keys(rows, most));
    keys.sort(
        Comparator.comparing((Row key) -> key.isNullAt(2) ? Integer.MAX_VALUE : key.getInt(2))
            .thenComparing(key -> key.getString(0))
            .thenComparing(key -> key.isNullAt(1) ? -1 : key.getInt(1)));
    List<Row> places = new ArrayList<>();
    for (int ordinal = 0; ordinal < keys.size(); ordinal++) {
      Row key = keys.get(ordinal);
      places.add(RowFactory.create(key.get(0), key.get(1), ordinal, ordinal / Gallery.CHUNK));
    }
    Column same =
        col("image_id")
            .equalTo(col("key_image"))
            .and(col("target_class").eqNullSafe(col("key_class")));
    return rows.pictures()
        .join(broadcast(spark.createDataFrame(places, KEYS)), same)
        .drop("key_image", "key_class");
  }

  /** Image, target and class of the rows that are shown: at most as many as the gallery holds. */
  private static List<Row> keys(ReportRows rows, int most) {
    Column right = col("label").equalTo(col("predicted_class"));
    return rows.pictures()
        .select(
            col("image_id"),
            col("target_class"),
            coalesce(col("label"), col("predicted_class")).as("class"),
            when(right, lit("right")).when(right.equalTo(false), lit("wrong")).as("outcome"),
            xxhash64(col("image_id"), col("target_class")).as("hash"),
            rows.isTraced().as("traced"))
        .withColumn(
            "turn",
            row_number()
                .over(
                    Window.partitionBy("class", "outcome")
                        .orderBy(col("hash"), col("image_id"), col("target_class"))))
        .orderBy(col("traced").desc(), col("turn"), col("hash"), col("image_id"))
        .limit(most)
        .select("image_id", "target_class", "class")
        .collectAsList();
  }
}
