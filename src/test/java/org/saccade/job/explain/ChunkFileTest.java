package org.saccade.job.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.LocalSpark;

class ChunkFileTest {
  private static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";
  private static final StructType SCHEMA = ExplanationTable.schema("some-run", true, true);
  private static final Configuration HADOOP = new Configuration();

  @TempDir java.nio.file.Path folder;
  private Path temporary;
  private Path target;

  @BeforeEach
  void makeFolders() throws IOException {
    temporary = new Path(java.nio.file.Files.createDirectory(folder.resolve("temporary")).toUri());
    target =
        new Path(
            java.nio.file.Files.createDirectory(folder.resolve("table")).toUri().toString(),
            "part.parquet");
  }

  @Test
  void filesAreTheSameAsSparksToEveryReader() throws IOException {
    List<Row> rows = List.of(full(), empty());
    write(rows, true);
    String sparks = folder.resolve("sparks").toString();
    LocalSpark.session().createDataFrame(rows, SCHEMA).coalesce(1).write().parquet(sparks);
    Path spark = new Path(only(new File(sparks)));

    FileMetaData ours = footer(target);
    assertThat(ours.getSchema()).isEqualTo(footer(spark).getSchema());
    assertThat(ours.getKeyValueMetaData())
        .containsEntry(SPARK_SCHEMA, footer(spark).getKeyValueMetaData().get(SPARK_SCHEMA))
        .containsEntry("run_id", "some-run")
        .containsEntry("schema_version", "1");
    assertThat(read(target)).isEqualTo(read(spark)).hasSize(2);
    assertThat(LocalSpark.session().read().parquet(target.toString()).schema())
        .isEqualTo(LocalSpark.session().read().parquet(sparks).schema());
  }

  @Test
  void aFileThatIsNotCommittedLeavesNothing() throws IOException {
    write(List.of(full()), false);

    assertThat(folder.resolve("temporary")).isEmptyDirectory();
    assertThat(folder.resolve("table")).isEmptyDirectory();
  }

  @Test
  void ofTwoAttemptsThatEndTogetherOneFileIsLeft() throws IOException {
    ChunkFile one = open();
    ChunkFile other = open();
    one.write(full());
    other.write(full());
    one.commit();
    other.commit();
    one.close();
    other.close();

    assertThat(folder.resolve("temporary")).isEmptyDirectory();
    assertThat(read(target)).hasSize(1);
  }

  @Test
  void onceTheRunIsOverNoTaskFinishesAFile() throws IOException {
    try (ChunkFile late = open()) {
      late.write(full());
      RunFolder.fileSystem(temporary, HADOOP).delete(temporary, true);

      assertThatThrownBy(late::commit).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(this::open).isInstanceOf(IOException.class);
    assertThat(folder.resolve("table")).isEmptyDirectory();
  }

  private ChunkFile open() throws IOException {
    return new ChunkFile(temporary, target, SCHEMA, ExplanationTable.footer("some-run"), HADOOP);
  }

  private void write(List<Row> rows, boolean commit) throws IOException {
    try (ChunkFile file = open()) {
      for (Row row : rows) {
        file.write(row);
      }
      if (commit) {
        file.commit();
      }
    }
  }

  private static Row full() {
    Row score = RowFactory.create(3, "dög", 0.25f);
    Row point = RowFactory.create(1.5f, -0.5f, 2f);
    return RowFactory.create(
        "a.jpg",
        "file:/a.jpg",
        "00ff",
        10,
        20,
        "ok",
        null,
        null,
        7,
        3,
        null,
        0.25f,
        new Row[] {score, score},
        3,
        "cnn-fixations",
        "default",
        new Row[] {point, null, point},
        RowFactory.create(0f, 1f, 2f, 3f),
        new Row[] {RowFactory.create(1, 2, 3, 4, 5, 6)},
        RowFactory.create(0.1, 0.2, 0.3),
        RowFactory.create(1, 2, new byte[] {-1, 0}),
        new Row[] {RowFactory.create("conv", null, null, 1f)});
  }

  private static Row empty() {
    Object[] values = new Object[SCHEMA.length()];
    values[0] = "b.jpg";
    values[16] = new Row[0];
    return RowFactory.create(values);
  }

  private static List<String> read(Path file) {
    return LocalSpark.session().read().parquet(file.toString()).toJSON().collectAsList();
  }

  private static FileMetaData footer(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, HADOOP))) {
      return reader.getFileMetaData();
    }
  }

  private static String only(File folder) {
    for (File file : Objects.requireNonNull(folder.listFiles())) {
      if (file.getName().endsWith(".parquet")) {
        return file.toURI().toString();
      }
    }
    throw new IllegalStateException("no file in " + folder);
  }
}
