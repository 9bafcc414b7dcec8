package org.saccade.job.report;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.saccade.UserException;
import org.saccade.dataset.Storage;
import org.saccade.job.audit.AuditTables;
import org.saccade.job.tables.ExplanationRows;
import org.saccade.report.AuditFacts;

/** Reads what {@code audit} wrote, as far as pages show it. */
final class AuditFiles {
  /** Findings with a page of their own. */
  private static final int MOST_FINDINGS = 100;

  private static final int MOST_GROUPS = 200;
  private static final int MOST_MEMBERS = 9;
  private static final int MOST_TRIALS = 6;

  private final String folder;
  private final SparkSession spark;
  private final Map<String, Integer> pictures = new LinkedHashMap<>();

  /**
   * @throws UserException if the folder holds no audit
   */
  AuditFiles(String folder, SparkSession spark, Configuration hadoop) {
    this.folder = folder;
    this.spark = spark;
    for (String table : AuditTables.NAMES) {
      Path path = new Path(folder, table);
      try {
        if (!Storage.of(path, hadoop).exists(path)) {
          throw new UserException(
              "%s holds no table %s: give the output folder of a run of audit"
                  .formatted(folder, table));
        }
      } catch (IOException | IllegalArgumentException e) {
        throw new UserException(
            "cannot read the audit %s: %s".formatted(folder, e.getMessage()), e);
      }
    }
  }

  AuditFacts read() {
    Map<String, Row> groups = new LinkedHashMap<>();
    table("groups")
        .orderBy("rank")
        .limit(MOST_GROUPS)
        .collectAsList()
        .forEach(row -> groups.put(row.getAs("group"), row));
    Map<String, Row> clusters = new HashMap<>();
    table("clusters")
        .drop("map")
        .collectAsList()
        .forEach(row -> clusters.put(clusterKey(row), row));
    Dataset<Row> ranked = table("findings").orderBy("rank");
    List<Row> rows = ranked.limit(MOST_FINDINGS).collectAsList();
    List<AuditFacts.Finding> findings = new ArrayList<>();
    for (Row row : rows) {
      findings.add(finding(row, groups, clusters));
    }
    return new AuditFacts(
        findings, ranked.count(), groups.values().stream().map(AuditFiles::group).toList());
  }

  /** Numbers of the pictures that exhibits show, by location. */
  Map<String, Integer> pictures() {
    return pictures;
  }

  private Dataset<Row> table(String name) {
    return spark.read().parquet(new Path(folder, name).toString());
  }

  private AuditFacts.Finding finding(Row row, Map<String, Row> groups, Map<String, Row> clusters) {
    String group = row.getAs("group");
    Optional<Row> cluster = Optional.ofNullable(clusters.get(clusterKey(row)));
    List<AuditFacts.Exhibit> exhibits = new ArrayList<>(members(row));
    exhibits.addAll(trials(row, "mask"));
    exhibits.addAll(trials(row, "paste"));
    return new AuditFacts.Finding(
        whole(row, "rank"),
        row.getAs("finding_id"),
        group,
        Optional.ofNullable(groups.get(group)).flatMap(g -> text(g, "name")),
        row.getAs("kind"),
        text(row, "place").orElse(""),
        row.<Boolean>getAs("flagged"),
        row.getAs("outcome"),
        whole(row, "images"),
        real(row, "share"),
        ExplanationRows.present(row, "expected_share")
            ? OptionalDouble.of(real(row, "expected_share"))
            : OptionalDouble.empty(),
        real(row, "area"),
        masking(row),
        pasting(row),
        text(row, "verdict"),
        text(row, "note").orElse(""),
        cluster.map(AuditFiles::cluster),
        exhibits);
  }

  private static AuditFacts.Masking masking(Row row) {
    return new AuditFacts.Masking(
        real(row, "probability"),
        real(row, "drop"),
        real(row, "control_drop"),
        real(row, "effect"),
        real(row, "low"),
        real(row, "high"),
        real(row, "q"),
        real(row, "flips"),
        real(row, "control_flips"));
  }

