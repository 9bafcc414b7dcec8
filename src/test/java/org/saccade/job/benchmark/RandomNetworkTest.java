package org.saccade.job.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.saccade.network.Network;
import org.saccade.network.Node;

class RandomNetworkTest {
  @Test
  void hasTheParametersOfTheNetworksInTheirPapersTables() {
    assertThat(parameters(RandomNetwork.VGG16)).isEqualTo(138_357_544);
    // torchvision's 25 557 032 less one of the two numbers that batch normalization has per
    // channel.
    assertThat(parameters(RandomNetwork.RESNET50)).isEqualTo(25_557_032 - 26_560);
  }

  @Test
  void tellsClassesApart() {
    Network network = RandomNetwork.RESNET50.network();
    assertThat(network.classes()).isEqualTo(1000);
    assertThat(network.logits().name()).isEqualTo("fc");
  }

  private static long parameters(RandomNetwork network) {
    return network.network().nodes().stream().map(Node::layer).mapToLong(l -> l.parameters()).sum();
  }
}
