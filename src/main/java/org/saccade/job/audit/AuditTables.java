package org.saccade.job.audit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.saccade.audit.Cluster;
import org.saccade.audit.Finding;
import org.saccade.audit.FixationMap;
import org.saccade.audit.Frame;
import org.saccade.audit.GroupReport;
import org.saccade.audit.Measure;
import org.saccade.audit.Member;
import org.saccade.audit.PairedTest;
import org.saccade.audit.Statistic;
import org.saccade.audit.Suspicion;
import org.saccade.audit.Trial;
import org.saccade.audit.Verdict;
import org.saccade.job.tables.TableColumns;

/** The tables of an audit: their columns and the rows in them. Columns are only ever added. */
public final class AuditTables {
  /** Counts up with every addition. */
  static final int SCHEMA_VERSION = 1;

  /** Names of the tables, which are those of their folders. */
  public static final List<String> NAMES =
      List.of("groups", "clusters", "evidence", "findings", "counterfactuals");

  private static final StructType STATISTIC =
      new StructType()
          .add("images", DataTypes.IntegerType)
          .add("mean", DataTypes.DoubleType)
          .add("expected", DataTypes.DoubleType)
          .add("uniform", DataTypes.DoubleType)
          .add("excess", DataTypes.DoubleType)
          .add("low", DataTypes.DoubleType)
          .add("high", DataTypes.DoubleType)
          .add("p", DataTypes.DoubleType)
          .add("q", DataTypes.DoubleType);

  private AuditTables() {}

  /** Columns of {@code groups}: a row per class, or per value of the column grouped by. */
  static StructType groups(String runId) {
    StructType schema =
        first("group", runId)
            .add("name", DataTypes.StringType)
            .add("rank", DataTypes.IntegerType)
            .add("images", DataTypes.LongType)
            .add("analysed", DataTypes.IntegerType)
            .add("distinct", DataTypes.IntegerType)
            .add("unreadable", DataTypes.IntegerType);
    for (Measure measure : Measure.values()) {
      schema = schema.add(measure.id(), STATISTIC);
    }
    return schema.add("findings", DataTypes.IntegerType).add("flagged", DataTypes.IntegerType);
  }

  /**
   * A row in the order of {@link #groups}.
   *
   * @param name of the class, where it is known
   * @param q adjusted p-values of the statistics
   */
  static Row row(
      GroupReport report,
      Optional<String> name,
      int rank,
      Map<Measure, Double> q,
      List<Finding> findings) {
    Object[] values = new Object[9 + Measure.values().length];
    int column = 0;
    values[column++] = report.group();
    values[column++] = name.orElse(null);
    values[column++] = rank;
    values[column++] = report.images();
    values[column++] = report.analysed();
    values[column++] = report.distinct();
    values[column++] = report.unreadable();
    for (Measure measure : Measure.values()) {
      values[column++] = row(report.statistics().get(measure), q.get(measure));
    }
    values[column++] = findings.size();
    values[column] = (int) findings.stream().filter(Finding::flagged).count();
    return RowFactory.create(values);
  }

  private static Row row(Statistic statistic, Double q) {
    return statistic == null || statistic.images() == 0
        ? null
        : RowFactory.create(
            statistic.images(),
            statistic.mean(),
            statistic.expected(),
            statistic.uniform(),
            statistic.excess(),
            statistic.low(),
            statistic.high(),
            statistic.p(),
            q);
  }

  /** Columns of {@code clusters}: a row per cluster of explanations or of patches. */
  static StructType clusters(String runId) {
    return first("group", runId)
        .add("kind", DataTypes.StringType)
        .add("cluster", DataTypes.IntegerType)
        .add("size", DataTypes.IntegerType)
        .add("share", DataTypes.DoubleType)
        .add("silhouette", DataTypes.DoubleType)
        .add("purity", DataTypes.DoubleType)
        .add("place", DataTypes.StringType)
        .add("x", DataTypes.DoubleType)
        .add("y", DataTypes.DoubleType)
        .add("spread", DataTypes.DoubleType)
        .add("map", TableColumns.MAP);
  }

  /** A row in the order of {@link #clusters}. */
  static Row row(String group, Cluster cluster) {
    return RowFactory.create(
        group,
        cluster.kind().id(),
        cluster.number(),
        cluster.size(),
        cluster.share(),
        cluster.silhouette(),
        number(cluster.purity()),
        cluster.place(),
        cluster.x(),
        cluster.y(),
        cluster.spread(),
        RowFactory.create(FixationMap.SIDE, FixationMap.SIDE, cluster.map().toBytes()));
  }

  /** Columns of {@code evidence}: members of clusters worth looking at. */
  static StructType evidence(String runId) {
    return first("group", runId)
        .add("kind", DataTypes.StringType)
        .add("cluster", DataTypes.IntegerType)
        .add("role", DataTypes.StringType)
        .add("image_id", DataTypes.StringType)
        .add("uri", DataTypes.StringType)
        .add("width", DataTypes.IntegerType)
        .add("height", DataTypes.IntegerType)
        .add("label", DataTypes.IntegerType)
        .add("predicted_class", DataTypes.IntegerType)
        .add("probability", DataTypes.DoubleType)
        .add("target_class", DataTypes.IntegerType)
        .add("region", TableColumns.BOX)
        .add("distance", DataTypes.DoubleType);
  }

