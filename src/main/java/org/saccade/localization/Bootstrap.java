package org.saccade.localization;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The Poisson bootstrap: in every resample a case counts as often as a Poisson variable of mean 1
 * says, and a figure is the weighted mean (Chamandy et al., <i>Estimating Uncertainty for Massive
 * Data Streams</i>, 2012). Cases are resampled, not recomputed, and the same cases in every figure,
 * so that the difference of two figures has an interval of its own.
 *
 * <p>The counts are a hash of seed, resample and position: the same whatever the order of work.
 *
 * @param resamples how many
 * @param seed what makes the counts differ from another seed's
 */
record Bootstrap(int resamples, long seed) {
  private static final int DRAWS = 1 << 16;
  private static final int DRAWS_PER_HASH = Long.SIZE / 16;
  private static final byte[] POISSON = poisson();

  /** What a figure of every group, and of all, does over the resamples. */
  record Intervals(
      List<Interval> value, List<Interval> margin, Interval overall, Interval overallMargin) {}

  /**
   * Intervals of the mean per group and overall.
   *
   * @param value per case, NaN where the case has none
   * @param baseline per case, NaN where there is none
   * @param group per case
   * @param meanOfGroups whether overall is the mean over groups instead of over cases
   */
  Intervals of(float[] value, float[] baseline, int[] group, int groups, boolean meanOfGroups) {
    float[][] values = new float[groups + 1][resamples];
    float[][] margins = new float[groups + 1][resamples];
    IntStream.range(0, resamples)
        .parallel()
        .forEach(
            b -> {
              double[] weight = new double[groups + 1];
              double[] sum = new double[groups + 1];
              double[] margin = new double[groups + 1];
              accumulate(b, value, baseline, group, weight, sum, margin);
              total(groups, meanOfGroups, weight, sum, margin);
              for (int g = 0; g <= groups; g++) {
                values[g][b] = (float) (sum[g] / weight[g]);
                margins[g][b] = (float) (margin[g] / weight[g]);
              }
            });
    Interval[] value95 = new Interval[groups + 1];
    Interval[] margin95 = new Interval[groups + 1];
    IntStream.rangeClosed(0, groups)
        .parallel()
        .forEach(
            g -> {
              value95[g] = percentiles(values[g]);
              margin95[g] = percentiles(margins[g]);
            });
    return new Intervals(
        List.of(value95).subList(0, groups),
        List.of(margin95).subList(0, groups),
        value95[groups],
        margin95[groups]);
  }

  private void accumulate(
      int resample,
      float[] value,
      float[] baseline,
      int[] group,
      double[] weight,
      double[] sum,
      double[] margin) {
    long draws = 0;
    for (int i = 0; i < value.length; i++) {
      if (i % DRAWS_PER_HASH == 0) {
        draws = hash(resample, i / DRAWS_PER_HASH);
      }
      int count = POISSON[(int) (draws & (DRAWS - 1))];
      draws >>>= 16;
      if (count > 0 && !Float.isNaN(value[i])) {
        weight[group[i]] += count;
        sum[group[i]] += count * (double) value[i];
        margin[group[i]] += count * ((double) value[i] - baseline[i]);
      }
    }
  }

  private static void total(
      int groups, boolean meanOfGroups, double[] weight, double[] sum, double[] margin) {
    for (int g = 0; g < groups; g++) {
      if (weight[g] > 0) {
        double share = meanOfGroups ? weight[g] : 1;
        weight[groups] += weight[g] / share;
        sum[groups] += sum[g] / share;
        margin[groups] += margin[g] / share;
      }
    }
  }

  private static Interval percentiles(float[] resampled) {
    float[] ascending = resampled.clone();
    Arrays.sort(ascending);
    // NaN, a resample without a case of the group, sorts last.
    int n = ascending.length;
    while (n > 0 && Float.isNaN(ascending[n - 1])) {
      n--;
    }
    return n == 0
        ? new Interval(Double.NaN, Double.NaN)
        : new Interval(quantile(ascending, n, 0.025), quantile(ascending, n, 0.975));
  }

  /** Linear interpolation between order statistics. */
  private static double quantile(float[] ascending, int n, double q) {
    double position = q * (n - 1);
    int below = (int) position;
    int above = Math.min(n - 1, below + 1);
    return ascending[below] + (position - below) * (ascending[above] - ascending[below]);
  }

  /** The finalizer of SplitMix64 over the three numbers. */
  private long hash(int resample, int block) {
    long z = mix(seed + 0x9E3779B97F4A7C15L * (resample + 1L));
    return mix(z + 0x9E3779B97F4A7C15L * (block + 1L));
  }

  private static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** The Poisson count of each of 65 536 equally likely draws. */
  private static byte[] poisson() {
    byte[] counts = new byte[DRAWS];
    double cumulative = 0;
    double probability = Math.exp(-1);
    int from = 0;
    for (int count = 0; from < DRAWS; count++) {
      cumulative += probability;
      int to = (int) Math.min(DRAWS, Math.max(from + 1L, Math.round(cumulative * DRAWS)));
      Arrays.fill(counts, from, to, (byte) count);
      from = to;
      probability /= count + 1;
    }
    return counts;
  }
}
