package org.saccade.job.images;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import org.apache.parquet.example.data.Group;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.saccade.dataset.ImageLocation;
import org.saccade.dataset.ImageReference;

/** How an image stands in an inventory. */
public final class InventoryColumns {
  public static final String IMAGE_ID = "image_id";
  public static final String LABEL = "label";
  static final String FILE = "file";
  static final String POSITION = "position";
  static final String LENGTH = "length";

  /** The topmost folder an image lies in, null outside of any. */
  static final String FOLDER = "folder";

  /** Place in a list file; 0 for all images of a location that has no order of its own. */
  static final String PLACE = "place";

  /** Number of the row in its file. */
  static final String ROW = "row";

  private static final String KIND = "kind";
  private static final String ENTRY = "entry";

  /** What listing gives; {@link #ROW} comes with writing. */
  static final StructType SCHEMA =
      new StructType()
          .add(IMAGE_ID, DataTypes.StringType)
          .add(KIND, DataTypes.StringType)
          .add(FILE, DataTypes.StringType)
          .add(POSITION, DataTypes.LongType)
          .add(ENTRY, DataTypes.StringType)
          .add(LENGTH, DataTypes.LongType)
          .add(LABEL, DataTypes.IntegerType)
          .add(FOLDER, DataTypes.StringType)
          .add(PLACE, DataTypes.LongType);

  /** Ways for an image to lie in a file, and rows that stand for none. */
  private enum Kind {
    FILE,
    TAR,
    PARQUET,
    DAMAGE,
    /** In place of the images of a part that cannot be listed: why not. */
    FAULT
  }

  private InventoryColumns() {}

  static Row row(ImageReference image, long place) {
    ImageLocation location = image.location();
    return RowFactory.create(
        image.imageId(),
        kind(location).name(),
        location.file(),
        location.position(),
        location instanceof ImageLocation.Damage damage ? damage.reason() : location.entry(),
        image.length(),
        image.label().isPresent() ? (Integer) image.label().getAsInt() : null,
        image.topFolder().orElse(null),
        place);
  }

  /** In place of images that cannot be listed, because of something that the user gave. */
  static Row fault(String message) {
    return RowFactory.create("", Kind.FAULT.name(), "", 0L, message, 0L, null, null, 0L);
  }

  /** The message of a {@linkplain #fault fault}, null for images. */
  static Column faults() {
    return when(col(KIND).equalTo(Kind.FAULT.name()), col(ENTRY));
  }

  private static Kind kind(ImageLocation location) {
    if (location instanceof ImageLocation.TarEntry) {
      return Kind.TAR;
    }
    if (location instanceof ImageLocation.ParquetRow) {
      return Kind.PARQUET;
    }
    return location instanceof ImageLocation.Damage ? Kind.DAMAGE : Kind.FILE;
  }

  public static ImageReference image(Row row) {
    int label = row.fieldIndex(LABEL);
    return new ImageReference(
        row.getAs(IMAGE_ID),
        location(
            Kind.valueOf(row.getAs(KIND)),
            row.getAs(FILE),
            row.<Long>getAs(POSITION),
            row.getAs(ENTRY)),
        row.<Long>getAs(LENGTH),
        row.isNullAt(label) ? ImageReference.UNLABELLED : row.getInt(label));
  }

  /** An image as Parquet's own reader gives it. */
  static ImageReference image(Group row) {
    return new ImageReference(
        row.getString(IMAGE_ID, 0),
        location(
            Kind.valueOf(row.getString(KIND, 0)),
            row.getString(FILE, 0),
            row.getLong(POSITION, 0),
            row.getString(ENTRY, 0)),
        row.getLong(LENGTH, 0),
        row.getFieldRepetitionCount(LABEL) == 0
            ? ImageReference.UNLABELLED
            : row.getInteger(LABEL, 0));
  }

  private static ImageLocation location(Kind kind, String file, long position, String entry) {
    return switch (kind) {
      case FILE -> new ImageLocation.WholeFile(file);
      case TAR -> new ImageLocation.TarEntry(file, position, entry);
      case PARQUET -> new ImageLocation.ParquetRow(file, position, entry);
      case DAMAGE -> new ImageLocation.Damage(file, position, entry);
      case FAULT -> throw new IllegalStateException("listed in place of images: " + entry);
    };
  }
}
