package org.saccade.audit;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * A candidate cue of a group and what its counterfactual tests gave, before all findings of the run
 * are judged together.
 *
 * @param id stable name of the finding, {@code GROUP/KIND-PLACE}
 * @param kind what sort of candidate it is
 * @param place where, in words
 * @param cluster number of the cluster it comes from, -1 without one
 * @param located whether it is known not to be the object: off the true boxes, or without boxes at
 *     a fixed place off the middle of the picture. What is not may be the object itself
 * @param share mean share of the explanations' weight on it
 * @param expected mean share that the other groups' explanations put at this place; NaN where it is
 *     no place, or too few others have it free
 * @param excess of the group's shares over it; of no images where it is not known
 * @param area mean share of what the network sees that it covers
 * @param effect of masking: drop of the suspect class's probability beyond that of the controls
 * @param paste what pasting adds to the share of images that become the suspect class
 * @param trials what was done, image by image
 */
public record Suspicion(
    String id,
    Kind kind,
    String place,
    int cluster,
    boolean located,
    double share,
    double expected,
    PairedTest excess,
    double area,
    PairedTest effect,
    PairedTest paste,
    List<Trial> trials)
    implements Serializable {

  private List<Trial> of(Trial.Test test) {
    return trials.stream().filter(trial -> trial.test() == test).toList();
  }

  /** Mean probability of the suspect class before anything was masked. */
  public double probability() {
    return of(Trial.Test.MASK).stream().mapToDouble(Trial::before).average().orElse(Double.NaN);
  }

  /** Mean drop of the suspect class's probability when the cue is masked. */
  public double drop() {
    return mean(of(Trial.Test.MASK).stream().mapToDouble(t -> t.before() - t.after()).toArray());
  }

  /** Mean drop when equal areas elsewhere are masked. */
  public double controlDrop() {
    return mean(of(Trial.Test.MASK).stream().mapToDouble(t -> t.before() - t.control()).toArray());
  }

  /** Share of images whose predicted class changes when the cue is masked. */
  public double flips() {
    return mean(of(Trial.Test.MASK).stream().mapToDouble(t -> t.flipped() ? 1 : 0).toArray());
  }

  /** The same when equal areas elsewhere are masked. */
  public double controlFlips() {
    return mean(of(Trial.Test.MASK).stream().mapToDouble(Trial::controlFlips).toArray());
  }

  /** Share of other classes' images that become the suspect class with the cue pasted in. */
  public double pasteRate() {
    return mean(of(Trial.Test.PASTE).stream().mapToDouble(t -> t.flipped() ? 1 : 0).toArray());
  }

  /** The same with the same place of yet another image pasted in. */
  public double pasteControlRate() {
    return mean(of(Trial.Test.PASTE).stream().mapToDouble(Trial::controlFlips).toArray());
  }

  private static double mean(double... values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }
}
