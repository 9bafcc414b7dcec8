package org.saccade.dataset;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;

/** Reads images of a Parquet file; a row group is read as a whole, once if images come in order. */
final class ParquetImageReader implements ArchiveReader {
  private final ParquetRows rows;
  private final List<String> bytes;

  ParquetImageReader(Path file, Configuration hadoop) throws IOException {
    this.rows = ParquetRows.open(file, hadoop);
    ParquetColumns columns = ParquetColumns.of(rows.schema(), file.toString());
    rows.select(columns.bytesOnly());
    this.bytes = columns.bytesPath();
  }

  @Override
  public byte[] read(ImageReference image) throws IOException {
    long row = image.location().position();
    Group holder =
        ParquetListing.holder(rows.row(row), bytes)
            .orElseThrow(() -> new IOException("row %d holds no bytes".formatted(row)));
    return holder.getBinary(bytes.get(bytes.size() - 1), 0).getBytes();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
