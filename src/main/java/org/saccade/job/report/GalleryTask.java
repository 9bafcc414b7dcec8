package org.saccade.job.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.job.tables.ExplanationRows;
import org.saccade.job.tables.Pictures;
import org.saccade.report.Card;
import org.saccade.report.Gallery;

/** Writes the chunks of the gallery that fall into a partition, whole chunks, sorted by place. */
final class GalleryTask implements FlatMapFunction<Iterator<Row>, Gallery.Entry> {
  private static final long serialVersionUID = 1L;

  private final ReportFolder folder;
  private final SerializableConfiguration hadoop;
  private final boolean exifOrientation;
  private final Map<String, Integer> walks;

  /**
   * @param exifOrientation whether pictures were turned upright for the explanation
   * @param walks numbers of walk pages by image and target, see {@link WalkTask#key}
   */
  GalleryTask(
      ReportFolder folder,
      Configuration hadoop,
      boolean exifOrientation,
      Map<String, Integer> walks) {
    this.folder = folder;
    this.hadoop = new SerializableConfiguration(hadoop);
    this.exifOrientation = exifOrientation;
    this.walks = Map.copyOf(walks);
  }

  @Override
  public Iterator<Gallery.Entry> call(Iterator<Row> rows) throws IOException {
    Pictures pictures = new Pictures(hadoop.value(), exifOrientation);
    List<Gallery.Entry> entries = new ArrayList<>();
    List<Card> cards = new ArrayList<>();
    int chunk = -1;
    while (rows.hasNext()) {
      Row row = rows.next();
      int next = row.<Integer>getAs("chunk");
      if (next != chunk && !cards.isEmpty()) {
        entries.addAll(Gallery.writeChunk(folder, chunk, cards));
        cards.clear();
      }
      chunk = next;
      cards.add(card(row, pictures));
    }
    if (!cards.isEmpty()) {
      entries.addAll(Gallery.writeChunk(folder, chunk, cards));
    }
    return entries.iterator();
  }

  private Card card(Row row, Pictures pictures) {
    Integer walk = walks.get(WalkTask.key(row));
    return new Card(
        row.getAs("ordinal"),
        ReportRows.of(row),
        ExplanationRows.map(row),
        ExplanationRows.present(row, "width") ? pictures.read(row) : Optional.empty(),
        walk == null ? OptionalInt.empty() : OptionalInt.of(walk));
  }
}
