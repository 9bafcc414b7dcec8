package org.saccade.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.DoubleStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.saccade.LocalSpark;
import org.saccade.image.PixelImage;
import org.saccade.localization.Box;
import org.saccade.localization.Fixations;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What notebooks show is well-formed, true to its rows and safe with any text. */
class VisualTest {
  private static final String HOSTILE = "<script>alert('x')</script> & \"q\"";

  @Test
  void aTableSaysWhatItsRowsHoldWithTheSameDecimalsInAColumn() {
    String html =
        DataTable.of(
                sql(
                    "SELECT * FROM VALUES ('a', 1, 0.5D, true), ('b', NULL, 0.25D, false)"
                        + " AS t(first_name, n, x, yes)"))
            .content();

    assertThat(html)
        .contains(">first name</th>", ">0.50</td>", ">0.25</td>", ">–</td>", ">yes</td>", ">no<");
  }

  @Test
  void aLongTableIsCutAndSaysSo() {
    assertThat(DataTable.of(LocalSpark.session().range(101).toDF()).content())
        .contains(">99</td>", "The first 100 rows; there are more.")
        .doesNotContain(">100</td>");
  }

  @Test
  void textFromTheTableIsNeverMarkup() throws Exception {
    Dataset<Row> rows =
        LocalSpark.session()
            .sql(
                "SELECT :t AS line, :t AS series, 0.5D, 0.4D, 0.6D",
                java.util.Map.of("t", HOSTILE));
    Visual table = DataTable.of(rows);
    Visual dots = DotChart.of(HOSTILE, HOSTILE, rows);
    Visual sheet = ExhibitSheet.of(HOSTILE, List.of(Exhibit.of(picture()).captioned(HOSTILE)));

    assertThat(List.of(table, dots, sheet))
        .allSatisfy(
            it -> assertThat(it.content()).doesNotContain("<script").contains("&lt;script"));
    assertThat(parsed(dots).getTextContent()).contains(HOSTILE);
    assertThat(parsed(sheet).getTextContent()).contains(HOSTILE);
  }

  @Test
  void aDotStandsWhereItsValueIsBetweenTheEndsOfItsInterval() throws Exception {
    Visual chart =
        DotChart.of(
            "title",
            "axis",
            sql(
                "SELECT * FROM VALUES ('a', 's', 0.5D, 0.25D, 0.75D), ('b', 's', 0D, NULL, 1D)"
                    + " AS t(line, series, value, low, high)"));

    NodeList marks = parsed(chart).getElementsByTagName("path");
    assertThat(marks.getLength()).isEqualTo(2);
    double half = x((Element) marks.item(0));
    double none = x((Element) marks.item(1));
    NodeList lines = parsed(chart).getElementsByTagName("line");
    List<Element> intervals =
        java.util.stream.IntStream.range(0, lines.getLength())
            .mapToObj(i -> (Element) lines.item(i))
            .filter(line -> line.getAttribute("stroke-width").equals("2.0"))
            .toList();
    assertThat(intervals).as("the second has only one end").hasSize(1);
    double low = Double.parseDouble(intervals.get(0).getAttribute("x1"));
    double high = Double.parseDouble(intervals.get(0).getAttribute("x2"));
    assertThat((low + high) / 2).isCloseTo(half, within(0.11));
    assertThat(half - none).isCloseTo(high - low, within(0.21));
  }

  @Test
  void aScatterLeavesOutWhatHasNoPlace() throws Exception {
    Visual chart =
        ScatterChart.of(
            "title",
            "x",
            "y",
            sql(
                "SELECT * FROM VALUES (0.1D, 0.2D, 'a'), (NULL, 0.2D, 'a'), (0.3D, 0.4D, 'b')"
                    + " AS t(x, y, s)"));

    assertThat(parsed(chart).getElementsByTagName("path").getLength())
        .as("two points and two in the legend")
        .isEqualTo(4);
  }

  @Test
  void aSheetShowsPicturesPointsAndBoxesInScale() throws Exception {
    Fixations points =
        Fixations.of(88, 44, new float[] {10, 20}, new float[] {5, 6}, new float[] {1, 4});
    Visual sheet =
        ExhibitSheet.of(
            "title",
            List.of(
                Exhibit.of(picture())
                    .with(points)
                    .with(Exhibit.Meaning.OBJECT, new Box(0, 0, 43, 21))));

    Element image = (Element) parsed(sheet).getElementsByTagName("image").item(0);
    assertThat(image.getAttribute("width")).isEqualTo("176.0");
    assertThat(image.getAttribute("height")).isEqualTo("88.0");
    assertThat(sheet.content())
        .contains("data:image/jpeg;base64,", "true box")
        .contains("cx=\"41.0\" cy=\"13.0\" r=\"6.0\"")
        .contains("cx=\"21.0\" cy=\"11.0\" r=\"3.0\"")
        .contains("width=\"88.0\" height=\"44.0\" fill=\"none\"");
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.9, 0, 1, 0.25",
    "0.1, 0.2, 0.1, 0.2, 0.02",
    "-0.1, 0.8, -0.2, 0.8, 0.2",
    "3, 97, 0, 100, 20",
    "5, 5, 5, 5.0000002, 2e-7"
  })
  void anAxisHasRoundTicksAroundAllValues(
      double low, double high, double from, double to, double step) {
    Axis axis = Axis.around(DoubleStream.of(low, Double.NaN, high));

    assertThat(axis.from()).isCloseTo(from, within(1e-5)).isLessThanOrEqualTo(low + 1e-9);
    assertThat(axis.to()).isCloseTo(to, within(1e-5)).isGreaterThanOrEqualTo(high - 1e-9);
    assertThat(axis.step()).isCloseTo(step, within(1e-9));
  }

  private static Dataset<Row> sql(String query) {
    return LocalSpark.session().sql(query);
  }

  private static PixelImage picture() {
    return new PixelImage(88, 44, new byte[88 * 44 * 3]);
  }

  private static Element parsed(Visual svg) throws Exception {
    assertThat(svg.mediaType()).isEqualTo("image/svg+xml");
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.content().getBytes(StandardCharsets.UTF_8)))
        .getDocumentElement();
  }

  private static double x(Element mark) {
    String transform = mark.getAttribute("transform");
    return Double.parseDouble(transform.substring("translate(".length(), transform.indexOf(' ')));
  }
}
