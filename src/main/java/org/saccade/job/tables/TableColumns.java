package org.saccade.job.tables;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Columns that several tables have. */
public final class TableColumns {
  /** First and last pixel of a box, in pixels of the original image. */
  public static final StructType BOX =
      new StructType()
          .add("x0", DataTypes.DoubleType)
          .add("y0", DataTypes.DoubleType)
          .add("x1", DataTypes.DoubleType)
          .add("y1", DataTypes.DoubleType);

  /** A map over the whole image, a byte per cell, row by row. */
  public static final StructType MAP =
      new StructType()
          .add("rows", DataTypes.IntegerType)
          .add("cols", DataTypes.IntegerType)
          .add("values", DataTypes.BinaryType);

  private TableColumns() {}

  /**
   * A table's first column, a text. The run's id and the schema's version ride on its metadata,
   * because that is what Spark writes into the footer of a Parquet file.
   */
  public static StructType first(String name, String runId, int schemaVersion) {
    Metadata origin =
        new MetadataBuilder()
            .putString("run_id", runId)
            .putLong("schema_version", schemaVersion)
            .build();
    return new StructType(
        new StructField[] {new StructField(name, DataTypes.StringType, true, origin)});
  }
}
