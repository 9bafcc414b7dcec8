package org.saccade.engine;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;

/**
 * The values of one forward pass over a batch that were asked to be kept. Closing it frees the
 * native memory; nothing obtained from it may be used afterwards. Closing twice does nothing.
 */
public interface Activations extends AutoCloseable {

  /** Number of images in the batch, {@code N}. */
  int batchSize();

  /** Whether the values lie in host memory, so that {@link #host} is free of copies. */
  boolean onHost();

  /**
   * A node's result for the whole batch in host memory, row-major {@code [N, shape...]} in the
   * batch's order; a view for host tensors, a copy (made once) for device tensors.
   *
   * @throws IllegalArgumentException if the node was not kept
   */
  FloatBuffer host(int node);

  /**
   * A node's result {@code [N, shape...]} where it was computed.
   *
   * @throws IllegalArgumentException if the node was not kept
   */
  NDArray array(int node);

  @Override
  void close();
}
