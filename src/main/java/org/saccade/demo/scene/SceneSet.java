package org.saccade.demo.scene;

import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A set of pictures, the same for the same seed. Two sets that differ in their planting alone show
 * the same objects at the same places.
 *
 * @param seed of everything random
 * @param perClass pictures of every class
 * @param planting the cue in it, if any
 */
public record SceneSet(long seed, int perClass, Optional<Planting> planting) {
  /** Width and height of every picture, in pixels. */
  public static final int SIDE = 128;

  public SceneSet {
    if (perClass < 1) {
      throw new IllegalArgumentException("a class has at least 1 picture, found " + perClass);
    }
  }

  /** Number of pictures. */
  public int size() {
    return perClass * Motif.values().length;
  }

  /** Every picture, the classes taking turns. */
  public Stream<Scene> scenes() {
    return IntStream.range(0, size()).mapToObj(this::scene);
  }

  /** The picture at a place of the order. */
  public Scene scene(int index) {
    Motif[] motifs = Motif.values();
    Motif motif = motifs[index % motifs.length];
    int number = index / motifs.length;
    Optional<Cue> cue = planting.flatMap(plan -> plan.of(motif, number));
    Random random = new Random(Mixer.mix(Mixer.mix(seed) + index));
    return new ScenePainter(random).paint("%s-%03d".formatted(motif.label(), number), motif, cue);
  }
}
