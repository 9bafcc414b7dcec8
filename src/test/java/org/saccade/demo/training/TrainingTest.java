package org.saccade.demo.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.saccade.demo.scene.SceneSet;
import org.saccade.network.Layer;
import org.saccade.network.Network;

class TrainingTest {
  @Test
  void theLossFalls() {
    SceneSet pictures = new SceneSet(6, 22, Optional.empty());
    List<Double> losses = new ArrayList<>();

    new Training(pictures, 8, 6).train(losses::add);

    assertThat(losses).hasSize(8);
    assertThat(losses.get(7)).isLessThan(0.5 * losses.get(0));
  }

  @Test
  void theSameSeedTrainsTheSameNetworkAndAnotherSeedAnother() {
    SceneSet pictures = new SceneSet(6, 6, Optional.empty());

    float[] first = classifier(new Training(pictures, 1, 1).train(loss -> {}));

    assertThat(classifier(new Training(pictures, 1, 1).train(loss -> {}))).isEqualTo(first);
    assertThat(classifier(new Training(pictures, 1, 2).train(loss -> {}))).isNotEqualTo(first);
  }

  private static float[] classifier(Network network) {
    return ((Layer.Linear) network.logits().layer()).weight().values();
  }
}
