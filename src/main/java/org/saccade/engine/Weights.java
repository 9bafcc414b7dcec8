package org.saccade.engine;

import ai.djl.Device;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/**
 * The constants of one network in native memory, loaded once and only read afterwards.
 *
 * <p>DJL attaches a result to the manager of its first operand, so a weight is never a first
 * operand.
 */
final class Weights implements AutoCloseable {
  private final PtNDManager manager;
  private final boolean cpu;
  private final Map<Tensor, PtNDArray> loaded = new HashMap<>();

  Weights(Device device) {
    manager = NativeMemory.newManager(device);
    cpu = !device.isGpu();
  }

  /** The tensor as it is; the same array each time. */
  PtNDArray of(Tensor tensor) {
    return loaded.computeIfAbsent(tensor, t -> of(t.shape(), t.values()));
  }

  /** The tensor's values under another shape. */
  PtNDArray of(Tensor tensor, Shape shape) {
    return of(shape, tensor.values());
  }

  PtNDArray of(Shape shape, float[] values) {
    return NativeMemory.upload(manager, shape, FloatBuffer.wrap(values));
  }

  /**
   * Channels of zeros that the input of a convolution needs on this device for right sums, and with
   * it the weights.
   *
   * @param shape {@code [O, I, kernel...]} of the weights
   */
  int missingChannels(Shape shape, int groups) {
    boolean gathersNeighbours = shape.size() > shape.dim(0) * shape.dim(1);
    return cpu && groups == 1 && gathersNeighbours
        ? ConvolutionCheck.missing(shape.dim(1), Libtorch.channelBlock())
        : 0;
  }

  /** A constant that broadcasts against anything. */
  PtNDArray scalar(double value) {
    return of(Shape.of(1), new float[] {(float) value});
  }

  /** Number of arrays held. */
  int size() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    manager.close();
  }
}
