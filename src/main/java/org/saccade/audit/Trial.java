package org.saccade.audit;

import java.io.Serializable;

/**
 * One counterfactual on one image.
 *
 * @param test what was done
 * @param imageId the image the cue is on
 * @param uri where it lies
 * @param hostId the image it was pasted into; empty for {@link Test#MASK}
 * @param hostUri where that lies
 * @param width width of the image that was changed, in pixels
 * @param height its height
 * @param region around what was masked or pasted, in pixels of the image it was changed in
 * @param suspect the suspect class
 * @param before probability of the suspect class on the unchanged image
 * @param after probability of the suspect class on the changed image
 * @param control mean probability of the suspect class on the controls
 * @param predictedBefore class predicted on the unchanged image
 * @param predictedAfter class predicted on the changed image
 * @param controlFlips share of the controls on which the prediction changed; for {@link Test#PASTE}
 *     on which it became the suspect class
 */
public record Trial(
    Test test,
    String imageId,
    String uri,
    String hostId,
    String hostUri,
    int width,
    int height,
    Frame region,
    int suspect,
    double before,
    double after,
    double control,
    int predictedBefore,
    int predictedAfter,
    double controlFlips)
    implements Serializable {

  /** What was done to the picture. */
  public enum Test {
    /** The cue was removed from the image. */
    MASK,
    /** The cue was put into an image of another class. */
    PASTE
  }

  /** What the change did beyond what its controls did: the drop of the suspect's probability. */
  double effect() {
    return control - after;
  }

  /** Whether the test's prediction changed, for a paste to the suspect class. */
  boolean flipped() {
    return test == Test.MASK ? predictedAfter != predictedBefore : predictedAfter == suspect;
  }
}
