package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.UserException;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

class NetworkEngineTest {
  private static final Shape IMAGE = Shape.of(3, 19, 17);

  @Test
  void keepsTheNodesAskedForAndTheLogitsOnly() {
    Network network = branches();
    int kept = id(network, "left");
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations = engine.forward(images(2), 2, Set.of(kept))) {
      assertThat(activations.array(kept).getShape().getShape()).containsExactly(2, 8, 10, 9);
      assertThat(activations.host(network.logits().id()).remaining()).isEqualTo(2 * 5);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> activations.host(id(network, "right")))
          .withMessage("node right of branches was not kept");
      assertThat(activations.array(kept).getManager().getManagedArrays()).hasSize(2);
    }
  }

  @Test
  void keepsTheInputWhenAskedFor() {
    Network network = branches();
    float[] batch = images(3);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations = engine.forward(batch, 3, Set.of(network.input().id()))) {
      assertThat(floats(activations.host(network.input().id()))).isEqualTo(batch);
    }
  }

  @Test
  void whatIsKeptDoesNotChangeWhatIsComputed() {
    Network network = branches();
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations all =
            engine.forward(
                images(2), 2, Set.copyOf(network.nodes().stream().map(n -> n.id()).toList()));
        Activations few = engine.forward(images(2), 2, Set.of())) {
      int logits = network.logits().id();
      assertThat(floats(all.host(logits))).isEqualTo(floats(few.host(logits)));
      assertThat(all.array(logits).getManager().getManagedArrays()).hasSize(network.nodes().size());
    }
  }

  @Test
  void readsRowMajorValuesOfArraysThatLieOtherwiseInMemory() {
    Network.Builder builder = Network.builder("transposed", Shape.of(2, 3));
    int transposed = builder.add("t", new Layer.Permutation(List.of(1, 0)), builder.input());
    int column = builder.add("c", new Layer.Slice(1, 1, 2, 1), transposed);
    Network network =
        builder.build(builder.add("v", new Layer.Reshape(Shape.of(3)), column), false);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations =
            engine.forward(new float[] {1, 2, 3, 4, 5, 6}, 1, Set.of(transposed, column))) {
      assertThat(floats(activations.host(transposed))).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(floats(activations.host(column))).containsExactly(4, 5, 6);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 8, 16, 33})
  void anImageGivesTheSameBitsAtAnyPlaceInABatch(int n) {
    Network network = branches();
    int size = IMAGE.size();
    float[] batch = images(n);
    float[] first = new float[size];
    System.arraycopy(batch, 0, first, 0, size);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      float[] expected = row(logits(engine, batch, n), 0);
      for (int place = 1; place < n; place++) {
        float[] moved = images(n);
        System.arraycopy(first, 0, moved, place * size, size);
        assertThat(row(logits(engine, moved, n), place)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 667, 65", "18, 1283, 1036"})
  void anImageGivesTheSameBitsAtAnyPlaceInAMatrixProduct(int n, int channels, int classes) {
    Network.Builder builder = Network.builder("linear", Shape.of(channels));
    Layer linear =
        new Layer.Linear(
            Tensor.of(Shape.of(classes, channels), gaussians(classes * channels, 1)),
            Tensor.of(Shape.of(classes), new float[classes]));
    Network network = builder.build(builder.add("linear", linear, builder.input()), false);
    float[] image = gaussians(channels, 2);
    float[] batch = new float[n * channels];
    for (int place = 0; place < n; place++) {
      System.arraycopy(image, 0, batch, place * channels, channels);
    }
    float[] logits = ForwardPass.of(network, batch, n);
    float[] first = Arrays.copyOf(logits, classes);
    for (int place = 1; place < n; place++) {
      assertThat(Arrays.copyOfRange(logits, place * classes, (place + 1) * classes))
          .as("place %d", place)
          .isEqualTo(first);
    }
  }

  @Test
  void threadsThatShareAnEngineComputeTheSame() throws Exception {
    Network network = branches();
    float[] batch = images(4);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      float[] expected = logits(engine, batch, 4);
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        results.add(threads.submit(() -> logits(engine, batch, 4)));
      }
      for (Future<float[]> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aNewThreadTakesOverTheNumberOfLibtorchThreads() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      assertThat(thread.submit(Libtorch::threads).get()).isEqualTo(Libtorch.threads()).isEqualTo(1);
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void leavesNothingBehindInNativeMemory() {
    Network network = branches();
    NDManager all = systemManager();
    int before = all.getManagedArrays().size();
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      int weights = all.getManagedArrays().size();
      for (int i = 0; i < 20; i++) {
        engine.forward(images(2), 2, Set.of(1, 2)).close();
      }
      assertThat(all.getManagedArrays()).hasSize(weights);
    }
    assertThat(all.getManagedArrays()).hasSize(before);
  }

  @Test
  void leavesNothingBehindWhenALayerFails() {
    Network.Builder builder = Network.builder("failing", Shape.of(4));
    int embedded =
        builder.add("words", new Layer.Embedding(tensor(Shape.of(3, 2), 1)), builder.input());
    Network network =
        builder.build(builder.add("flat", new Layer.Reshape(Shape.of(8)), embedded), false);
    NDManager all = systemManager();
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      int weights = all.getManagedArrays().size();
      // The table has rows 0 to 2.
      assertThatThrownBy(() -> engine.forward(new float[] {0, 1, 2, 3}, 1, Set.of()))
          .isInstanceOf(EngineException.class);
      assertThat(all.getManagedArrays()).hasSize(weights);
      assertThat(logits(engine, new float[] {0, 1, 2, 0}, 1)).hasSize(8);
    }
  }

  @Test
  void refusesABatchOfAnotherSize() {
    Network network = branches();
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> engine.forward(images(2), 3, Set.of()))
          .withMessageContaining("3 images of shape [3, 19, 17]")
          .withMessageContaining("2907 values, found 1938");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> engine.forward(new float[0], 0, Set.of()));
    }
  }

  @Test
  void refusesToKeepMoreThanABufferHolds() {
    Network.Builder builder = Network.builder("wide", Shape.of(1, 16, 16));
    int wide =
        builder.add(
            "wide",
            new Layer.Upsampling(
                Layer.Upsampling.Interpolation.NEAREST, Shape.of(20_000, 20_000), false),
            builder.input());
    int pooled = builder.add("pool", new Layer.GlobalPooling(Layer.PoolingKind.MAX), wide);
    Network network =
        builder.build(builder.add("flat", new Layer.Reshape(Shape.of(1)), pooled), false);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      assertThatThrownBy(() -> engine.forward(new float[2 * 256], 2, Set.of(wide)))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "2 images at once make node wide of wide 3.0 GiB large, at most 2 can be kept;"
                  + " use a smaller batch size");
    }
  }

  @Test
  void saysSoWhenMemoryRunsOut() {
    Network.Builder builder = Network.builder("vast", Shape.of(1, 1, 1));
    // 640 TB for 400 000 images: more than the 47 bits of an address space on x86-64.
    int vast =
        builder.add(
            "vast",
            new Layer.Upsampling(
                Layer.Upsampling.Interpolation.NEAREST, Shape.of(20_000, 20_000), false),
            builder.input());
    int pooled = builder.add("pool", new Layer.GlobalPooling(Layer.PoolingKind.MAX), vast);
    Network network =
        builder.build(builder.add("flat", new Layer.Reshape(Shape.of(1)), pooled), false);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      assertThatThrownBy(() -> engine.forward(new float[400_000], 400_000, Set.of()))
          .isInstanceOf(UserException.class)
          .hasMessage(
              "vast cannot run on 400000 images at once in the memory of this machine;"
                  + " use a smaller batch size");
    }
  }

  @Test
  void saysSoWhenUsedAfterClosing() {
    Network network = branches();
    NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
    Activations outlives = engine.forward(images(1), 1, Set.of());
    engine.close();
    assertThatCode(engine::close).doesNotThrowAnyException();
    assertThatIllegalStateException()
        .isThrownBy(() -> engine.forward(images(1), 1, Set.of()))
        .withMessage("the engine of branches is closed");

    assertThat(floats(outlives.host(network.logits().id()))).hasSize(5);
    outlives.close();
    assertThatCode(outlives::close).doesNotThrowAnyException();
    assertThatIllegalStateException()
        .isThrownBy(() -> outlives.host(network.logits().id()))
        .withMessage("these activations are closed");
  }

  /** Two convolution branches that are summed and concatenated, then a classifier of 5 classes. */
  private static Network branches() {
    Network.Builder builder = Network.builder("branches", IMAGE);
    int stem = convolution(builder, "stem", builder.input(), 3, 8, 3, 2, 1);
    int left = relu(builder, "left", convolution(builder, "left.c", stem, 8, 8, 3, 1, 1));
    int right = relu(builder, "right", convolution(builder, "right.c", stem, 8, 8, 1, 1, 0));
    int sum = builder.add("sum", new Layer.Addition(), left, right, stem);
    int both = builder.add("both", new Layer.Concatenation(0), sum, left);
    int pooled =
        builder.add(
            "pool",
            new Layer.Pooling(Layer.PoolingKind.MAX, Window.square(3, 2, 1), true, false),
            both);
    int flat =
        builder.add("flat", new Layer.Reshape(Shape.of(builder.shape(pooled).size())), pooled);
    int logits =
        builder.add(
            "logits",
            new Layer.Linear(
                tensor(Shape.of(5, builder.shape(flat).size()), 7), Tensor.filled(5, 0.5f)),
            flat);
    return builder.build(logits, false);
  }

  private static int convolution(
      Network.Builder builder, String name, int input, int from, int to, int k, int s, int p) {
    Tensor weight = tensor(Shape.of(to, from, k, k), name.hashCode());
    return builder.add(
        name,
        new Layer.Convolution(weight, Tensor.filled(to, 0.1f), Window.square(k, s, p), 1),
        input);
  }

  private static int relu(Network.Builder builder, String name, int input) {
    return builder.add(name, Layer.Activation.of(Function.RELU), input);
  }

  private static Tensor tensor(Shape shape, long seed) {
    return Tensor.of(shape, gaussians(shape.size(), seed));
  }

  private static float[] images(int n) {
    return gaussians(n * IMAGE.size(), n);
  }

  private static float[] gaussians(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int id(Network network, String name) {
    return network.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow()
        .id();
  }

  private static float[] logits(NetworkEngine engine, float[] batch, int n) {
    try (Activations activations = engine.forward(batch, n, Set.of())) {
      return floats(activations.host(engine.network().logits().id()));
    }
  }

  private static float[] row(float[] batch, int image) {
    float[] row = new float[5];
    System.arraycopy(batch, image * 5, row, 0, 5);
    return row;
  }

  private static float[] floats(FloatBuffer buffer) {
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }

  /** The manager that every other one descends from. */
  private static NDManager systemManager() {
    Libtorch.load();
    try (NDManager base = Engine.getEngine("PyTorch").newBaseManager()) {
      return base.getParentManager();
    }
  }
}
