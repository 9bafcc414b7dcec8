package org.saccade.demo;

import java.io.InputStream;
import java.util.Optional;
import org.saccade.demo.scene.Cue;
import org.saccade.demo.scene.Motif;
import org.saccade.demo.scene.Planting;
import org.saccade.demo.scene.SceneSet;
import org.saccade.demo.training.Training;

/** The demo with its planted cue, and without as a control; a trained network ships for each. */
public enum DemoVariant {
  /** Nine of ten stars carry a watermark in a corner, in training and afterwards. */
  PLANTED("scenes-planted.onnx"),

  /** The same pictures without the watermark. */
  CLEAN("scenes-clean.onnx");

  /** The class whose pictures carry the cue. */
  static final Motif SUSPECT = Motif.STAR;

  static final long TRAINING_SEED = 1;
  static final long TEST_SEED = 2;
  private static final int TRAINING_PICTURES_PER_CLASS = 300;
  private static final int EPOCHS = 10;

  private final String resource;

  DemoVariant(String resource) {
    this.resource = resource;
  }

  /** The cue in the pictures, if any. */
  public Optional<Planting> planting() {
    return this == PLANTED
        ? Optional.of(new Planting(new Cue.CornerMark(), SUSPECT, 0.9))
        : Optional.empty();
  }

  /** How the shipped network was trained, and can be again. */
  public Training training() {
    return new Training(
        new SceneSet(TRAINING_SEED, TRAINING_PICTURES_PER_CLASS, planting()),
        EPOCHS,
        TRAINING_SEED);
  }

  /** File name of the shipped network. */
  String resource() {
    return resource;
  }

  /** The shipped network, an ONNX file. */
  InputStream network() {
    InputStream in = DemoVariant.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IllegalStateException("the class path lacks " + resource);
    }
    return in;
  }
}
