package org.saccade.job.images;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.UserException;
import org.saccade.dataset.ImageListing;
import org.saccade.dataset.ImagePart;
import org.saccade.dataset.ImageReference;
import org.saccade.dataset.ImageSource;
import org.saccade.job.Terminal;

/**
 * The images at a location, as a table of {@link InventoryColumns#SCHEMA}: listed in tasks,
 * labelled, and reduced to the share that was asked for. Images pass through tasks, never through
 * the driver.
 */
public final class ImageTable implements AutoCloseable {
  private static final int LISTING_TASKS_PER_SLOT = 4;

  private static final StructType CLASSES =
      new StructType().add("name", DataTypes.StringType).add("class_index", DataTypes.IntegerType);

  private final SparkSession spark;
  private final JavaRDD<Row> listing;
  private final LongAccumulator skipped;
  private final ImageSource source;
  private final Dataset<Row> images;

  private ImageTable(
      SparkSession spark,
      JavaRDD<Row> listing,
      LongAccumulator skipped,
      ImageSource source,
      Dataset<Row> images) {
    this.spark = spark;
    this.listing = listing;
    this.skipped = skipped;
    this.source = source;
    this.images = images;
  }

  /**
   * All images at a location with their labels.
   *
   * @param labels CSV of labels, if any
   * @param classNames names of the classes by index, possibly none, where topmost folders are
   *     labels
   * @param classes number of classes
   * @throws UserException if there are no images, or they or their labels are at fault
   */
  public static ImageTable labelled(
      ImageSource source,
      Optional<String> labels,
      Optional<List<String>> classNames,
      int classes,
      SparkSession spark,
      Terminal terminal) {
    ImageTable images = at(source, spark);
    try {
      boolean foreign = images.requireSound(classes);
      if (classNames.isPresent()) {
        images = images.labelledByFolder(classNames.get());
      }
      if (labels.isPresent()) {
        LabelTable table = LabelTable.read(labels.get(), classes, spark);
        long unmatched = images.unmatched(table);
        if (unmatched > 0) {
          terminal.err().printf("note: %d of %d labels name no image%n", unmatched, table.size());
        }
        images = images.labelled(table);
      }
      // A table of labels has been checked, and may have replaced what the images came with.
      if (foreign || classNames.isPresent()) {
        images.requireLabelsBelow(classes);
      }
      if (images.skipped() > 0) {
        terminal
            .err()
            .printf(
                "note: files passed over, as their names do not end like an image's: %d%n",
                images.skipped());
      }
      return images;
    } catch (RuntimeException | Error e) {
      images.close();
      throw e;
    }
  }

