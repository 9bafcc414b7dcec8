package org.saccade.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against numpy, see {@code src/test/oracle/audit_statistics.py}. */
class StatisticsTest {
  private static final Offset<Double> EXACT = within(1e-12);
  private static JsonNode numpy;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = StatisticsTest.class.getResourceAsStream("statistics.json")) {
      numpy = new ObjectMapper().readTree(in);
    }
  }

  @Test
  void adjustedPValuesAreThoseOfTheStepUpProcedure() {
    assertThat(FalseDiscoveryRate.adjust(numbers("p"))).containsExactly(numbers("q"), EXACT);
  }

  @Test
  void aMissingPValueIsNoHypothesis() {
    assertThat(FalseDiscoveryRate.adjust(0.01, Double.NaN, 0.04))
        .containsExactly(new double[] {0.02, Double.NaN, 0.04}, EXACT);
  }

  @Test
  void fewDifferencesAreTestedExactly() {
    assertThat(PairedTest.of(numbers("small"), 1).p())
        .isCloseTo(numpy.get("small_p").asDouble(), EXACT);
    assertThat(PairedTest.of(new double[] {1, 1, 1, 1, 1}, 1).p()).isEqualTo(1 / 32.0);
    assertThat(PairedTest.of(new double[] {-1, -2, -3}, 1).p()).isEqualTo(1);
    assertThat(PairedTest.of(new double[0], 1).p()).isEqualTo(1);
  }

  @Test
  void manyDifferencesAreTestedByDraws() {
    double expected = numpy.get("large_p").asDouble();
    // The p-value stands on 100 extreme draws, so its standard error is a tenth of it.
    assertThat(PairedTest.of(numbers("large"), 1).p()).isCloseTo(expected, within(0.35 * expected));
    double[] clear = IntStream.range(0, 40).mapToDouble(i -> 0.5).toArray();
    assertThat(PairedTest.of(clear, 1).p()).isLessThan(1e-5);
  }

  @Test
  void theIntervalIsThatOfTheBootstrappedMean() {
    PairedTest test = PairedTest.of(numbers("large"), 1);
    assertThat(test.low()).isCloseTo(numpy.get("large_low").asDouble(), within(0.015));
    assertThat(test.high()).isCloseTo(numpy.get("large_high").asDouble(), within(0.015));
  }

  @Test
  void pValuesOfNoEffectAreUniform() {
    Random random = new Random(3);
    long rejected =
        IntStream.range(0, 400)
            .filter(trial -> PairedTest.of(random.doubles(20, -1, 1).toArray(), trial).p() <= 0.05)
            .count();
    assertThat(rejected).isBetween(8L, 34L);
  }

  @Test
  void silhouettesAreThoseOfTheirDefinition() {
    double[][] points =
        StreamSupport.stream(numpy.get("points").spliterator(), false)
            .map(StatisticsTest::numbers)
            .toArray(double[][]::new);
    int[] labels =
        StreamSupport.stream(numpy.get("labels").spliterator(), false)
            .mapToInt(JsonNode::asInt)
            .toArray();
    assertThat(Clustering.silhouettes(Clustering.distances(points), labels))
        .containsExactly(numbers("silhouettes"), EXACT);
  }

  private static double[] numbers(String name) {
    return numbers(numpy.get(name));
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