  private static Optional<AuditFacts.Pasting> pasting(Row row) {
    return whole(row, "pastes") == 0 || !ExplanationRows.present(row, "paste_rate")
        ? Optional.empty()
        : Optional.of(
            new AuditFacts.Pasting(
                whole(row, "pastes"),
                real(row, "paste_rate"),
                real(row, "paste_control_rate"),
                real(row, "paste_low"),
                real(row, "paste_high")));
  }

  private static AuditFacts.Cluster cluster(Row row) {
    return new AuditFacts.Cluster(
        whole(row, "size"), real(row, "share"), real(row, "silhouette"), optional(row, "purity"));
  }

  /** Members of the finding's cluster, if it is one. */
  private List<AuditFacts.Exhibit> members(Row finding) {
    if (!ExplanationRows.present(finding, "cluster")) {
      return List.of();
    }
    return table("evidence")
        .where(col("group").equalTo(finding.<String>getAs("group")))
        .where(col("kind").equalTo(finding.<String>getAs("kind")))
        .where(col("cluster").equalTo(finding.<Integer>getAs("cluster")))
        .orderBy(col("role").equalTo("medoid").desc(), col("distance"), col("image_id"))
        .limit(MOST_MEMBERS)
        .collectAsList()
        .stream()
        .map(
            row ->
                new AuditFacts.Exhibit(
                    row.getAs("role"),
                    row.getAs("image_id"),
                    Optional.empty(),
                    ExplanationRows.box(row.getAs("region")),
                    optional(row, "probability"),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    picture(row, "uri")))
        .toList();
  }

  /** The images in which a test changed most. */
  private List<AuditFacts.Exhibit> trials(Row finding, String test) {
    boolean pasted = test.equals("paste");
    return table("counterfactuals")
        .where(col("finding_id").equalTo(finding.<String>getAs("finding_id")))
        .where(col("test").equalTo(test))
        .orderBy(
            pasted
                ? col("after").minus(col("control")).desc()
                : col("control").minus(col("after")).desc(),
            col("image_id"))
        .limit(MOST_TRIALS)
        .collectAsList()
        .stream()
        .map(
            row ->
                new AuditFacts.Exhibit(
                    test,
                    row.getAs(pasted ? "host_id" : "image_id"),
                    pasted ? text(row, "image_id") : Optional.empty(),
                    ExplanationRows.box(row.getAs("region")),
                    optional(row, "before"),
                    optional(row, "after"),
                    optional(row, "control"),
                    picture(row, pasted ? "host_uri" : "uri")))
        .toList();
  }

  private OptionalInt picture(Row row, String column) {
    Optional<String> uri = text(row, column);
    return uri.isPresent()
        ? OptionalInt.of(pictures.computeIfAbsent(uri.get(), u -> pictures.size() + 1))
        : OptionalInt.empty();
  }

  private static AuditFacts.Group group(Row row) {
    return new AuditFacts.Group(
        row.getAs("group"),
        text(row, "name"),
        row.<Number>getAs("images").longValue(),
        whole(row, "distinct"),
        excess(row, "outside"),
        excess(row, "corner"),
        excess(row, "border"),
        whole(row, "findings"),
        whole(row, "flagged"));
  }

  private static Optional<AuditFacts.Excess> excess(Row row, String measure) {
    return ExplanationRows.struct(row, measure)
        .map(
            found ->
                new AuditFacts.Excess(
                    real(found, "mean"),
                    real(found, "excess"),
                    real(found, "low"),
                    real(found, "high"),
                    real(found, "q")));
  }

  private static String clusterKey(Row row) {
    return row.getAs("kind") + " " + row.getAs("cluster") + " " + row.getAs("group");
  }

  private static int whole(Row row, String column) {
    return ExplanationRows.number(row, column).orElse(0);
  }

  private static double real(Row row, String column) {
    return optional(row, column).orElse(0);
  }

  private static OptionalDouble optional(Row row, String column) {
    return ExplanationRows.present(row, column)
        ? OptionalDouble.of(row.<Number>getAs(column).doubleValue())
        : OptionalDouble.empty();
  }

  private static Optional<String> text(Row row, String column) {
    return ExplanationRows.present(row, column)
        ? Optional.of(row.<String>getAs(column))
        : Optional.empty();
  }
}
