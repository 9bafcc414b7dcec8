package org.saccade.demo.training;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.saccade.demo.scene.Motif;
import org.saccade.demo.scene.Scene;
import org.saccade.demo.scene.SceneSet;
import org.saccade.engine.Libtorch;
import org.saccade.network.Network;

/**
 * Trains a network on a set of pictures, in about half a minute on one core. The same set and seed
 * give the same weights on the same processor; elsewhere the last bits differ, and with them the
 * weights a little.
 *
 * <p>DJL collects gradients for the whole JVM: nothing else may run a network meanwhile.
 *
 * @param pictures to learn from
 * @param epochs how often each is seen
 * @param seed of the first weights and of the order
 */
public record Training(SceneSet pictures, int epochs, long seed) {
  private static final int BATCH = 32;
  private static final float FIRST_RATE = 3e-3f;
  private static final float LAST_RATE = 1e-4f;

  /**
   * Trains.
   *
   * @param lossOfEpoch told the mean cross-entropy of each epoch, in nats
   */
  public Network train(DoubleConsumer lossOfEpoch) {
    Libtorch.load();
    Engine engine = Engine.getEngine("PyTorch");
    engine.setRandomSeed(Math.toIntExact(seed));
    float[] inputs = inputs();
    int batches = pictures.size() / BATCH;
    SceneNetwork network = new SceneNetwork(Motif.values().length);
    try (Model model = Model.newInstance("scenes", Device.cpu(), "PyTorch")) {
      model.setBlock(network.block());
      try (Trainer trainer = model.newTrainer(configuration(batches * epochs))) {
        trainer.initialize(input(BATCH));
        Random order = new Random(seed);
        for (int epoch = 0; epoch < epochs; epoch++) {
          List<Integer> shuffled =
              new ArrayList<>(IntStream.range(0, pictures.size()).boxed().toList());
          Collections.shuffle(shuffled, order);
          double loss = 0;
          for (int batch = 0; batch < batches; batch++) {
            loss += step(trainer, inputs, shuffled.subList(batch * BATCH, (batch + 1) * BATCH));
          }
          lossOfEpoch.accept(loss / batches);
        }
      }
      return network.network("scenes");
    }
  }

  private static TrainingConfig configuration(int steps) {
    Tracker rate =
        Tracker.cosine()
            .setBaseValue(FIRST_RATE)
            .optFinalValue(LAST_RATE)
            .setMaxUpdates(steps)
            .build();
    return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
        .optOptimizer(Optimizer.adam().optLearningRateTracker(rate).build())
        .optInitializer(
            new XavierInitializer(RandomType.GAUSSIAN, FactorType.IN, 2), Parameter.Type.WEIGHT)
        .optDevices(new Device[] {Device.cpu()});
  }

  private static double step(Trainer trainer, float[] inputs, List<Integer> chosen) {
    float[] batch = new float[chosen.size() * SceneInput.size()];
    float[] labels = new float[chosen.size()];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(
          inputs,
          chosen.get(i) * SceneInput.size(),
          batch,
          i * SceneInput.size(),
          SceneInput.size());
      labels[i] = chosen.get(i) % Motif.values().length;
    }
    double loss;
    try (NDManager memory = trainer.getManager().newSubManager()) {
      NDList truth = new NDList(memory.create(labels));
      try (GradientCollector gradients = trainer.newGradientCollector()) {
        NDList scores =
            trainer.forward(new NDList(memory.create(batch, input(labels.length))), truth);
        NDArray mean = trainer.getLoss().evaluate(truth, scores);
        gradients.backward(mean);
        loss = mean.getFloat();
      }
      trainer.step();
    }
    return loss;
  }

  private static Shape input(int n) {
    return new Shape(n, SceneInput.CHANNELS, SceneInput.SIDE, SceneInput.SIDE);
  }

  /** All inputs, {@code [pictures, 3, 64, 64]}. */
  private float[] inputs() {
    float[] inputs = new float[pictures.size() * SceneInput.size()];
    int at = 0;
    for (Scene scene : (Iterable<Scene>) pictures.scenes()::iterator) {
      SceneInput.prepare(scene, inputs, at);
      at += SceneInput.size();
    }
    return inputs;
  }
}
