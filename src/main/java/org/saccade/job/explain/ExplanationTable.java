package org.saccade.job.explain;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.saccade.Secrets;
import org.saccade.image.Geometry;
import org.saccade.job.tables.TableColumns;
import org.saccade.localization.Fixations;

/**
 * The table {@code explanations}: its schema and the rows in it. Columns are only ever added, never
 * renamed, moved or given another meaning.
 */
final class ExplanationTable {
  /** Counts up with every addition. */
  static final int SCHEMA_VERSION = 1;

  /** The {@code method} of every row. */
  static final String METHOD = "cnn-fixations";

  private static final StructType SCORE =
      struct(
          field("class", DataTypes.IntegerType),
          field("label", DataTypes.StringType),
          field("probability", DataTypes.FloatType));
  private static final StructType FIXATION =
      struct(
          field("x", DataTypes.FloatType),
          field("y", DataTypes.FloatType),
          field("weight", DataTypes.FloatType));
  private static final StructType BOX =
      struct(
          field("x0", DataTypes.FloatType),
          field("y0", DataTypes.FloatType),
          field("x1", DataTypes.FloatType),
          field("y1", DataTypes.FloatType));
  private static final StructType GEOMETRY =
      struct(
          field("resized_width", DataTypes.IntegerType),
          field("resized_height", DataTypes.IntegerType),
          field("crop_x", DataTypes.IntegerType),
          field("crop_y", DataTypes.IntegerType),
          field("input_width", DataTypes.IntegerType),
          field("input_height", DataTypes.IntegerType));
  private static final StructType TIMINGS =
      struct(
          field("decode_ms", DataTypes.DoubleType),
          field("forward_ms", DataTypes.DoubleType),
          field("unravel_ms", DataTypes.DoubleType));
  private static final StructType TRACE =
      struct(
          field("layer", DataTypes.StringType),
          field("x", DataTypes.FloatType),
          field("y", DataTypes.FloatType),
          field("weight", DataTypes.FloatType));

  private ExplanationTable() {}

  /**
   * The columns.
   *
   * @param maps whether there is a column {@code map}
   * @param trace whether there is a column {@code trace}
   */
  static StructType schema(String runId, boolean maps, boolean trace) {
    StructType schema =
        TableColumns.first("image_id", runId, SCHEMA_VERSION)
            .add("uri", DataTypes.StringType)
            .add("sha256", DataTypes.StringType)
            .add("width", DataTypes.IntegerType)
            .add("height", DataTypes.IntegerType)
            .add("status", DataTypes.StringType)
            .add("error_code", DataTypes.StringType)
            .add("error_message", DataTypes.StringType)
            .add("label", DataTypes.IntegerType)
            .add("predicted_class", DataTypes.IntegerType)
            .add("predicted_label", DataTypes.StringType)
            .add("probability", DataTypes.FloatType)
            .add("top_k", DataTypes.createArrayType(SCORE))
            .add("target_class", DataTypes.IntegerType)
            .add("method", DataTypes.StringType)
            .add("profile", DataTypes.StringType)
            .add("fixations", DataTypes.createArrayType(FIXATION))
            .add("box", BOX)
            .add("geometry", DataTypes.createArrayType(GEOMETRY))
            .add("timings", TIMINGS);
    if (maps) {
      schema = schema.add("map", TableColumns.MAP);
    }
    return trace ? schema.add("trace", DataTypes.createArrayType(TRACE)) : schema;
  }

  /** What the footer of a file says, for readers that do not know Spark's schema. */
  static Map<String, String> footer(String runId) {
    return Map.of("run_id", runId, "schema_version", Integer.toString(SCHEMA_VERSION));
  }

