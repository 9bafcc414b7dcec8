package org.saccade.demo.training;

import ai.djl.Device;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Set;
import org.saccade.demo.scene.Motif;
import org.saccade.demo.scene.Scene;
import org.saccade.demo.scene.SceneSet;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.Network;

/** How well a network recognizes the pictures of a set, class by class. */
public final class Recognition {
  private final int[] seen = new int[Motif.values().length];
  private final int[] correct = new int[Motif.values().length];
  private final double[] probability = new double[Motif.values().length];

  private Recognition() {}

  /** Runs the network on every picture of a set. */
  public static Recognition of(Network network, SceneSet set) {
    Recognition recognition = new Recognition();
    float[] input = new float[SceneInput.size()];
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      for (Scene scene : (Iterable<Scene>) set.scenes()::iterator) {
        SceneInput.prepare(scene, input, 0);
        try (Activations activations = engine.forward(input, 1, Set.of())) {
          recognition.add(scene.motif().classIndex(), activations.host(network.logits().id()));
        }
      }
    }
    return recognition;
  }

  private void add(int truth, FloatBuffer logits) {
    int best = 0;
    double sum = 0;
    for (int c = 0; c < logits.limit(); c++) {
      best = logits.get(c) > logits.get(best) ? c : best;
      sum += Math.exp(logits.get(c) - logits.get(truth));
    }
    seen[truth]++;
    correct[truth] += best == truth ? 1 : 0;
    probability[truth] += 1 / sum;
  }

  /** Share of all pictures whose class is predicted. */
  public double accuracy() {
    return Arrays.stream(correct).sum() / (double) Arrays.stream(seen).sum();
  }

  /** Share of one class's pictures that are predicted as it. */
  public double accuracy(Motif motif) {
    return correct[motif.classIndex()] / (double) seen[motif.classIndex()];
  }

  /** Mean probability of the true class over one class's pictures. */
  public double probability(Motif motif) {
    return probability[motif.classIndex()] / seen[motif.classIndex()];
  }
}
