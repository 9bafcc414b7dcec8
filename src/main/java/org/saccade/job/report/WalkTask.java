package org.saccade.job.report;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.saccade.job.tables.ExplanationRows;
import org.saccade.job.tables.Pictures;
import org.saccade.localization.Fixations;
import org.saccade.report.Walk;

/** Writes the data and the pictures of the walk pages of a partition's traced images. */
final class WalkTask implements FlatMapFunction<Iterator<Row>, Walk.Entry> {
  private static final long serialVersionUID = 1L;

  /** Most walk pages of a report. */
  static final int MOST = 200;

  private static final int IMAGE_LIKE = 3;

  private final ReportFolder folder;
  private final SerializableConfiguration hadoop;
  private final boolean exifOrientation;
  private final Map<String, Integer> numbers;
  private final Map<String, Walk.Layer> layers;

  /**
   * @param exifOrientation whether pictures were turned upright for the explanation
   * @param numbers of the pages, by {@link #key}; other rows are left out
   * @param layers of the model by name, as far as they are known
   */
  WalkTask(
      ReportFolder folder,
      Configuration hadoop,
      boolean exifOrientation,
      Map<String, Integer> numbers,
      Map<String, Walk.Layer> layers) {
    this.folder = folder;
    this.hadoop = new SerializableConfiguration(hadoop);
    this.exifOrientation = exifOrientation;
    this.numbers = Map.copyOf(numbers);
    this.layers = Map.copyOf(layers);
  }

  /** Page numbers from 1 for the first traced rows by image and target. */
  static Map<String, Integer> numbers(ReportRows rows) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    rows.pictures()
        .where(rows.isTraced())
        .select("image_id", "target_class")
        .orderBy(col("image_id"), col("target_class"))
        .limit(MOST)
        .collectAsList()
        .forEach(row -> numbers.put(key(row), numbers.size() + 1));
    return numbers;
  }

  /** What tells rows apart: image and target. */
  static String key(Row row) {
    return row.getAs("target_class") + " " + row.getAs("image_id");
  }

  @Override
  public Iterator<Walk.Entry> call(Iterator<Row> rows) throws IOException {
    Pictures pictures = new Pictures(hadoop.value(), exifOrientation);
    List<Walk.Entry> entries = new ArrayList<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      Integer number = numbers.get(key(row));
      if (number != null) {
        entries.add(
            new Walk(number, ReportRows.of(row), pictures.read(row), steps(row)).write(folder));
      }
    }
    return entries.iterator();
  }

  /** Points in a row that belong to one layer are one step. */
  private List<Walk.Step> steps(Row row) {
    Map<String, List<Row>> byLayer = new LinkedHashMap<>();
    for (Row point : ExplanationRows.list(row, "trace").orElse(List.of())) {
      byLayer.computeIfAbsent(point.getAs("layer"), name -> new ArrayList<>()).add(point);
    }
    List<Walk.Step> steps = new ArrayList<>();
    byLayer.forEach((name, points) -> steps.add(step(row, name, points)));
    return steps;
  }

  private Walk.Step step(Row row, String name, List<Row> points) {
    Walk.Layer layer = layers.getOrDefault(name, Walk.Layer.named(name));
    double weight =
        points.stream().mapToDouble(point -> ExplanationRows.decimal(point, "weight")).sum();
    return new Walk.Step(
        layer,
        placed(row, points),
        weight,
        cell(row, layer, IMAGE_LIKE - 1, "width"),
        cell(row, layer, IMAGE_LIKE - 2, "height"));
  }

  private static Optional<Fixations> placed(Row row, List<Row> points) {
    if (points.stream().anyMatch(point -> !ExplanationRows.present(point, "x"))) {
      return Optional.empty();
    }
    return Optional.of(
        ExplanationRows.points(
            points,
            ExplanationRows.number(row, "width").orElseThrow(),
            ExplanationRows.number(row, "height").orElseThrow()));
  }

  /** A cell of the layer's result as a share of the image, along an axis; 0 when not known. */
  private static double cell(Row row, Walk.Layer layer, int axis, String side) {
    List<Row> crops = ExplanationRows.list(row, "geometry").orElse(List.of());
    if (layer.shape().size() != IMAGE_LIKE || crops.isEmpty()) {
      return 0;
    }
    double input = crops.get(0).<Number>getAs("input_" + side).doubleValue();
    double resized = crops.get(0).<Number>getAs("resized_" + side).doubleValue();
    return input / layer.shape().get(axis) / resized;
  }
}
