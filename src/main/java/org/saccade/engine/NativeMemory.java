package org.saccade.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.FloatBuffer;
import java.util.List;
import org.saccade.network.Shape;

/** Moves values from Java into arrays that libtorch allocates, and names shapes as DJL does. */
final class NativeMemory {
  private NativeMemory() {}

  /** A manager of its own: what is attached to it lives until it is closed, and no longer. */
  static PtNDManager newManager(Device device) {
    Libtorch.load();
    return (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
  }

  /**
   * Copies values into a new array on the manager's device.
   *
   * @param values row-major, as many as the shape has elements; the position is left where it is
   */
  static PtNDArray upload(PtNDManager manager, Shape shape, FloatBuffer values) {
    if (manager.getDevice().isGpu()) {
      try (PtNDManager host = newManager(Device.cpu())) {
        PtNDArray moved = upload(host, shape, values).toDevice(manager.getDevice(), true);
        moved.attach(manager);
        return moved;
      }
    }
    // DJL's own create() would leave the values in a Java buffer that only the garbage collector
    // frees; an array that libtorch allocates goes when it is closed.
    PtNDArray array = manager.create(djl(shape), DataType.FLOAT32);
    array.toByteBuffer(true).asFloatBuffer().put(values.duplicate());
    return array;
  }

  static ai.djl.ndarray.types.Shape djl(Shape shape) {
    return djl(shape.dims());
  }

  static ai.djl.ndarray.types.Shape djl(List<Integer> dims) {
    return new ai.djl.ndarray.types.Shape(longs(dims));
  }

  static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
