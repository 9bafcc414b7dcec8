package org.saccade.job.explain;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A Parquet file that appears under its name whole or not at all. It is written to a folder of the
 * process that started the run: once that folder is deleted, no task of that process can finish a
 * file any more.
 */
final class ChunkFile implements AutoCloseable {
  /** Rows are held in memory until so many bytes have come together. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  private final FileSystem files;
  private final Path target;
  private final Path written;
  private final ParquetWriter<Row> writer;

  /**
   * Starts to write.
   *
   * @param temporary an existing folder of the same file system
   * @param target the file's place
   * @param footer what its footer says besides the schema
   */
  ChunkFile(
      Path temporary,
      Path target,
      StructType schema,
      Map<String, String> footer,
      Configuration hadoop)
      throws IOException {
    this.files = RunFolder.fileSystem(target, hadoop);
    this.target = target;
    this.written = new Path(temporary, target.getName() + "." + UUID.randomUUID());
    this.writer =
        new Builder(new NewFile(files, written), new RowWriteSupport(schema, footer))
            .withConf(hadoop)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .build();
  }

  void write(Row row) throws IOException {
    writer.write(row);
  }

  /**
   * Puts the file in its place, unless another attempt was faster: then its file, which holds the
   * same rows, stays.
   */
  void commit() throws IOException {
    writer.close();
    IOException refused = new IOException("%s cannot be renamed to %s".formatted(written, target));
    try {
      if (files.rename(written, target)) {
        return;
      }
    } catch (IOException e) {
      refused = e;
    }
    if (!files.exists(target)) {
      throw refused;
    }
  }

  /** Deletes what was written, unless it was committed. */
  @Override
  public void close() throws IOException {
    try {
      writer.close();
    } catch (IOException | RuntimeException e) {
      // Writing failed before, which was reported; what matters is that the file is let go of.
    }
    files.delete(written, false);
  }

  private static final class Builder extends ParquetWriter.Builder<Row, Builder> {
    private final WriteSupport<Row> support;

    Builder(OutputFile file, WriteSupport<Row> support) {
      super(file);
      this.support = support;
    }

    @Override
    protected Builder self() {
      return this;
    }

    // Deprecated, yet abstract in every release of Parquet.
    @SuppressWarnings("deprecation")
    @Override
    protected WriteSupport<Row> getWriteSupport(Configuration hadoop) {
      return support;
    }
  }

  private record NewFile(FileSystem files, Path path) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSize) throws IOException {
      // Not recursive: a folder that is gone means that this run is over.
      FSDataOutputStream out = files.createFile(path).overwrite(false).build();
      return HadoopStreams.wrap(out);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSize) throws IOException {
      return create(blockSize);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }

    @Override
    public String getPath() {
      return path.toString();
    }
  }
}