  /** A row in the order of {@link #evidence}. */
  static Row row(String group, Cluster cluster, Cluster.Evidence evidence) {
    Member member = evidence.member();
    return RowFactory.create(
        group,
        cluster.kind().id(),
        cluster.number(),
        evidence.role().name().toLowerCase(Locale.ROOT),
        member.image().imageId(),
        member.image().uri(),
        member.fixations().width(),
        member.fixations().height(),
        member.image().label().isPresent() ? member.image().label().getAsInt() : null,
        member.predicted(),
        member.probability(),
        member.target(),
        box(evidence.region()),
        evidence.distance());
  }

  /** Columns of {@code findings}: a row per candidate cue. */
  static StructType findings(String runId) {
    return first("finding_id", runId)
        .add("rank", DataTypes.IntegerType)
        .add("group", DataTypes.StringType)
        .add("kind", DataTypes.StringType)
        .add("place", DataTypes.StringType)
        .add("cluster", DataTypes.IntegerType)
        .add("flagged", DataTypes.BooleanType)
        .add("outcome", DataTypes.StringType)
        .add("images", DataTypes.IntegerType)
        .add("share", DataTypes.DoubleType)
        .add("area", DataTypes.DoubleType)
        .add("probability", DataTypes.DoubleType)
        .add("drop", DataTypes.DoubleType)
        .add("control_drop", DataTypes.DoubleType)
        .add("effect", DataTypes.DoubleType)
        .add("low", DataTypes.DoubleType)
        .add("high", DataTypes.DoubleType)
        .add("p", DataTypes.DoubleType)
        .add("q", DataTypes.DoubleType)
        .add("flips", DataTypes.DoubleType)
        .add("control_flips", DataTypes.DoubleType)
        .add("pastes", DataTypes.IntegerType)
        .add("paste_rate", DataTypes.DoubleType)
        .add("paste_control_rate", DataTypes.DoubleType)
        .add("paste_effect", DataTypes.DoubleType)
        .add("paste_low", DataTypes.DoubleType)
        .add("paste_high", DataTypes.DoubleType)
        .add("paste_p", DataTypes.DoubleType)
        .add("verdict", DataTypes.StringType)
        .add("note", DataTypes.StringType)
        .add("expected_share", DataTypes.DoubleType)
        .add("excess_share", DataTypes.DoubleType)
        .add("excess_low", DataTypes.DoubleType)
        .add("excess_high", DataTypes.DoubleType);
  }

  /** A row in the order of {@link #findings}. */
  static Row row(Finding finding) {
    Suspicion suspicion = finding.suspicion();
    PairedTest effect = suspicion.effect();
    PairedTest paste = suspicion.paste();
    boolean pasted = paste.n() > 0;
    return RowFactory.create(
        suspicion.id(),
        finding.rank(),
        finding.group(),
        suspicion.kind().id(),
        suspicion.place(),
        suspicion.cluster() < 0 ? null : suspicion.cluster(),
        finding.flagged(),
        finding.outcome().name().toLowerCase(Locale.ROOT),
        effect.n(),
        suspicion.share(),
        suspicion.area(),
        suspicion.probability(),
        suspicion.drop(),
        suspicion.controlDrop(),
        effect.mean(),
        effect.low(),
        effect.high(),
        effect.p(),
        finding.q(),
        suspicion.flips(),
        suspicion.controlFlips(),
        paste.n(),
        number(suspicion.pasteRate()),
        number(suspicion.pasteControlRate()),
        number(paste.mean()),
        number(paste.low()),
        number(paste.high()),
        pasted ? paste.p() : null,
        finding.verdict().map(v -> v.decision().id()).orElse(null),
        finding.verdict().map(Verdict::note).orElse(null),
        number(suspicion.expected()),
        number(suspicion.excess().mean()),
        number(suspicion.excess().low()),
        number(suspicion.excess().high()));
  }

  /** Columns of {@code counterfactuals}: a row per finding, image and test. */
  static StructType counterfactuals(String runId) {
    return first("finding_id", runId)
        .add("test", DataTypes.StringType)
        .add("image_id", DataTypes.StringType)
        .add("uri", DataTypes.StringType)
        .add("host_id", DataTypes.StringType)
        .add("host_uri", DataTypes.StringType)
        .add("region", TableColumns.BOX)
        .add("suspect_class", DataTypes.IntegerType)
        .add("before", DataTypes.DoubleType)
        .add("after", DataTypes.DoubleType)
        .add("control", DataTypes.DoubleType)
        .add("predicted_before", DataTypes.IntegerType)
        .add("predicted_after", DataTypes.IntegerType)
        .add("control_flips", DataTypes.DoubleType)
        .add("width", DataTypes.IntegerType)
        .add("height", DataTypes.IntegerType);
  }

  /** A row in the order of {@link #counterfactuals}. */
  static Row row(String findingId, Trial trial) {
    boolean pasted = trial.test() == Trial.Test.PASTE;
    return RowFactory.create(
        findingId,
        trial.test().name().toLowerCase(Locale.ROOT),
        trial.imageId(),
        trial.uri(),
        pasted ? trial.hostId() : null,
        pasted ? trial.hostUri() : null,
        box(trial.region()),
        trial.suspect(),
        trial.before(),
        trial.after(),
        trial.control(),
        trial.predictedBefore(),
        trial.predictedAfter(),
        trial.controlFlips(),
        trial.width(),
        trial.height());
  }

  private static Row box(Frame frame) {
    return RowFactory.create(
        (double) frame.left(), (double) frame.top(), frame.right() - 1.0, frame.bottom() - 1.0);
  }

  private static Double number(double value) {
    return Double.isNaN(value) ? null : value;
  }

  /** The first column carries the run's id, because Spark writes a field's metadata to the file. */
  private static StructType first(String name, String runId) {
    return TableColumns.first(name, runId, SCHEMA_VERSION);
  }
}
