package org.saccade.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;

/** The rows of a Parquet file, of some of its columns, a row group at a time. */
final class ParquetRows implements Closeable {
  private final ParquetFileReader file;
  private Optional<RecordReader<Group>> reader = Optional.empty();
  private MessageType columns;
  private int group = -1;
  private long nextRow;

  private ParquetRows(ParquetFileReader file) {
    this.file = file;
    this.columns = schema();
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is missing or no Parquet file that can be read
   */
  static ParquetRows open(Path path, Configuration hadoop) throws IOException {
    try {
      return new ParquetRows(ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop)));
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  MessageType schema() {
    return file.getFooter().getFileMetaData().getSchema();
  }

  List<BlockMetaData> groups() {
    return file.getRowGroups();
  }

  /** Chooses the columns to read from now on. */
  void select(MessageType projection) {
    columns = projection;
    file.setRequestedSchema(projection);
    group = -1;
  }

  /** A row by its number in the file; cheap when rows are asked for in ascending order. */
  Group row(long row) throws IOException {
    try {
      seek(row);
      Group found = reader.orElseThrow().read();
      nextRow++;
      return found;
    } catch (RuntimeException e) {
      group = -1;
      throw damaged(e);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void seek(long row) throws IOException {
    int wanted = 0;
    long first = 0;
    while (wanted < groups().size() && row >= first + groups().get(wanted).getRowCount()) {
      first += groups().get(wanted).getRowCount();
      wanted++;
    }
    if (wanted == groups().size()) {
      throw new IOException("there are %d rows, none with the number %d".formatted(first, row));
    }
    if (wanted != group || row < nextRow) {
      group = -1;
      PageReadStore pages = file.readRowGroup(wanted);
      reader =
          Optional.of(
              new ColumnIOFactory()
                  .getColumnIO(columns)
                  .getRecordReader(pages, new GroupRecordConverter(columns)));
      group = wanted;
      nextRow = first;
    }
    for (; nextRow < row; nextRow++) {
      reader.orElseThrow().read();
    }
  }

  /** Parquet's readers meet damage with runtime exceptions of all kinds. */
  private static IOException damaged(RuntimeException e) {
    return new IOException("the Parquet file is damaged: " + e.getMessage(), e);
  }
}
