package org.saccade.report;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pictures to look at, in chunks that pages load when they show them. */
public final class Gallery {
  /** Cards in a file of data. */
  public static final int CHUNK = 48;

  private Gallery() {}

  /**
   * What the page needs to know of a card before it shows it, to filter and sort.
   *
   * @param ordinal place in the gallery
   * @param name of the image
   * @param group class under which it is filed, -1 without one
   * @param outcome of the prediction
   * @param status of the row
   * @param iou with the best true box, -1 without any
   * @param probability of the predicted class, -1 without one
   */
  public record Entry(
      int ordinal,
      String name,
      int group,
      ReportRow.Outcome outcome,
      String status,
      double iou,
      double probability)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    static Entry of(Card card) {
      ReportRow row = card.row();
      return new Entry(
          card.ordinal(),
          ShownText.visible(row.imageId()),
          row.group().orElse(-1),
          row.outcome(),
          row.status(),
          row.judgement().map(j -> DataScript.rounded(j.iou())).orElse(-1.0),
          row.prediction().map(p -> DataScript.rounded(p.probability())).orElse(-1.0));
    }
  }

  /**
   * Writes a chunk and its thumbnails.
   *
   * @param chunk number of the chunk: its cards have the ordinals from {@code chunk * CHUNK} on
   * @param cards all its cards, in order
   */
  public static List<Entry> writeChunk(SiteFiles files, int chunk, List<Card> cards)
      throws IOException {
    List<Entry> entries = new ArrayList<>();
    List<Map<String, Object>> data = new ArrayList<>();
    for (Card card : cards) {
      if (card.picture().isPresent()) {
        files.write(
            Card.picturePath(card.ordinal()), Thumbnail.jpeg(card.picture().get(), Thumbnail.SIDE));
      }
      data.add(card.toData());
      entries.add(Entry.of(card));
    }
    String name = "gallery-%05d".formatted(chunk);
    files.write("data/" + name + ".js", DataScript.of(name, data));
    return entries;
  }

  /**
   * The index over all chunks, a list per column.
   *
   * @param population number of rows that the gallery was drawn from
   */
  static Map<String, Object> index(List<Entry> entries, long population) {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingInt(Entry::ordinal));
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("chunk", CHUNK);
    index.put("population", population);
    index.put("name", ordered.stream().map(Entry::name).toList());
    index.put("group", ordered.stream().map(Entry::group).toList());
    index.put("outcome", ordered.stream().map(entry -> entry.outcome().id()).toList());
    index.put("status", ordered.stream().map(Entry::status).toList());
    index.put("iou", ordered.stream().map(Entry::iou).toList());
    index.put("probability", ordered.stream().map(Entry::probability).toList());
    return index;
  }
}
