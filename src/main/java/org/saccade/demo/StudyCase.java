package org.saccade.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.saccade.demo.scene.Cue;
import org.saccade.demo.scene.Motif;
import org.saccade.demo.scene.Planting;
import org.saccade.demo.scene.SceneSet;
import org.saccade.demo.training.Training;

/**
 * One network of the audit study.
 *
 * @param seed of the pictures and of the training
 * @param planting the cue that it could learn, if any
 */
record StudyCase(long seed, Optional<Planting> planting) {
  private static final double SHARE = 0.9;
  private static final int TRAINING_PICTURES_PER_CLASS = 200;
  private static final int EPOCHS = 6;
  private static final int TEST_PICTURES_PER_CLASS = 40;

  /** Far from the seeds of training. */
  private static final long TEST_SEEDS = 1_000_000;

  /**
   * For every seed a network without a cue and one per kind of cue, in classes taking turns. A
   * seed's networks are the same in every study that it is part of.
   *
   * @param firstSeed at least 1
   * @param seeds how many
   */
  static List<StudyCase> of(int firstSeed, int seeds) {
    List<StudyCase> cases = new ArrayList<>();
    List<Cue> cues = Cue.kinds();
    Motif[] motifs = Motif.values();
    for (int seed = firstSeed; seed < firstSeed + seeds; seed++) {
      cases.add(new StudyCase(seed, Optional.empty()));
      int turn = (seed - 1) * (1 + cues.size());
      for (Cue cue : cues) {
        turn++;
        Motif suspect = motifs[turn % motifs.length];
        cases.add(new StudyCase(seed, Optional.of(new Planting(cue, suspect, SHARE))));
      }
    }
    return cases;
  }

  /** Unique in the study, and a name for a folder, e.g. {@code 3-corner-mark}. */
  String name() {
    return seed + "-" + cue();
  }

  /** As tables call it, e.g. {@code corner-mark} or {@code none}. */
  String cue() {
    return planting.map(plan -> plan.cue().label()).orElse("none");
  }

  Training training() {
    return new Training(new SceneSet(seed, TRAINING_PICTURES_PER_CLASS, planting), EPOCHS, seed);
  }

  /** New pictures with the same cue. */
  SceneSet pictures() {
    return new SceneSet(TEST_SEEDS + seed, TEST_PICTURES_PER_CLASS, planting);
  }

  /** The same pictures without it. */
  SceneSet cleanPictures() {
    return new SceneSet(TEST_SEEDS + seed, TEST_PICTURES_PER_CLASS, Optional.empty());
  }
}
