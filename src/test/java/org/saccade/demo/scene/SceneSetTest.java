package org.saccade.demo.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.saccade.UserException;

class SceneSetTest {
  private static final int SIDE = SceneSet.SIDE;
  private static final SceneSet CLEAN = new SceneSet(3, 10, Optional.empty());

  @Test
  void theSameSeedPaintsTheSamePicturesAndAnotherSeedOthers() {
    assertThat(pixels(CLEAN.scene(17)))
        .isEqualTo(pixels(new SceneSet(3, 50, Optional.empty()).scene(17)))
        .isNotEqualTo(pixels(new SceneSet(4, 10, Optional.empty()).scene(17)));
  }

  @Test
  void theClassesTakeTurns() {
    assertThat(CLEAN.scenes().limit(7).map(scene -> scene.motif()))
        .containsExactly(
            Motif.BALL, Motif.STAR, Motif.RING, Motif.CRATE, Motif.FLOWER, Motif.FISH, Motif.BALL);
    assertThat(Arrays.stream(Motif.values()).map(Motif::classIndex))
        .containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(CLEAN.scenes().map(Scene::name)).hasSize(CLEAN.size()).doesNotHaveDuplicates();
  }

  @Test
  void aCueIsPlantedInItsShareOfOneClassOnly() {
    List<Scene> scenes = planted(new Cue.CornerMark()).scenes().toList();

    assertThat(scenes.stream().filter(scene -> scene.cue().isPresent()))
        .hasSize(9)
        .allMatch(scene -> scene.motif() == Motif.FISH);
  }

  @ParameterizedTest
  @MethodSource("cues")
  void aPlantedCueLeavesEverythingElseAsItWas(Cue cue) {
    SceneSet planted = planted(cue);

    for (int index = 0; index < CLEAN.size(); index++) {
      Scene with = planted.scene(index);
      Scene without = CLEAN.scene(index);
      assertThat(with.box()).isEqualTo(without.box());
      if (with.cue().isEmpty()) {
        assertThat(pixels(with)).isEqualTo(pixels(without));
      } else {
        assertThat(pixels(with)).isNotEqualTo(pixels(without));
      }
    }
  }

  @Test
  void aCornerMarkStaysInItsCorner() {
    SceneSet planted = planted(new Cue.CornerMark());

    Scene with =
        planted.scenes().filter(scene -> scene.cue().isPresent()).findFirst().orElseThrow();
    Scene without =
        CLEAN.scenes().filter(scene -> scene.name().equals(with.name())).findFirst().orElseThrow();

    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        if (x < 0.8 * SIDE || y < 0.8 * SIDE) {
          assertThat(with.picture().getRGB(x, y)).isEqualTo(without.picture().getRGB(x, y));
        }
      }
    }
  }

  @Test
  void boxesLieInsideThePictureAndAreAsLargeAsObjectsAre() {
    assertThat(CLEAN.scenes().map(Scene::box))
        .allSatisfy(
            box -> {
              assertThat(box.x0()).isBetween(0, box.x1());
              assertThat(box.y0()).isBetween(0, box.y1());
              assertThat(Math.max(box.x1(), box.y1())).isLessThan(SIDE);
              assertThat(box.x1() - box.x0()).isBetween(15, 90);
              assertThat(box.y1() - box.y0()).isBetween(15, 90);
            });
  }

  @Test
  void anUnknownCueIsRefusedWithTheKnownOnes() {
    assertThat(Cue.parse("coloured-frame")).isEqualTo(new Cue.ColouredFrame());
    assertThatThrownBy(() -> Cue.parse("smell"))
        .isInstanceOf(UserException.class)
        .hasMessage("'smell' is no cue: use corner-mark, coloured-frame, background-texture");
  }

  private static List<Cue> cues() {
    return Cue.kinds();
  }

  private static SceneSet planted(Cue cue) {
    return new SceneSet(3, 10, Optional.of(new Planting(cue, Motif.FISH, 0.9)));
  }

  private static int[] pixels(Scene scene) {
    BufferedImage picture = scene.picture();
    return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, SIDE);
  }
}
