package org.saccade.audit;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Is the mean of paired differences above zero? A sign-flip (Fisher-Pitman) permutation test and a
 * bootstrap interval; nothing is assumed but that under the null hypothesis a difference is as
 * likely as its opposite.
 *
 * @param n number of differences
 * @param mean their mean
 * @param low lower end of the 95 % percentile bootstrap interval of the mean
 * @param high upper end
 * @param p one-sided p-value, exact up to 16 differences; 1 without any
 */
public record PairedTest(int n, double mean, double low, double high, double p)
    implements Serializable {
  private static final int RESAMPLES = 2000;
  private static final int LARGEST_EXACT = 16;

  /** Draws of signs, unless enough of them were as extreme before (Besag and Clifford, 1991). */
  private static final int MOST_DRAWS = 200_000;

  private static final int ENOUGH_EXTREME = 100;

  /** Sums that differ by less than this share are the same sum, added up in another order. */
  private static final double ROUNDING = 1e-12;

  /**
   * Tests differences.
   *
   * @param seed of the resamples, and of the draws where there are too many signs to try all
   */
  public static PairedTest of(double[] differences, long seed) {
    int n = differences.length;
    if (n == 0) {
      return new PairedTest(0, Double.NaN, Double.NaN, Double.NaN, 1);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = bootstrap(differences, random.split());
    return new PairedTest(
        n,
        Arrays.stream(differences).sum() / n,
        quantile(means, 0.025),
        quantile(means, 0.975),
        n <= LARGEST_EXACT ? exact(differences) : sequential(differences, random.split()));
  }

  /** Means of resamples, ascending. */
  private static double[] bootstrap(double[] values, SplittableRandom random) {
    double[] means = new double[RESAMPLES];
    for (int b = 0; b < RESAMPLES; b++) {
      double sum = 0;
      for (int i = 0; i < values.length; i++) {
        sum += values[random.nextInt(values.length)];
      }
      means[b] = sum / values.length;
    }
    Arrays.sort(means);
    return means;
  }

  /** Linear interpolation between order statistics. */
  static double quantile(double[] ascending, double q) {
    double position = q * (ascending.length - 1);
    int below = (int) position;
    int above = Math.min(ascending.length - 1, below + 1);
    return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
  }

  private static double exact(double[] differences) {
    double observed = Arrays.stream(differences).sum();
    double least = threshold(differences, observed);
    int signs = 1 << differences.length;
    int extreme = 0;
    for (int flipped = 0; flipped < signs; flipped++) {
      double sum = 0;
      for (int i = 0; i < differences.length; i++) {
        sum += (flipped >> i & 1) == 0 ? differences[i] : -differences[i];
      }
      if (sum >= least) {
        extreme++;
      }
    }
    return (double) extreme / signs;
  }

  private static double sequential(double[] differences, SplittableRandom random) {
    double observed = Arrays.stream(differences).sum();
    double least = threshold(differences, observed);
    int extreme = 0;
    for (int draw = 1; draw <= MOST_DRAWS; draw++) {
      double sum = 0;
      long signs = 0;
      for (int i = 0; i < differences.length; i++) {
        if (i % Long.SIZE == 0) {
          signs = random.nextLong();
        }
        sum += (signs & 1) == 0 ? differences[i] : -differences[i];
        signs >>>= 1;
      }
      if (sum >= least && ++extreme == ENOUGH_EXTREME) {
        return (double) extreme / draw;
      }
    }
    return (extreme + 1.0) / (MOST_DRAWS + 1.0);
  }

  private static double threshold(double[] differences, double observed) {
    return observed - ROUNDING * Arrays.stream(differences).map(Math::abs).sum();
  }
}
