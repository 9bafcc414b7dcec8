package org.saccade.job.explain;

import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Spark's types as Parquet's, the way Spark itself stores them: every column may be null, an array
 * is a list of three levels.
 */
final class ParquetTypes {
  /** Name of the repeated group of a list, and of what it holds. */
  static final String LIST = "list";

  static final String ELEMENT = "element";

  private ParquetTypes() {}

  /** The schema of a file that holds rows of the given columns. */
  static MessageType message(StructType columns) {
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (StructField column : columns.fields()) {
      message.addField(type(column.name(), column.dataType()));
    }
    return message.named("spark_schema");
  }

  private static Type type(String name, DataType type) {
    if (type instanceof StructType struct) {
      Types.GroupBuilder<GroupType> group = Types.optionalGroup();
      for (StructField field : struct.fields()) {
        group.addField(type(field.name(), field.dataType()));
      }
      return group.named(name);
    }
    if (type instanceof ArrayType array) {
      return Types.optionalGroup()
          .as(LogicalTypeAnnotation.listType())
          .addField(Types.repeatedGroup().addField(type(ELEMENT, array.elementType())).named(LIST))
          .named(name);
    }
    if (type instanceof StringType) {
      return Types.optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(name);
    }
    return Types.optional(primitive(type)).named(name);
  }

  private static PrimitiveTypeName primitive(DataType type) {
    if (type instanceof IntegerType) {
      return PrimitiveTypeName.INT32;
    }
    if (type instanceof LongType) {
      return PrimitiveTypeName.INT64;
    }
    if (type instanceof FloatType) {
      return PrimitiveTypeName.FLOAT;
    }
    if (type instanceof DoubleType) {
      return PrimitiveTypeName.DOUBLE;
    }
    if (type instanceof BooleanType) {
      return PrimitiveTypeName.BOOLEAN;
    }
    if (type instanceof BinaryType) {
      return PrimitiveTypeName.BINARY;
    }
    throw new IllegalArgumentException("no table of ours has a column of type " + type);
  }
}
