package org.saccade.job.pack;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.UserException;
import org.saccade.dataset.ImageLocation;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ImageSource;
import org.saccade.dataset.Storage;
import org.saccade.job.Terminal;
import org.saccade.job.images.ImageTable;
import org.saccade.job.images.Inventory;
import org.saccade.job.images.InventoryColumns;

/**
 * The Spark job {@code pack}: images from anywhere in, a few large files out. Images are ordered by
 * where they lie and cut into shards by the sum of their sizes, so that the shards are the same
 * however many tasks there are; a task writes a shard.
 */
public final class PackJob {
  private final Terminal terminal;

  public PackJob(Terminal terminal) {
    this.terminal = terminal;
  }

  /** How a run ended. */
  public enum Outcome {
    /** All is well. */
    DONE,
    /** The shards are complete, but too many images could not be read. */
    TOO_MANY_FAILED
  }

  /** Where an image goes: its place in the set, and the shard that its bytes begin in. */
  private record Slot(long shard, long place, ImageReference image) implements Serializable {}

  /** What a partition of the ordered images holds. */
  private record Extent(int partition, long images, long bytes) implements Serializable {}

  /**
   * Packs what the options say.
   *
   * @throws UserException if the images, the labels or the output folder are at fault
   */
  public Outcome run(PackOptions options) {
    Instant start = Instant.now();
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    PackFolder folder = new PackFolder(options.output(), hadoop);
    folder.requireFree(options.overwrite());
    ImageSource source = ImageSource.open(options.images(), hadoop);
    requireApart(source, folder);
    SparkSession spark = SparkSession.builder().appName("saccade pack").getOrCreate();
    try (Ordered images = ordered(source, options, spark)) {
      folder.prepare();
      PackTask task =
          new PackTask(
              folder.root().toString(),
              options.format(),
              new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
      JavaPairRDD<Long, Iterable<Slot>> shards =
          slots(images, options.shardBytes()).groupBy(Slot::shard);
      Map<Long, Integer> numbers = numbers(shards.keys().collect());
      List<PackTask.Shard> written =
          shards.map(shard -> task.write(numbers.get(shard._1()), inOrder(shard._2()))).collect();
      return finish(options, source, folder, written, start);
    }
  }

  /**
   * Says what a run would do; writes nothing.
   *
   * @throws UserException as {@link #run} would
   */
  public void dryRun(PackOptions options) {
    Configuration hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    PackFolder folder = new PackFolder(options.output(), hadoop);
    folder.requireFree(options.overwrite());
    ImageSource source = ImageSource.open(options.images(), hadoop);
    requireApart(source, folder);
    SparkSession spark = SparkSession.builder().appName("saccade pack").getOrCreate();
    try (Ordered images = ordered(source, options, spark)) {
      long shards = slots(images, options.shardBytes()).map(Slot::shard).distinct().count();
      terminal
          .out()
          .printf(
              "would pack %d images, %.1f MB, into %d shards in %s%n",
              images.images(), images.bytes() / 1e6, shards, folder.root());
    }
  }

  private Outcome finish(
      PackOptions options,
      ImageSource source,
      PackFolder folder,
      List<PackTask.Shard> written,
      Instant start) {
    List<PackTask.Shard> shards = new ArrayList<>(written);
    shards.sort(Comparator.comparing(PackTask.Shard::name));
    double seconds = Duration.between(start, Instant.now()).toMillis() / 1e3;
    PackReport report =
        new PackReport(options, source.location(), shards, 0, start.toString(), seconds);
    boolean tooMany = report.failedShare() > options.maxFailedShare();
    folder.finish(tooMany ? report.withExitCode(4) : report, !tooMany);
    terminal.out().print(report.forPeople());
    if (tooMany) {
      terminal
          .err()
          .printf(
              "%.1f %% of the images could not be read, more than --max-failed-share %s allows;"
                  + " the shards are complete all the same%n",
              100 * report.failedShare(), options.maxFailedShare());
    }
    return tooMany ? Outcome.TOO_MANY_FAILED : Outcome.DONE;
  }

  /** Images in their order, and how they are spread over partitions. */
  private record Ordered(JavaRDD<ImageReference> rdd, List<Extent> extents)
      implements AutoCloseable {
    long images() {
      return extents.stream().mapToLong(Extent::images).sum();
    }

    long bytes() {
      return extents.stream().mapToLong(Extent::bytes).sum();
    }

    @Override
    public void close() {
      rdd.unpersist();
    }
  }

  private Ordered ordered(ImageSource source, PackOptions options, SparkSession spark) {
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    try (ImageTable table =
        ImageTable.labelled(
            source,
            options.labels(),
            options.labelsFromFolders() ? Optional.of(List.of()) : Optional.empty(),
            Integer.MAX_VALUE,
            spark,
            terminal)) {
      JavaRDD<ImageReference> images =
          table
              .images()
              .orderBy(Inventory.order())
              .javaRDD()
              .map(row -> withLength(InventoryColumns.image(row), hadoop.value()))
              .persist(StorageLevel.DISK_ONLY());
      return new Ordered(
          images,
          images.mapPartitionsWithIndex((index, part) -> extent(index, part), true).collect());
    }
  }

  /** Sizes decide which shard an image goes to, so they are looked up where a list has none. */
  private static ImageReference withLength(ImageReference image, Configuration hadoop) {
    if (image.length() != ImageReference.UNKNOWN_LENGTH
        || !(image.location() instanceof ImageLocation.WholeFile whole)) {
      return image;
    }
    long length;
    try {
      Path path = new Path(whole.file());
      FileStatus file = Storage.of(path, hadoop).getFileStatus(path);
      length = file.isDirectory() ? 0 : file.getLen();
    } catch (IOException | IllegalArgumentException e) {
      // It will be told among the unreadable when it is read.
      length = 0;
    }
    return new ImageReference(image.imageId(), image.location(), length, image.classIndex());
  }

  private static Iterator<Extent> extent(int partition, Iterator<ImageReference> images) {
    long count = 0;
    long bytes = 0;
    while (images.hasNext()) {
      count++;
      bytes += Math.max(0, images.next().length());
    }
    return List.of(new Extent(partition, count, bytes)).iterator();
  }

  private static JavaRDD<Slot> slots(Ordered images, long shardBytes) {
    List<Extent> extents = new ArrayList<>(images.extents());
    extents.sort(Comparator.comparing(Extent::partition));
    List<Extent> starts = new ArrayList<>();
    long count = 0;
    long bytes = 0;
    for (Extent extent : extents) {
      starts.add(new Extent(extent.partition(), count, bytes));
      count += extent.images();
      bytes += extent.bytes();
    }
    return images
        .rdd()
        .mapPartitionsWithIndex((index, part) -> slots(starts.get(index), part, shardBytes), true);
  }

  private static Iterator<Slot> slots(
      Extent start, Iterator<ImageReference> images, long shardBytes) {
    return new Iterator<>() {
      private long place = start.images();
      private long bytes = start.bytes();

      @Override
      public boolean hasNext() {
        return images.hasNext();
      }

      @Override
      public Slot next() {
        ImageReference image = images.next();
        Slot slot = new Slot(bytes / shardBytes, place, image);
        place++;
        bytes += Math.max(0, image.length());
        return slot;
      }
    };
  }

  /** An image larger than a shard leaves a gap in the numbers, which is closed. */
  private static Map<Long, Integer> numbers(List<Long> shards) {
    Map<Long, Integer> numbers = new HashMap<>();
    for (Long shard : new TreeSet<>(shards)) {
      numbers.put(shard, numbers.size());
    }
    return numbers;
  }

  private static List<ImageReference> inOrder(Iterable<Slot> slots) {
    List<Slot> sorted = new ArrayList<>();
    slots.forEach(sorted::add);
    sorted.sort(Comparator.comparingLong(Slot::place));
    return sorted.stream().map(Slot::image).toList();
  }

  /** A folder must not grow by what is made of it. */
  private static void requireApart(ImageSource source, PackFolder folder) {
    if ((folder.root() + "/").startsWith(source.location() + "/")) {
      throw new UserException(
          "the output %s lies inside the images %s: give a folder outside"
              .formatted(folder.root(), source.location()));
    }
  }
}
