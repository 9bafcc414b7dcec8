package org.rapaio.jupyter.kernel.channels;

/**
 * Takes the place of the class of this name in the notebooks' kernel, rapaio-jupyter-kernel 3.0.1,
 * as long as Saccade comes before the kernel on its class path. The original's {@code start} lets
 * the thread run before it marks it as running, so that on a busy machine a thread that is quick
 * finds the mark missing and ends: its channel never answers, and in half of the starts measured
 * one of three channels was dead. Written anew, with the signatures that the kernel calls.
 */
public final class LoopThread extends Thread {
  private final long pause;
  private final Runnable body;
  private volatile boolean running = true;

  /**
   * A thread that is not started yet.
   *
   * @param pause milliseconds between two runs of the body
   */
  public LoopThread(String name, long pause, Runnable body) {
    super(name);
    this.pause = pause;
    this.body = body;
  }

  @Override
  public void run() {
    try {
      while (running) {
        body.run();
        // A channel's body takes what has arrived and never blocks: the kernel sets this pace.
        Thread.sleep(pause);
      }
    } catch (InterruptedException e) {
      running = false;
    }
  }

  /** Ends the loop after the run that is under way. */
  public void shutdown() {
    running = false;
  }
}
