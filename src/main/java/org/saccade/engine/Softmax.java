package org.saccade.engine;

import java.nio.FloatBuffer;

/** Probabilities of classes. */
public final class Softmax {
  private Softmax() {}

  /**
   * {@code exp(logit_i) / sum of exp(logit_j)}, in double precision and safe from overflow.
   *
   * @param logits class scores of one image; the position is left where it is
   * @return as many probabilities, which sum to 1; all NaN if a logit is NaN or infinitely large
   */
  public static double[] probabilities(FloatBuffer logits) {
    int start = logits.position();
    double[] probabilities = new double[logits.remaining()];
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < probabilities.length; i++) {
      largest = Math.max(largest, logits.get(start + i));
    }
    double sum = 0;
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] = Math.exp(logits.get(start + i) - largest);
      sum += probabilities[i];
    }
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }
}
