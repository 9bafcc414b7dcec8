package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Rectangle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.LocalSpark;
import org.saccade.SharedData;
import org.saccade.audit.PairedTest;

/**
 * Networks with real weights, which never learned a mark, on real photographs that bear one: the
 * audit finds where they look at the mark, and the counterfactual test does not call it a cause.
 *
 * <p>A case prints its row of the table in docs/audit-study.md.
 */
@Tag("soak")
class AuditStampedPhotographsTest {
  private static final int MARKED = 40;
  private static final int OTHERS = 80;

  /** Share of a patch that has to lie on the mark for it to be one of the mark. */
  private static final double LEAST_OVERLAP = 0.4;

  /**
   * The same for the member that is least like the others: four times the 6 % of a picture that a
   * mark covers, which a patch anywhere has of it on average.
   */
  private static final double EXTREME_OVERLAP = 0.25;

  @TempDir Path folder;

  @BeforeEach
  void startSpark() {
    LocalSpark.session();
  }

  /** Where the mark is always in the same corner, the corner is the finding. */
  @ParameterizedTest
  @CsvSource({
    "squeezenet1_1, squeezenet-bgr, STRIPES, 40, TOP_LEFT",
    "squeezenet1_1, squeezenet-bgr, STRIPES, 56, BOTTOM_RIGHT",
    "squeezenet1_1, squeezenet-bgr, BADGE, 56, BOTTOM_LEFT",
    "mobilenet_v2, torchvision-imagenet-crop, STRIPES, 40, TOP_LEFT"
  })
  void aMarkInACornerIsFoundAndIsNoCause(
      String network, String preprocess, Mark mark, int side, StampedPhotographs.Place place) {
    StampedPhotographs photographs = new StampedPhotographs(mark, side, place, MARKED, OTHERS);
    Map<String, Rectangle> marks = photographs.write(folder);
    explainAndAudit(network, preprocess);

    Looks looks = looks(marks);
    Optional<Row> finding = finding("stamped/corner-" + place.id());
    print(network, photographs, looks, finding);
    assertThat(finding).isPresent();
    assertThat(looks.more().low()).as("weight that the mark draws").isPositive();
    assertThat(finding.get().<Double>getAs("share"))
        .as("weight in the corner, against other photographs' there")
        .isGreaterThan(2 * finding.get().<Double>getAs("expected_share"));
    assertThat(finding.get().<Double>getAs("excess_low")).isPositive();
    assertThat(finding("unstamped/corner-" + place.id())).as("without the mark").isEmpty();
    assertThat(finding.get().<Boolean>getAs("flagged")).isFalse();
    assertThat(finding.get().<Double>getAs("effect")).isLessThan(0.1);
  }

  /** Where the mark is anywhere, only its look is always the same. */
  @ParameterizedTest
  @CsvSource({
    "squeezenet1_1, squeezenet-bgr, STRIPES, 56",
    "squeezenet1_1, squeezenet-bgr, BADGE, 56"
  })
  void aMarkAnywhereIsFoundByItsLookAndIsNoCause(
      String network, String preprocess, Mark mark, int side) {
    StampedPhotographs photographs =
        new StampedPhotographs(mark, side, StampedPhotographs.Place.ANYWHERE, MARKED, OTHERS);
    Map<String, Rectangle> marks = photographs.write(folder);
    explainAndAudit(network, preprocess);

    Looks looks = looks(marks);
    Optional<Row> finding = finding("stamped/patch-anywhere");
    print(network, photographs, looks, finding);
    assertThat(looks.more().low()).as("weight that the mark draws").isPositive();
    List<Row> clusters =
        table("clusters").where("group = 'stamped' and kind = 'patch'").collectAsList();
    assertThat(clusters).hasSize(2);
    assertThat(evidenceOf("stamped", 1))
        .as("patches of the smaller cluster")
        .isNotEmpty()
        .allSatisfy(
            patch ->
                assertThat(onMark(patch, marks))
                    .as(patch.<String>getAs("image_id"))
                    .isGreaterThan(
                        patch.getAs("role").equals("extreme") ? EXTREME_OVERLAP : LEAST_OVERLAP));
    assertThat(table("clusters").where("group = 'unstamped' and kind = 'patch'").count())
        .as("without the mark nothing repeats")
        .isEqualTo(1);
    assertThat(finding).isPresent();
    assertThat(finding.get().<Integer>getAs("cluster")).isEqualTo(1);
    assertThat(finding.get().<Boolean>getAs("flagged")).isFalse();
    assertThat(finding.get().<Double>getAs("effect")).isLessThan(0.1);
  }

  private void explainAndAudit(String network, String preprocess) {
    succeed(
        "explain",
        "--model",
        SharedData.path("models/%s.onnx".formatted(network)).toString(),
        "--preprocess",
        preprocess,
        "--images",
        StampedPhotographs.images(folder).toString(),
        "--labels",
        StampedPhotographs.labels(folder).toString(),
        "--target",
        "label",
        "--device",
        "cpu",
        "--output",
        folder.resolve("run").toString());
    succeed(
        "audit",
        "--explanations",
        folder.resolve("run").toString(),
        "--group-by",
        "mark",
        "--ground-truth",
        StampedPhotographs.boxes(folder).toString(),
        "--output",
        folder.resolve("audit").toString());
  }

