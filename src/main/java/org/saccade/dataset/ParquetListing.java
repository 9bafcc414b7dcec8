package org.saccade.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.MessageType;

/**
 * Reads the paths and labels of a Parquet file and leaves the images' bytes alone. A row group that
 * is damaged, or a file, is told by a single {@link ImageLocation.Damage}.
 */
final class ParquetListing extends ImageListing {
  private final Path file;
  private final Configuration hadoop;
  private final ArchiveIds ids;
  private Optional<ParquetRows> rows = Optional.empty();
  private Optional<ParquetColumns> columns = Optional.empty();
  private Optional<MessageType> projection = Optional.empty();
  private boolean finished;
  private int group;
  private long row;
  private long groupEnd;
  private long meanLength = ImageReference.UNKNOWN_LENGTH;

  ParquetListing(Path file, String idPrefix, Configuration hadoop) {
    super(file.toString());
    this.file = file;
    this.hadoop = hadoop;
    this.ids = new ArchiveIds(file, idPrefix);
  }

  @Override
  Optional<ImageReference> advance() throws IOException {
    if (finished) {
      return Optional.empty();
    }
    try {
      if (rows.isEmpty()) {
        open();
      }
      while (row == groupEnd) {
        if (group == rows.orElseThrow().groups().size()) {
          return Optional.empty();
        }
        enter(rows.orElseThrow().groups().get(group++));
      }
      ImageReference image = image(row);
      row++;
      return Optional.of(image);
    } catch (FileNotFoundException e) {
      throw e;
    } catch (IOException e) {
      long damagedFrom = row;
      row = groupEnd;
      finished = rows.isEmpty();
      return Optional.of(ids.damage(file.toString(), damagedFrom, e.getMessage()));
    }
  }

  @Override
  public long skipped() {
    return 0;
  }

  @Override
  public void close() {
    finished = true;
    rows.ifPresent(
        open -> {
          try {
            open.close();
          } catch (IOException e) {
            // All that was wanted has been read.
          }
        });
    rows = Optional.empty();
  }

  private void open() throws IOException {
    ParquetRows open = ParquetRows.open(file, hadoop);
    rows = Optional.of(open);
    ParquetColumns found = ParquetColumns.of(open.schema(), file.toString());
    columns = Optional.of(found);
    projection = found.withoutBytes();
    projection.ifPresent(open::select);
  }

  private void enter(BlockMetaData block) {
    groupEnd = row + block.getRowCount();
    String bytesColumn = columns.orElseThrow().bytesColumn();
    for (ColumnChunkMetaData chunk : block.getColumns()) {
      if (chunk.getPath().toDotString().equals(bytesColumn)) {
        meanLength = chunk.getTotalUncompressedSize() / Math.max(1, block.getRowCount());
      }
    }
  }

  private ImageReference image(long number) throws IOException {
    Optional<Group> values =
        projection.isPresent() ? Optional.of(rows.orElseThrow().row(number)) : Optional.empty();
    String path = values.flatMap(this::path).orElse("");
    return new ImageReference(
        ids.of(path, number),
        new ImageLocation.ParquetRow(file.toString(), number, path),
        meanLength,
        values.map(this::label).orElse(ImageReference.UNLABELLED));
  }

  private Optional<String> path(Group values) {
    return columns
        .orElseThrow()
        .path()
        .flatMap(names -> holder(values, names))
        .map(
            holder -> {
              List<String> names = columns.orElseThrow().path().orElseThrow();
              return holder.getBinary(names.get(names.size() - 1), 0).toStringUsingUTF8();
            })
        .flatMap(ArchiveIds::normalize);
  }

  private int label(Group values) {
    Optional<String> name = columns.orElseThrow().label();
    if (name.isEmpty() || values.getFieldRepetitionCount(name.get()) == 0) {
      return ImageReference.UNLABELLED;
    }
    long label =
        Long.parseLong(values.getValueToString(values.getType().getFieldIndex(name.get()), 0));
    return label >= 0 && label <= Integer.MAX_VALUE ? (int) label : ImageReference.UNLABELLED;
  }

  /** The group whose field the last name is; empty if that or a group before it is null. */
  static Optional<Group> holder(Group values, List<String> names) {
    Group holder = values;
    for (String name : names.subList(0, names.size() - 1)) {
      if (holder.getFieldRepetitionCount(name) == 0) {
        return Optional.empty();
      }
      holder = holder.getGroup(name, 0);
    }
    return holder.getFieldRepetitionCount(names.get(names.size() - 1)) == 0
        ? Optional.empty()
        : Optional.of(holder);
  }
}
