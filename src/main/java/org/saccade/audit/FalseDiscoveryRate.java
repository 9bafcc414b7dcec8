package org.saccade.audit;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The procedure of Benjamini and Hochberg, <i>J. R. Statist. Soc. B</i> 57(1), 1995. */
public final class FalseDiscoveryRate {
  private FalseDiscoveryRate() {}

  /**
   * Adjusted p-values, in the order given: rejecting all hypotheses with a value of at most {@code
   * q} keeps the expected share of false ones among them at most {@code q}. NaN stays NaN and does
   * not count as a hypothesis.
   *
   * @param p p-values, between 0 and 1
   */
  public static double[] adjust(double... p) {
    Integer[] descending =
        IntStream.range(0, p.length)
            .filter(i -> !Double.isNaN(p[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -p[i]))
            .toArray(Integer[]::new);
    double[] adjusted = new double[p.length];
    Arrays.fill(adjusted, Double.NaN);
    double smallest = 1;
    for (int i = 0; i < descending.length; i++) {
      int rank = descending.length - i;
      smallest = Math.min(smallest, p[descending[i]] * descending.length / rank);
      adjusted[descending[i]] = smallest;
    }
    return adjusted;
  }
}