  private static void succeed(String... arguments) {
    Run run = Run.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private Dataset<Row> table(String name) {
    return LocalSpark.session().read().parquet(folder.resolve("audit").resolve(name).toString());
  }

  private Optional<Row> finding(String id) {
    return table("findings").where("finding_id = '%s'".formatted(id)).collectAsList().stream()
        .findFirst();
  }

  private List<Row> evidenceOf(String group, int patchCluster) {
    return table("evidence")
        .where("group = '%s' and kind = 'patch' and cluster = %d".formatted(group, patchCluster))
        .collectAsList();
  }

  private static double onMark(Row patch, Map<String, Rectangle> marks) {
    Row box = patch.getAs("region");
    Rectangle region = new Rectangle();
    region.setFrameFromDiagonal(
        box.<Number>getAs("x0").doubleValue(),
        box.<Number>getAs("y0").doubleValue(),
        box.<Number>getAs("x1").doubleValue(),
        box.<Number>getAs("y1").doubleValue());
    Rectangle common = region.intersection(marks.get(fileName(patch)));
    return common.isEmpty()
        ? 0
        : (double) common.width * common.height / (region.width * region.height);
  }

  /**
   * How much of the weight lies where the mark is.
   *
   * @param with mean share on the photographs with the mark
   * @param without mean share at the same places of the same photographs without it
   * @param more the difference, photograph by photograph
   * @param changed photographs of which another class is predicted with the mark
   */
  private record Looks(double with, double without, PairedTest more, long changed) {}

  private Looks looks(Map<String, Rectangle> marks) {
    Map<String, Row> stamped = new HashMap<>();
    Map<String, Row> unstamped = new HashMap<>();
    for (Row row :
        LocalSpark.session()
            .read()
            .parquet(folder.resolve("run/explanations").toString())
            .collectAsList()) {
      String id = row.getAs("image_id");
      if (id.startsWith(StampedPhotographs.STAMPED + "/")) {
        stamped.put(fileName(row), row);
      } else if (id.startsWith(StampedPhotographs.UNSTAMPED + "/")) {
        unstamped.put(fileName(row), row);
      }
    }
    assertThat(stamped).hasSize(MARKED);
    assertThat(unstamped).hasSize(MARKED);
    List<Double> with = new ArrayList<>();
    List<Double> without = new ArrayList<>();
    long changed = 0;
    for (Map.Entry<String, Rectangle> mark : marks.entrySet()) {
      Row marked = stamped.get(mark.getKey());
      Row plain = unstamped.get(mark.getKey());
      with.add(share(marked, mark.getValue()));
      without.add(share(plain, mark.getValue()));
      if (!marked.<Integer>getAs("predicted_class").equals(plain.getAs("predicted_class"))) {
        changed++;
      }
    }
    double[] more = new double[with.size()];
    for (int i = 0; i < more.length; i++) {
      more[i] = with.get(i) - without.get(i);
    }
    return new Looks(mean(with), mean(without), PairedTest.of(more, 1), changed);
  }

  private static double share(Row row, Rectangle mark) {
    double inside = 0;
    double total = 0;
    for (Row point : row.<Row>getList(row.fieldIndex("fixations"))) {
      double weight = point.<Number>getAs("weight").doubleValue();
      total += weight;
      double x = point.<Number>getAs("x").doubleValue() + 0.5;
      double y = point.<Number>getAs("y").doubleValue() + 0.5;
      if (mark.contains(x, y)) {
        inside += weight;
      }
    }
    return total > 0 ? inside / total : 0;
  }

  private static String fileName(Row row) {
    String id = row.getAs("image_id");
    return id.substring(id.indexOf('/') + 1);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(d -> d).average().orElseThrow();
  }

  private static void print(
      String network, StampedPhotographs photographs, Looks looks, Optional<Row> finding) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %s, %d px | %s | %.1f | %.1f | %.1f | %d | %s |%n",
        network,
        photographs.mark().name().toLowerCase(Locale.ROOT),
        photographs.side(),
        photographs.place().id(),
        100 * photographs.area(),
        100 * looks.without(),
        100 * looks.with(),
        looks.changed(),
        finding.map(AuditStampedPhotographsTest::text).orElse("none | | | "));
  }

  private static String text(Row finding) {
    return String.format(
        Locale.ROOT,
        "%s, %d | %s | %.2f [%.2f, %.2f] | %s",
        finding.<String>getAs("finding_id"),
        finding.<Integer>getAs("images"),
        finding.getAs("expected_share") == null
            ? ""
            : String.format(
                Locale.ROOT,
                "%.1f, %.1f",
                100 * finding.<Double>getAs("share"),
                100 * finding.<Double>getAs("expected_share")),
        finding.<Double>getAs("effect"),
        finding.<Double>getAs("low"),
        finding.<Double>getAs("high"),
        finding.<String>getAs("outcome"));
  }
}
