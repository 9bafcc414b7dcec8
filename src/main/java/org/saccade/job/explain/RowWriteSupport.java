package org.saccade.job.explain;

import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Hands Spark rows to Parquet without Spark's own writer, whose files carry names of their own and
 * appear only when a whole job has ended. The files look the same to every reader.
 */
final class RowWriteSupport extends WriteSupport<Row> {
  /** Where Spark looks for its own schema, with the columns' metadata. */
  private static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

  private final StructType schema;
  private final Map<String, String> footer;
  private RecordConsumer out;

  /**
   * @param footer what the file's footer says besides the schema
   */
  RowWriteSupport(StructType schema, Map<String, String> footer) {
    this.schema = schema;
    this.footer = Map.copyOf(footer);
  }

  // Deprecated, yet abstract in every release of Parquet.
  @SuppressWarnings("deprecation")
  @Override
  public WriteContext init(Configuration hadoop) {
    Map<String, String> metadata = new HashMap<>(footer);
    metadata.put(SPARK_SCHEMA, schema.json());
    return new WriteContext(ParquetTypes.message(schema), metadata);
  }

  @Override
  public void prepareForWrite(RecordConsumer consumer) {
    out = consumer;
  }

  @Override
  public void write(Row row) {
    out.startMessage();
    fields(row, schema);
    out.endMessage();
  }

  private void fields(Row row, StructType types) {
    StructField[] columns = types.fields();
    for (int i = 0; i < columns.length; i++) {
      Object value = row.get(i);
      if (value != null) {
        out.startField(columns[i].name(), i);
        value(value, columns[i].dataType());
        out.endField(columns[i].name(), i);
      }
    }
  }

  private void value(Object value, DataType type) {
    if (type instanceof StructType struct) {
      out.startGroup();
      fields((Row) value, struct);
      out.endGroup();
    } else if (type instanceof ArrayType array) {
      list((Object[]) value, array.elementType());
    } else if (value instanceof String text) {
      out.addBinary(Binary.fromString(text));
    } else if (value instanceof Integer number) {
      out.addInteger(number);
    } else if (value instanceof Long number) {
      out.addLong(number);
    } else if (value instanceof Float number) {
      out.addFloat(number);
    } else if (value instanceof Double number) {
      out.addDouble(number);
    } else if (value instanceof Boolean truth) {
      out.addBoolean(truth);
    } else {
      out.addBinary(Binary.fromConstantByteArray((byte[]) value));
    }
  }

  private void list(Object[] elements, DataType type) {
    out.startGroup();
    if (elements.length > 0) {
      out.startField(ParquetTypes.LIST, 0);
      for (Object element : elements) {
        out.startGroup();
        if (element != null) {
          out.startField(ParquetTypes.ELEMENT, 0);
          value(element, type);
          out.endField(ParquetTypes.ELEMENT, 0);
        }
        out.endGroup();
      }
      out.endField(ParquetTypes.LIST, 0);
    }
    out.endGroup();
  }
}