  /**
   * A row in the order of {@link #schema}.
   *
   * @param classLabels names of the classes by index, possibly empty
   */
  static Row row(
      Explanation explanation,
      String profile,
      List<String> classLabels,
      boolean maps,
      boolean trace) {
    Optional<Geometry> first = explanation.content().geometries().stream().findFirst();
    Optional<Explanation.Score> best = explanation.prediction().map(Explanation.Prediction::best);
    Optional<Explanation.Evidence> evidence = explanation.evidence();
    Object[] values = new Object[20 + (maps ? 1 : 0) + (trace ? 1 : 0)];
    int column = 0;
    values[column++] = explanation.image().imageId();
    values[column++] = Secrets.hidden(explanation.image().uri());
    values[column++] = explanation.content().sha256().orElse(null);
    values[column++] = first.map(Geometry::imageWidth).orElse(null);
    values[column++] = first.map(Geometry::imageHeight).orElse(null);
    values[column++] = explanation.status().name();
    values[column++] = explanation.status().code().orElse(null);
    values[column++] = explanation.status().message().map(Secrets::hidden).orElse(null);
    values[column++] = boxed(explanation.image().label());
    values[column++] = best.map(Explanation.Score::classIndex).orElse(null);
    values[column++] = best.map(score -> name(classLabels, score.classIndex())).orElse(null);
    values[column++] = best.map(Explanation.Score::probability).orElse(null);
    values[column++] =
        explanation
            .prediction()
            .map(
                prediction ->
                    prediction.topK().stream()
                        .map(
                            score ->
                                RowFactory.create(
                                    score.classIndex(),
                                    name(classLabels, score.classIndex()),
                                    score.probability()))
                        .toArray(Row[]::new))
            .orElse(null);
    values[column++] = boxed(explanation.target());
    values[column++] = METHOD;
    values[column++] = profile;
    values[column++] = evidence.map(found -> points(found.fixations())).orElse(null);
    values[column++] =
        evidence
            .flatMap(Explanation.Evidence::box)
            .map(
                box ->
                    RowFactory.create(
                        (float) box.x0(), (float) box.y0(), (float) box.x1(), (float) box.y1()))
            .orElse(null);
    values[column++] = first.isEmpty() ? null : geometries(explanation.content().geometries());
    values[column++] =
        RowFactory.create(
            explanation.timings().decode(),
            explanation.timings().forward(),
            explanation.timings().unravel());
    if (maps) {
      values[column++] =
          evidence
              .flatMap(Explanation.Evidence::map)
              .map(map -> RowFactory.create(map.rows(), map.cols(), map.toBytes()))
              .orElse(null);
    }
    if (trace) {
      values[column] =
          evidence
              .map(Explanation.Evidence::trace)
              .filter(points -> !points.isEmpty())
              .map(
                  points ->
                      points.stream()
                          .map(
                              point ->
                                  RowFactory.create(
                                      point.layer(),
                                      point.position().map(Explanation.Position::x).orElse(null),
                                      point.position().map(Explanation.Position::y).orElse(null),
                                      point.weight()))
                          .toArray(Row[]::new))
              .orElse(null);
    }
    return RowFactory.create(values);
  }

  private static Row[] points(Fixations fixations) {
    return IntStream.range(0, fixations.size())
        .mapToObj(i -> RowFactory.create(fixations.x(i), fixations.y(i), fixations.weight(i)))
        .toArray(Row[]::new);
  }

  private static Row[] geometries(List<Geometry> geometries) {
    return geometries.stream()
        .map(
            map ->
                RowFactory.create(
                    map.resizedWidth(),
                    map.resizedHeight(),
                    map.cropX(),
                    map.cropY(),
                    map.inputWidth(),
                    map.inputHeight()))
        .toArray(Row[]::new);
  }

  private static String name(List<String> classLabels, int classIndex) {
    return classIndex < classLabels.size() ? classLabels.get(classIndex) : null;
  }

  private static Integer boxed(OptionalInt value) {
    return value.isPresent() ? Integer.valueOf(value.getAsInt()) : null;
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private static StructType struct(StructField... fields) {
    return DataTypes.createStructType(fields);
  }
}
