package org.saccade.dataset;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes a Parquet file for {@link ParquetListing}. */
final class ParquetImageWriter implements ShardWriter {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message images {
            optional group image { optional binary bytes; optional binary path (STRING); }
            optional int64 label;
          }""");

  /** Read as a whole, hence small. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final ParquetWriter<Group> out;
  private final EntryNames names = new EntryNames();

  ParquetImageWriter(Path file, Configuration hadoop) throws IOException {
    out =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(file, hadoop))
            .withConf(hadoop)
            .withType(SCHEMA)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            // Images are compressed already.
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding("image.bytes", false)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .withMinRowCountForPageSizeCheck(1)
            .withMaxRowCountForPageSizeCheck(16)
            .build();
  }

  @Override
  public void add(ImageReference image, byte[] bytes) throws IOException {
    Group row = new SimpleGroupFactory(SCHEMA).newGroup();
    Group packed = row.addGroup("image");
    packed.add("bytes", Binary.fromConstantByteArray(bytes));
    packed.add("path", names.of(image, bytes).path());
    if (image.label().isPresent()) {
      row.add("label", (long) image.label().getAsInt());
    }
    out.write(row);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
