package org.saccade.job.benchmark;

import org.saccade.network.Network;
import org.saccade.network.Node;

/**
 * The most resident memory that a JVM takes to explain images with a network on the CPU.
 *
 * <p>Every forward pass is granted all its results at once, though those that the walk does not
 * read are freed on the way: what they leave covers libtorch's own scratch memory. Where processors
 * are left over, each lets a slot hold the results of one pass more, which is walked back through
 * while the next one runs. Decoded pictures and waiting tensors lie in the heap.
 *
 * @param heapBytes the heap at its largest
 * @param libraryBytes libtorch, compiled code, classes and threads
 * @param weightBytes one set of weights, shared by the slots
 * @param activationBytes results of all forward passes that are held at once
 */
record MemoryBound(long heapBytes, long libraryBytes, long weightBytes, long activationBytes) {
  private static final long LIBRARIES = 768L << 20;

  /**
   * The bound for one network.
   *
   * @param batchSize images in a forward pass
   * @param slots tasks that run at once in the JVM
   * @param processors of the JVM
   * @param heapBytes the JVM's largest heap
   */
  static MemoryBound of(Network network, int batchSize, int slots, int processors, long heapBytes) {
    long parameters = network.nodes().stream().mapToLong(n -> n.layer().parameters()).sum();
    long results = network.nodes().stream().map(Node::shape).mapToLong(s -> s.size()).sum();
    // When the last slots start, all before them may have a walk behind them.
    int passes = slots + Math.min(slots, processors - 1);
    return new MemoryBound(
        heapBytes, LIBRARIES, Float.BYTES * parameters, Float.BYTES * results * batchSize * passes);
  }

  long bytes() {
    return heapBytes + libraryBytes + weightBytes + activationBytes;
  }
}
