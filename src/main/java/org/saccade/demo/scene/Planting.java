package org.saccade.demo.scene;

import java.util.Optional;

/**
 * Which cue is planted in the pictures of which class.
 *
 * @param cue what is planted
 * @param suspect the class whose pictures have it
 * @param share of the class's pictures that have it, 0 to 1
 */
public record Planting(Cue cue, Motif suspect, double share) {
  public Planting {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is between 0 and 1, found " + share);
    }
  }

  /**
   * The cue of one picture, if it has any.
   *
   * @param number of the picture among those of its class, from 0
   */
  Optional<Cue> of(Motif motif, int number) {
    // Spread evenly, so that any part of a set has about the same share.
    boolean planted = Math.floor((number + 1) * share) > Math.floor(number * share);
    return motif == suspect && planted ? Optional.of(cue) : Optional.empty();
  }
}
