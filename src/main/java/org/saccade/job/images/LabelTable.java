package org.saccade.job.images;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.UserException;
import org.saccade.dataset.Labels;

/**
 * The true classes of images as a table: columns {@code name} (image id or file name) and {@code
 * class_index}, every name once. Read in a task, so that the driver does not hold it.
 *
 * @param file where they come from
 */
record LabelTable(String file, Dataset<Row> rows) {
  private static final StructType LINES =
      new StructType()
          .add("name", DataTypes.StringType)
          .add("class_index", DataTypes.IntegerType)
          .add("line", DataTypes.IntegerType)
          // In place of labels that cannot be read: why not.
          .add("fault", DataTypes.StringType);

  /**
   * Reads a CSV file.
   *
   * @param classes number of classes of the network
   * @throws UserException if the file cannot be read, or gives an image two labels or one that is
   *     no class
   */
  static LabelTable read(String file, int classes, SparkSession spark) {
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    boolean retried = !spark.sparkContext().isLocal();
    JavaRDD<Row> lines =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(List.of(file), 1)
            .flatMap(
                path ->
                    new RowsOrFault<>(
                        () -> Labels.open(path, hadoop.value()),
                        LabelTable::row,
                        LabelTable::fault,
                        retried));
    Dataset<Row> all = spark.createDataFrame(lines, LINES);
    Dataset<Row> labels =
        all.groupBy("name")
            .agg(
                min("class_index").as("class_index"),
                max("class_index").as("highest"),
                min("fault").as("fault"));
    labels
        .where(
            col("fault")
                .isNotNull()
                .or(col("class_index").notEqual(col("highest")))
                .or(col("highest").geq(classes)))
        .orderBy("name")
        .limit(1)
        .collectAsList()
        .forEach(
            row -> {
              if (!row.isNullAt(3)) {
                throw new UserException(row.getString(3));
              }
              throw row.getInt(1) == row.getInt(2)
                  ? noSuchClass(file, row, classes)
                  : tornLabel(file, row.getString(0), all);
            });
    return new LabelTable(file, labels.select("name", "class_index"));
  }

  private static Row row(Labels.Label label) {
    return RowFactory.create(label.imageId(), label.classIndex(), label.line(), null);
  }

  private static Row fault(String message) {
    return RowFactory.create(null, null, null, message);
  }

  /** Number of images that have a label. */
  long size() {
    return rows.count();
  }

  private static UserException tornLabel(String file, String name, Dataset<Row> lines) {
    List<Row> differing =
        lines
            .where(col("name").equalTo(name))
            .groupBy("class_index")
            .agg(min("line").as("line"))
            .orderBy("line")
            .limit(2)
            .collectAsList();
    return new UserException(
        "%s line %d gives %s the label %d, an earlier line gave it %d: keep one of them"
            .formatted(
                file,
                differing.get(1).getInt(1),
                name,
                differing.get(1).getInt(0),
                differing.get(0).getInt(0)));
  }

  private static UserException noSuchClass(String file, Row label, int classes) {
    return new UserException(
        ("%s gives %s the label %d, but the network has the classes 0 to %d:"
                + " use labels in the network's order")
            .formatted(file, label.getString(0), label.getInt(1), classes - 1));
  }
}
