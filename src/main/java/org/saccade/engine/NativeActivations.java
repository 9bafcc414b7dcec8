package org.saccade.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.saccade.network.Network;

/** Activations that own the manager they were computed on. */
final class NativeActivations implements Activations {
  private final Network network;
  private final int batchSize;
  private final PtNDManager manager;
  private final Map<Integer, PtNDArray> kept;
  private final Map<Integer, FloatBuffer> onHost = new HashMap<>();

  NativeActivations(
      Network network, int batchSize, PtNDManager manager, Map<Integer, PtNDArray> kept) {
    this.network = network;
    this.batchSize = batchSize;
    this.manager = manager;
    this.kept = Map.copyOf(kept);
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public boolean onHost() {
    return !manager.getDevice().isGpu();
  }

  @Override
  public FloatBuffer host(int node) {
    PtNDArray array = (PtNDArray) array(node);
    // DJL makes what is not contiguous, or not on the host, contiguous there first, on the same
    // manager; so this buffer lives as long as the activations do.
    return onHost.computeIfAbsent(node, id -> array.toByteBuffer(true).asFloatBuffer()).duplicate();
  }

  @Override
  public NDArray array(int node) {
    if (!manager.isOpen()) {
      throw new IllegalStateException("these activations are closed");
    }
    PtNDArray array = kept.get(node);
    if (array == null) {
      throw new IllegalArgumentException(
          "node %s of %s was not kept".formatted(network.node(node).name(), network.name()));
    }
    return array;
  }

  @Override
  public void close() {
    onHost.clear();
    manager.close();
  }
}
