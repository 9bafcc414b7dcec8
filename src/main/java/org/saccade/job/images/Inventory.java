package org.saccade.job.images;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.Operators.LongColumn;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.Storage;

/**
 * A list of images in their order, as Parquet files: what a run does is written down before it
 * starts, so that one that goes on does the same. The driver knows the number of images in each
 * file and nothing of the images.
 *
 * @param generation number of the list in its output folder
 * @param files the files in order, with the number of images in each
 */
public record Inventory(int generation, List<ListFile> files) {
  /** A task that writes its rows numbers them in the lower bits. */
  private static final long ROW_IN_TASK = (1L << 33) - 1;

  /** Parquet's unit of skipping, so small that a chunk is found without reading everything. */
  private static final long ROW_GROUP_BYTES = 8L << 20;

  record ListFile(String path, long images) {}

  /**
   * What a list holds, counted in tasks.
   *
   * @param images number of images
   * @param bytes total size of those whose size is known
   * @param unlabelled images without a label
   * @param digest of the ids, whatever their order
   */
  public record Tally(long images, long bytes, long unlabelled, BigInteger digest)
      implements Serializable {
    static final Tally NONE = new Tally(0, 0, 0, BigInteger.ZERO);

    private static Tally of(Row row) {
      return new Tally(
          1,
          Math.max(0, row.getLong(1)),
          row.isNullAt(2) ? 1 : 0,
          ImageIds.digest(row.getString(0)));
    }

    Tally plus(Tally other) {
      return new Tally(
          images + other.images,
          bytes + other.bytes,
          unlabelled + other.unlabelled,
          ImageIds.together(digest, other.digest));
    }

    /** Of a table of images. */
    public static Tally of(Dataset<Row> images) {
      return images
          .select(InventoryColumns.IMAGE_ID, InventoryColumns.LENGTH, InventoryColumns.LABEL)
          .javaRDD()
          .aggregate(NONE, (sum, row) -> sum.plus(of(row)), Tally::plus);
    }
  }

  /** The order of images: a list file's own, else that of files and places in them. */
  public static Column[] order() {
    return new Column[] {
      col(InventoryColumns.PLACE), col(InventoryColumns.FILE), col(InventoryColumns.POSITION)
    };
  }

  /** Writes images down in their order. */
  public static void write(Dataset<Row> images, Path folder) {
    images
        .orderBy(order())
        .withColumn(
            InventoryColumns.ROW, monotonically_increasing_id().bitwiseAND(lit(ROW_IN_TASK)))
        .write()
        .option("maxRecordsPerFile", 0)
        .option("parquet.block.size", ROW_GROUP_BYTES)
        .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
        .parquet(folder.toString());
  }

  /** Writes a few images down, which the caller has at hand, and reads the list. */
  public static Inventory of(List<ImageReference> images, Path folder, SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (ImageReference image : images) {
      rows.add(InventoryColumns.row(image, rows.size()));
    }
    write(spark.createDataFrame(rows, InventoryColumns.SCHEMA), folder);
    return read(folder, 0, spark.sparkContext().hadoopConfiguration());
  }

  /** The images of some lists as a table. */
  public static Dataset<Row> table(SparkSession spark, List<Path> folders) {
    return spark
        .read()
        .schema(InventoryColumns.SCHEMA.add(InventoryColumns.ROW, "long"))
        .parquet(folders.stream().map(Path::toString).toArray(String[]::new));
  }

  /** What lies in a folder that {@link #write} made. */
  public static Inventory read(Path folder, int generation, Configuration hadoop) {
    try {
      FileSystem system = Storage.of(folder, hadoop);
      List<ListFile> files = new ArrayList<>();
      FileStatus[] found = system.listStatus(folder, path -> path.getName().endsWith(".parquet"));
      // Spark numbers the files of a sorted table in its order.
      Arrays.sort(found, Comparator.comparing(file -> file.getPath().getName()));
      for (FileStatus file : found) {
        try (ParquetFileReader reader =
            ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
          files.add(new ListFile(file.getPath().toString(), reader.getRecordCount()));
        }
      }
      return new Inventory(generation, List.copyOf(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long images() {
    return files.stream().mapToLong(ListFile::images).sum();
  }

  /** The first images, as a table. */
  public Dataset<Row> first(long number, SparkSession spark) {
    Column wanted = lit(false);
    long left = number;
    for (ListFile file : files) {
      wanted =
          wanted.or(
              col("_metadata.file_name")
                  .equalTo(new Path(file.path()).getName())
                  .and(col(InventoryColumns.ROW).lt(left)));
      left -= file.images();
      if (left <= 0) {
        break;
      }
    }
    Path folder = new Path(files.get(0).path()).getParent();
    return table(spark, List.of(folder)).where(wanted);
  }

  /** The list cut into chunks of a size, the last one smaller. */
  public List<Chunk> chunks(long imagesPerChunk) {
    List<Chunk> chunks = new ArrayList<>();
    List<Chunk.Range> ranges = new ArrayList<>();
    long first = 0;
    long room = imagesPerChunk;
    for (ListFile file : files) {
      for (long row = 0; row < file.images(); ) {
        long to = Math.min(file.images(), row + room);
        ranges.add(new Chunk.Range(file.path(), row, to));
        room -= to - row;
        row = to;
        if (room == 0) {
          chunks.add(new Chunk(generation, chunks.size(), first, ranges));
          first += imagesPerChunk;
          room = imagesPerChunk;
          ranges.clear();
        }
      }
    }
    if (!ranges.isEmpty()) {
      chunks.add(new Chunk(generation, chunks.size(), first, ranges));
    }
    return chunks;
  }

  /** The images of a chunk, in order. */
  public static List<ImageReference> images(Chunk chunk, Configuration hadoop) throws IOException {
    LongColumn row = FilterApi.longColumn(InventoryColumns.ROW);
    List<ImageReference> images = new ArrayList<>();
    for (Chunk.Range range : chunk.ranges()) {
      FilterCompat.Filter within =
          FilterCompat.get(
              FilterApi.and(FilterApi.gtEq(row, range.from()), FilterApi.lt(row, range.to())));
      try (ParquetReader<Group> reader =
          ParquetReader.builder(new GroupReadSupport(), new Path(range.file()))
              .withConf(hadoop)
              .withFilter(within)
              .build()) {
        for (Group group = reader.read(); group != null; group = reader.read()) {
          images.add(InventoryColumns.image(group));
        }
      }
    }
    if (images.size() != chunk.images()) {
      throw new IOException(
          "the inventory lists %d images for %s, it should be %d: it was changed by hand"
              .formatted(images.size(), chunk.fileName(), chunk.images()));
    }
    return images;
  }
}