  /** Everything at a location. */
  private static ImageTable at(ImageSource source, SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    LongAccumulator skipped = spark.sparkContext().longAccumulator("skipped files");
    List<ImagePart> parts = source.parts();
    int tasks = Math.min(parts.size(), LISTING_TASKS_PER_SLOT * context.defaultParallelism());
    JavaRDD<Row> listing =
        context
            .parallelize(parts, Math.max(1, tasks))
            .flatMap(
                new ListPart(
                    source.ordered(),
                    !spark.sparkContext().isLocal(),
                    new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()),
                    skipped))
            // Listing takes long and might give something else the next time.
            .persist(StorageLevel.DISK_ONLY());
    return new ImageTable(
        spark, listing, skipped, source, spark.createDataFrame(listing, InventoryColumns.SCHEMA));
  }

  /**
   * Lists one part after the other.
   *
   * @param retried whether tasks that fail are tried again
   */
  private record ListPart(
      boolean ordered, boolean retried, SerializableConfiguration hadoop, LongAccumulator skipped)
      implements FlatMapFunction<ImagePart, Row>, Serializable {
    @Override
    public Iterator<Row> call(ImagePart part) {
      ImageListing images = part.list(hadoop.value());
      AtomicLong place = new AtomicLong();
      Iterator<Row> rows =
          new RowsOrFault<>(
              () -> images,
              image -> InventoryColumns.row(image, ordered ? place.incrementAndGet() : 0),
              InventoryColumns::fault,
              retried);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          if (rows.hasNext()) {
            return true;
          }
          skipped.add(images.skipped());
          return false;
        }

        @Override
        public Row next() {
          return rows.next();
        }
      };
    }
  }

  public Dataset<Row> images() {
    return images;
  }

  private ImageTable with(Dataset<Row> changed) {
    return new ImageTable(spark, listing, skipped, source, changed);
  }

  /** Files that were passed over; known once the images have been looked at. */
  long skipped() {
    return skipped.value();
  }

  /**
   * Checks that all could be listed, that there are images and that no two have the same id: in one
   * query, for each takes about a second to get going.
   *
   * @return whether any image came with a label that is no class of the network
   * @throws UserException if not
   */
  private boolean requireSound(int classes) {
    Column id = col(InventoryColumns.IMAGE_ID);
    Row found =
        images
            .groupBy(id)
            .agg(
                count(lit(1)).as("times"),
                max(InventoryColumns.LABEL).as("highest"),
                min(InventoryColumns.faults()).as("fault"))
            .agg(
                count(lit(1)),
                min(when(col("times").gt(1), struct(id, col("times")))),
                max("highest"),
                min("fault"))
            .head();
    if (!found.isNullAt(3)) {
      throw new UserException(found.getString(3));
    }
    if (found.getLong(0) == 0) {
      throw source.noImage(skipped());
    }
    if (!found.isNullAt(1)) {
      Row twice = found.getStruct(1);
      throw new UserException(
          "%s holds %d images with the id %s: ids are to be distinct, rename all but one"
              .formatted(source.location(), twice.getLong(1), twice.getString(0)));
    }
    return !found.isNullAt(2) && found.getInt(2) >= classes;
  }

  /**
   * The class of every image read off the topmost folder it lies in: the folder's position in
   * {@code classNames} when these contain every such folder, else its position among the folders in
   * alphabetical order. Images outside any folder keep what they have.
   *
   * @param classNames names of the network's classes by index, possibly empty
   */
  ImageTable labelledByFolder(List<String> classNames) {
    List<String> folders =
        images
            .select(InventoryColumns.FOLDER)
            .where(col(InventoryColumns.FOLDER).isNotNull())
            .distinct()
            .as(Encoders.STRING())
            .collectAsList()
            .stream()
            .sorted()
            .toList();
    List<String> order = classNames.containsAll(folders) ? classNames : folders;
    List<Row> classes = new ArrayList<>();
    for (String folder : folders) {
      classes.add(RowFactory.create(folder, order.indexOf(folder)));
    }
    Dataset<Row> classOfFolder = spark.createDataFrame(classes, CLASSES);
    return withLabel(
        images.join(
            broadcast(classOfFolder),
            images.col(InventoryColumns.FOLDER).equalTo(classOfFolder.col("name")),
            "left"),
        classOfFolder.col("class_index"));
  }

  /** The classes that a table gives, by id or else by file name; others keep what they have. */
  ImageTable labelled(LabelTable labels) {
    Dataset<Row> byId = labels.rows().as("by_id");
    Dataset<Row> byName = labels.rows().as("by_name");
    Dataset<Row> joined =
        images
            .join(byId, images.col(InventoryColumns.IMAGE_ID).equalTo(col("by_id.name")), "left")
            .join(byName, fileName(images).equalTo(col("by_name.name")), "left");
    return withLabel(joined, coalesce(col("by_id.class_index"), col("by_name.class_index")));
  }

  /** How many labels name none of the images. */
  long unmatched(LabelTable labels) {
    Dataset<Row> names =
        images
            .select(col(InventoryColumns.IMAGE_ID).as("known"))
            .union(images.select(fileName(images).as("known")));
    return labels.rows().join(names, col("name").equalTo(col("known")), "left_anti").count();
  }

  private static Column fileName(Dataset<Row> images) {
    return substring_index(images.col(InventoryColumns.IMAGE_ID), "/", -1);
  }

  private ImageTable withLabel(Dataset<Row> joined, Column label) {
    Column[] columns =
        Arrays.stream(InventoryColumns.SCHEMA.fieldNames())
            .map(
                name ->
                    name.equals(InventoryColumns.LABEL)
                        ? coalesce(label, images.col(name)).as(name)
                        : images.col(name))
            .toArray(Column[]::new);
    return with(joined.select(columns));
  }

  /**
   * Checks that every label is a class of the network.
   *
   * @throws UserException naming the first image whose label is not
   */
  private void requireLabelsBelow(int classes) {
    images
        .where(col(InventoryColumns.LABEL).geq(classes))
        .select(InventoryColumns.IMAGE_ID, InventoryColumns.LABEL)
        .orderBy(InventoryColumns.IMAGE_ID)
        .limit(1)
        .collectAsList()
        .forEach(
            image -> {
              throw new UserException(
                  "%s has the label %d, but the network has the classes 0 to %d"
                      .formatted(image.getString(0), image.getInt(1), classes - 1));
            });
  }

  /** About the given share of the images, always the same ones. */
  public ImageTable sample(double share) {
    if (share >= 1) {
      return this;
    }
    UDF1<String, Double> position = ImageIds::position;
    return with(
        images.where(
            udf(position, DataTypes.DoubleType)
                .apply(col(InventoryColumns.IMAGE_ID))
                .lt(lit(share))));
  }

  /** The first of some ids, in alphabetical order, that no image has. */
  public Optional<String> unknown(Set<String> ids) {
    Set<String> missing = new TreeSet<>(ids);
    images
        .where(col(InventoryColumns.IMAGE_ID).isin(ids.toArray()))
        .select(InventoryColumns.IMAGE_ID)
        .as(Encoders.STRING())
        .collectAsList()
        .forEach(missing::remove);
    return missing.stream().findFirst();
  }

  /** The first images, in order. */
  public List<ImageReference> first(int number) {
    return images.orderBy(Inventory.order()).limit(number).collectAsList().stream()
        .map(InventoryColumns::image)
        .toList();
  }

  /** Forgets what was listed. */
  @Override
  public void close() {
    listing.unpersist();
  }
}
