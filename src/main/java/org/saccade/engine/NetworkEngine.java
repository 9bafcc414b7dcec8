package org.saccade.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Pattern;
import org.saccade.UserException;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;

/**
 * A network ready to run on one device: its weights in native memory, its layers as operators.
 *
 * <p>One engine serves any number of threads at once. Closing it waits for the forward passes under
 * way; activations handed out before stay valid until they are closed themselves.
 *
 * <pre>{@code
 * try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
 *     Activations activations = engine.forward(batch, n, Set.of())) {
 *   FloatBuffer logits = activations.host(network.logits().id()); // [n, classes], row-major
 * }
 * }</pre>
 */
public final class NetworkEngine implements AutoCloseable {
  /** How libtorch words it for the CPU and for GPUs. */
  private static final Pattern OUT_OF_MEMORY =
      Pattern.compile("out of memory|can't allocate memory|not enough memory");

  private final Network network;
  private final Device device;
  private final Weights weights;
  private final List<Operator> operators;
  private final List<List<Integer>> lastReads;
  private final ReadWriteLock lifetime = new ReentrantReadWriteLock();
  private boolean closed;

  private NetworkEngine(
      Network network,
      Device device,
      Weights weights,
      List<Operator> operators,
      List<List<Integer>> lastReads) {
    this.network = network;
    this.device = device;
    this.weights = weights;
    this.operators = operators;
    this.lastReads = lastReads;
  }

  /**
   * Loads the weights onto a device.
   *
   * @param device as {@link DeviceChoice#resolve()} found it
   * @throws UserException if libtorch or the device cannot be used
   */
  public static NetworkEngine load(Network network, Device device) {
    Weights weights = new Weights(device);
    boolean loaded = false;
    try {
      List<Operator> operators = new ArrayList<>();
      for (Node node : network.nodes().subList(1, network.nodes().size())) {
        operators.add(OperatorCompiler.compile(network, node, weights));
      }
      NetworkEngine engine =
          new NetworkEngine(network, device, weights, List.copyOf(operators), lastReads(network));
      loaded = true;
      return engine;
    } finally {
      if (!loaded) {
        weights.close();
      }
    }
  }

  public Network network() {
    return network;
  }

  public Device device() {
    return device;
  }

  /** As {@link #forward(FloatBuffer, int, Set)}. */
  public Activations forward(float[] batch, int n, Set<Integer> keep) {
    return forward(FloatBuffer.wrap(batch), n, keep);
  }

  /**
   * Runs the network on a batch of images and keeps the results asked for; every other result is
   * freed as soon as its last reader has run. A row of the result depends on its own image and on
   * {@code n} alone, not on its place in the batch nor on its neighbours.
   *
   * @param batch {@code [n, C, spatial...]}, row-major; its position is left where it is
   * @param n number of images, at least 1
   * @param keep ids of the nodes to keep, in addition to the logits; the input is node 0
   * @return the kept results, to be closed by the caller
   * @throws IllegalArgumentException if the batch does not hold {@code n} images
   * @throws IllegalStateException if this engine is closed
   * @throws UserException if a batch of this size is more than memory, or a kept result more than
   *     one buffer of 2 GiB, can hold
   */
  public Activations forward(FloatBuffer batch, int n, Set<Integer> keep) {
    Shape input = network.input().shape();
    if (n < 1 || batch.remaining() != (long) n * input.size()) {
      throw new IllegalArgumentException(
          "%d images of shape %s are at least 1 image and %d values, found %d"
              .formatted(n, input, (long) n * input.size(), batch.remaining()));
    }
    requireAddressable(network, n, keep);
    lifetime.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the engine of %s is closed".formatted(network.name()));
      }
      return ForwardThreads.call(() -> compute(batch, n, keep));
    } finally {
      lifetime.readLock().unlock();
    }
  }

  private Activations compute(FloatBuffer batch, int n, Set<Integer> keep) {
    // A thread that is new to libtorch takes over its number of threads only when asked.
    Libtorch.threads();
    PtNDManager manager = NativeMemory.newManager(device);
    boolean finished = false;
    try {
      Map<Integer, PtNDArray> kept =
          run(NativeMemory.upload(manager, network.input().shape().prepend(n), batch), keep);
      finished = true;
      return new NativeActivations(network, n, manager, kept);
    } catch (EngineException e) {
      throw explained(e, n);
    } finally {
      if (!finished) {
        manager.close();
      }
    }
  }

  /** Processor time that the forward passes of all engines of this JVM have taken on the host. */
  public static Duration processorTime() {
    return ForwardThreads.processorTime();
  }

  /** Frees the weights; later calls of {@link #forward} fail. Closing twice does nothing. */
  @Override
  public void close() {
    lifetime.writeLock().lock();
    try {
      closed = true;
      weights.close();
    } finally {
      lifetime.writeLock().unlock();
    }
  }

  private Map<Integer, PtNDArray> run(PtNDArray input, Set<Integer> keep) {
    Map<Integer, PtNDArray> alive = new HashMap<>();
    alive.put(network.input().id(), input);
    for (int id = 1; id < network.nodes().size(); id++) {
      List<Integer> reads = network.node(id).inputs();
      PtNDArray[] operands = new PtNDArray[reads.size()];
      for (int i = 0; i < operands.length; i++) {
        operands[i] = alive.get(reads.get(i));
      }
      alive.put(id, operators.get(id - 1).apply(operands));
      for (int read : lastReads.get(id)) {
        if (!keep.contains(read) && read != network.logits().id()) {
          alive.remove(read).close();
        }
      }
    }
    return alive;
  }

  /**
   * Checks that results can be kept: host memory is read through buffers that count bytes in an
   * int.
   *
   * @param n images at once
   * @param keep ids of the results that are kept, besides the input
   * @throws UserException naming the first that is too large
   */
  public static void requireAddressable(Network network, int n, Set<Integer> keep) {
    requireAddressable(network, network.input(), n);
    keep.forEach(id -> requireAddressable(network, network.node(id), n));
  }

  private static void requireAddressable(Network network, Node node, int n) {
    long bytes = (long) n * node.shape().size() * Float.BYTES;
    if (bytes > Integer.MAX_VALUE) {
      throw new UserException(
          "%d images at once make node %s of %s %.1f GiB large, at most 2 can be kept;"
                  .formatted(n, node.name(), network.name(), bytes / (double) (1 << 30))
              + " use a smaller batch size");
    }
  }

  private RuntimeException explained(EngineException e, int n) {
    if (OUT_OF_MEMORY.matcher(String.valueOf(e.getMessage())).find()) {
      return new UserException(
          "%s cannot run on %d images at once in the memory of %s; use a smaller batch size"
              .formatted(
                  network.name(),
                  n,
                  device.isGpu() ? "gpu:" + device.getDeviceId() : "this machine"),
          e);
    }
    return e;
  }

  /** For each node, the values that nobody reads after it. */
  private static List<List<Integer>> lastReads(Network network) {
    List<List<Integer>> lastReads = new ArrayList<>();
    for (Node node : network.nodes()) {
      lastReads.add(
          node.inputs().stream()
              .distinct()
              .filter(
                  read -> {
                    List<Integer> readers = network.consumers(read);
                    return readers.get(readers.size() - 1) == node.id();
                  })
              .toList());
    }
    return List.copyOf(lastReads);
  }
}
