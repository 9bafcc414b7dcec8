package org.saccade.job.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.saccade.engine.DeviceChoice;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;

/**
 * A forward pass whenever another program asks for one, so that the two can be timed in turns: what
 * else the machine does then slows both alike.
 *
 * <p>Every line on standard input is answered with a line on standard output: milliseconds of a
 * forward pass that keeps nothing, over numbers that were drawn before. It ends with the input.
 */
public final class ForwardTurns {
  private final NetworkEngine engine;
  private final float[] batch;
  private final int batchSize;

  /**
   * @param model a model file
   * @param device what to run on
   * @param batchSize images in a forward pass
   */
  public ForwardTurns(Path model, DeviceChoice device, int batchSize) {
    Network network = ModelReader.read(model, ImportOptions.defaults());
    this.engine = NetworkEngine.load(network, device.resolve().device());
    this.batchSize = batchSize;
    this.batch = new float[batchSize * network.input().shape().size()];
    Random random = new Random(1);
    for (int i = 0; i < batch.length; i++) {
      batch[i] = (float) random.nextGaussian();
    }
  }

  /** Answers until the input ends. */
  public void answer(InputStream in, PrintStream out) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    while (lines.readLine() != null) {
      long start = System.nanoTime();
      engine.forward(batch, batchSize, Set.of()).close();
      out.println((System.nanoTime() - start) / 1e6);
      out.flush();
    }
  }
}
