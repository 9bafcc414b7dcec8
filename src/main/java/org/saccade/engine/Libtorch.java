package org.saccade.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtEngine;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import org.saccade.UserException;

/**
 * The libtorch of this JVM: loaded once, with a fixed number of threads.
 *
 * <p>Every thread that runs a network brings {@link #threads()} libtorch threads with it, itself
 * included. One is right where the caller is parallel already, as Spark's task slots are.
 *
 * <p>DJL unpacks its native libraries on first use into {@code ENGINE_CACHE_DIR}, {@code
 * DJL_CACHE_DIR} or {@code ~/.djl.ai} (environment variables or system properties); nothing is ever
 * downloaded.
 */
public final class Libtorch {
  private static final String INTRA_OP_THREADS = "ai.djl.pytorch.num_threads";
  private static final String INTER_OP_THREADS = "ai.djl.pytorch.num_interop_threads";

  private static Engine engine;
  private static int requestedThreads;
  private static int channelBlock;

  private Libtorch() {}

  /** Loads libtorch with one thread, unless it is loaded already with any number. */
  public static synchronized void load() {
    if (engine == null) {
      load(1);
    }
  }

  /**
   * Loads libtorch with the given number of threads per calling thread; where the system property
   * {@code ai.djl.pytorch.num_threads} is set, it wins.
   *
   * @throws IllegalArgumentException if {@code threads} is below 1
   * @throws IllegalStateException if libtorch was loaded with another number before: changing it
   *     would change results in their last bits
   * @throws UserException if the native library cannot be loaded, or computes wrong convolutions on
   *     this processor
   */
  public static synchronized void load(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("libtorch needs at least 1 thread, found " + threads);
    }
    if (engine != null) {
      if (threads != requestedThreads) {
        throw new IllegalStateException(
            "libtorch was loaded for %d thread(s) in this JVM and cannot go on with %d"
                .formatted(requestedThreads, threads));
      }
      return;
    }
    requestedThreads = threads;
    setUnlessSet(INTRA_OP_THREADS, Integer.toString(threads));
    setUnlessSet(INTER_OP_THREADS, "1");
    setUnlessSet("ai.djl.offline", "true");
    setUnlessSet("OPT_OUT_TRACKING", "true");
    // Only TorchScript has a graph to optimize, and DJL warns at length while this is on.
    setUnlessSet("ai.djl.pytorch.graph_optimizer", "false");
    try {
      engine = Engine.getEngine(PtEngine.ENGINE_NAME);
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new UserException(
          ("The native library of PyTorch could not be loaded (%s); this machine needs its"
                  + " pytorch-native jar on the class path and about 500 MB in the folder named by"
                  + " DJL_CACHE_DIR (default ~/.djl.ai)")
              .formatted(rootMessage(e)),
          e);
    }
    LibtorchLog.leaveOutWarnings();
    channelBlock = ConvolutionCheck.channelBlock(Libtorch::convolution);
  }

  /** What {@link ConvolutionCheck} asks for, computed by libtorch on the CPU. */
  static float[] convolution(
      float[] input, float[] weights, int channels, int outputs, int side, int window) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), PtEngine.ENGINE_NAME)) {
      PtNDArray x =
          (PtNDArray)
              manager.create(input, new Shape(ConvolutionCheck.IMAGES, channels, side, side));
      PtNDArray w =
          (PtNDArray) manager.create(weights, new Shape(outputs, channels, window, window));
      PtNDArray noBias = (PtNDArray) manager.zeros(new Shape(outputs));
      Shape one = new Shape(1, 1);
      return JniUtils.convolution(x, w, noBias, one, new Shape(0, 0), one, 1).toFloatArray();
    }
  }

  /** Version of libtorch, e.g. {@code 2.7.1}; loads it if need be. */
  public static String version() {
    load();
    return engine().getVersion();
  }

  /** Number of threads that libtorch uses per calling thread; loads it if need be. */
  public static int threads() {
    load();
    // OpenMP counts per thread: this call is also what makes libtorch's number hold in a new one.
    return JniUtils.getNumThreads();
  }

  /**
   * The number of which the input channels of a convolution on the CPU have to be a multiple, see
   * {@link ConvolutionCheck#channelBlock}; loads libtorch if need be.
   */
  static synchronized int channelBlock() {
    load();
    return channelBlock;
  }

  /** Number of GPUs that libtorch can use; loads it if need be. */
  static int gpus() {
    load();
    return engine().getGpuCount();
  }

  private static synchronized Engine engine() {
    return engine;
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
