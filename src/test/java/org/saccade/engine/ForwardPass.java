package org.saccade.engine;

import ai.djl.Device;
import java.nio.FloatBuffer;
import java.util.Set;
import org.saccade.network.Network;

/** Runs a network once on the CPU, for tests that compare results. */
public final class ForwardPass {
  private ForwardPass() {}

  /**
   * The network's result for a whole batch, row-major.
   *
   * @param batch {@code [n, C, spatial...]}
   */
  public static float[] of(Network network, float[] batch, int n) {
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations = engine.forward(batch, n, Set.of())) {
      FloatBuffer result = activations.host(network.logits().id());
      float[] values = new float[result.remaining()];
      result.get(values);
      return values;
    }
  }
}
