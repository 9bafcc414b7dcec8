package org.saccade.network.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.saccade.UserException;
import org.saccade.engine.ForwardPass;
import org.saccade.network.GraphBuilder;
import org.saccade.network.ImportOptions;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.Layer.ConstantElementwise;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Layer.Padding.Fill;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Layer.Reduction;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/** Every rewrite finds its pattern, and the network computes the same before and after. */
class CanonicalFormTest {
  private static final ImportOptions ANY = ImportOptions.defaults().anyNetwork();

  private final Random random = new Random(5);
  private final GraphBuilder graph = new GraphBuilder("toy", Shape.of(4, 6, 5));
  private final int x = graph.input();

  @Test
  void batchNormalizationsInARowFoldIntoTheConvolutionBeforeThem() {
    int normalized = normalize(normalize(convolve(x, 4, 6)));

    assertThat(layersAfter(normalized, ANY)).hasExactlyElementsOfTypes(Layer.Convolution.class);
  }

  @Test
  void batchNormalizationFoldsIntoGroupedTransposedConvolutions() {
    Layer transposed =
        new Layer.TransposedConvolution(
            tensor(4, 3, 3, 3), tensor(6), Window.square(3, 2, 1), List.of(1, 1), 2);
    int normalized = normalize(graph.add("up", transposed, x));

    assertThat(layersAfter(normalized, ANY))
        .hasExactlyElementsOfTypes(Layer.TransposedConvolution.class);
  }

  @Test
  void batchNormalizationsStayAsOneAffineLayerWhenTheyAreNotToBeFolded() {
    int normalized = normalize(normalize(convolve(x, 4, 6)));

    assertThat(layersAfter(normalized, ANY.withoutBatchNormFolding()))
        .hasExactlyElementsOfTypes(Layer.Convolution.class, Layer.ChannelAffine.class);
  }

  @Test
  void batchNormalizationStaysWhereTheConvolutionIsReadByOthersToo() {
    int convolved = convolve(x, 4, 6);
    int sum = graph.add("sum", new Layer.Addition(), convolved, normalize(convolved));

    assertThat(layersAfter(sum, ANY))
        .hasExactlyElementsOfTypes(
            Layer.Convolution.class, Layer.ChannelAffine.class, Layer.Addition.class);
  }

  @Test
  void aSumAfterALinearLayerIsItsBias() {
    int tokens = graph.reshape("tokens", x, Shape.of(24, 5));
    int product = graph.add("product", new Layer.Linear(tensor(3, 5), Tensor.filled(3, 0)), tokens);
    int sum = graph.withConstant("bias", Operator.ADD, product, tensor(3), false);

    assertThat(layersAfter(sum, ANY.withoutBatchNormFolding()))
        .hasExactlyElementsOfTypes(Layer.Reshape.class, Layer.Linear.class);
  }

  /** Else a walk would follow what raises an output that the class score is the negative of. */
  @Test
  void whatIsDoneToEachOutputOfALinearLayerIsPartOfIt() {
    int tokens = graph.reshape("tokens", x, Shape.of(24, 5));
    int product = graph.add("product", new Layer.Linear(tensor(3, 5), tensor(3)), tokens);
    int negative = graph.add("negative", new Activation(Function.NEGATE, 0, 0), product);
    int scaled = graph.withConstant("scaled", Operator.MULTIPLY, negative, tensor(3), false);
    int rest = graph.withConstant("rest", Operator.SUBTRACT, scaled, tensor(1), true);
    int less = graph.withConstant("less", Operator.SUBTRACT, rest, tensor(3), false);
    int half = graph.withConstant("half", Operator.DIVIDE, less, Tensor.filled(1, -2), false);

    assertThat(layersAfter(half, ANY.withoutBatchNormFolding()))
        .hasExactlyElementsOfTypes(Layer.Reshape.class, Layer.Linear.class);
  }

  @Test
  void zerosAroundAConvolutionBecomeItsPadding() {
    int padded = graph.pad("pad", x, Fill.CONSTANT, List.of(0, 1, 0), List.of(0, 2, 1), 0);

    List<Layer> layers = layersAfter(convolve(padded, 4, 6), ANY);
    assertThat(layers).hasExactlyElementsOfTypes(Layer.Convolution.class);
    assertThat(((Layer.Convolution) layers.get(0)).window().padAfter()).containsExactly(3, 2);
  }

  @Test
  void onesAroundAConvolutionStayPadding() {
    int padded = graph.pad("pad", x, Fill.CONSTANT, List.of(0, 1, 0), List.of(0, 2, 1), 1);

    assertThat(layersAfter(convolve(padded, 4, 6), ANY))
        .hasExactlyElementsOfTypes(Layer.Padding.class, Layer.Convolution.class);
  }

  @Test
  void zerosAroundAnAveragePoolingCountInItsDivisor() {
    int padded = graph.pad("pad", x, Fill.CONSTANT, List.of(0, 1, 1), List.of(0, 1, 1), 0);
    int pooled =
        graph.add(
            "pool",
            new Layer.Pooling(PoolingKind.AVERAGE, Window.square(3, 2, 0), false, false),
            padded);

    assertThat(layersAfter(pooled, ANY)).hasExactlyElementsOfTypes(Layer.Pooling.class);
  }

  @Test
  void meansOverSpaceOneAxisAfterTheOtherAreGlobalPooling() {
    int rows = graph.reduce("rows", x, Reduction.Kind.MEAN, List.of(2), false);
    int columns = graph.reduce("columns", rows, Reduction.Kind.MEAN, List.of(1), false);

    assertThat(layersAfter(columns, ANY))
        .hasExactlyElementsOfTypes(Layer.GlobalPooling.class, Layer.Reshape.class);
  }

  @Test
  void aWindowOverTheWholeMapIsGlobalPooling() {
    Window whole = Window.of(List.of(6, 5), List.of(1, 1), List.of(0, 0));
    int pooled = graph.add("pool", new Layer.Pooling(PoolingKind.MAX, whole, false, false), x);

    assertThat(layersAfter(pooled, ANY)).hasExactlyElementsOfTypes(Layer.GlobalPooling.class);
  }

  @Test
  void reshapesAndPermutationsThatCancelVanish() {
    int turned = graph.permute("there", x, List.of(2, 0, 1));
    int back = graph.permute("back", turned, List.of(1, 2, 0));
    int flat = graph.reshape("flat", back, Shape.of(120));
    int again = graph.reshape("again", flat, Shape.of(4, 6, 5));

    assertThat(layersAfter(activate(again, Function.RELU), ANY))
        .hasExactlyElementsOfTypes(Activation.class);
  }

  @Test
  void aValueTimesItsSigmoidIsSilu() {
    assertRecognized(multiply(x, activate(x, Function.SIGMOID)), Function.SILU);
    assertRecognized(multiply(activate(x, Function.SIGMOID), x), Function.SILU);
  }

  @Test
  void aValueTimesTheTanhOfItsSoftplusIsMish() {
    int gate = activate(activate(x, Function.SOFTPLUS), Function.TANH);

    assertRecognized(multiply(x, gate), Function.MISH);
  }

  @Test
  void aSixthOfAClippedValueIsHardSigmoidAndTimesTheValueHardSwish() {
    int clipped = graph.clip("clip", constant(Operator.ADD, x, 3), 0, 6);

    assertRecognized(constant(Operator.DIVIDE, clipped, 6), Function.HARD_SIGMOID);
    assertRecognized(constant(Operator.DIVIDE, multiply(x, clipped), 6), Function.HARD_SWISH);
    assertRecognized(
        multiply(x, constant(Operator.MULTIPLY, clipped, 1 / 6f)), Function.HARD_SWISH);
  }

  @Test
  void theErrorFunctionSpelledOutIsGeluInAnyOrder() {
    int scaled = constant(Operator.DIVIDE, x, (float) Math.sqrt(2));
    int curve = constant(Operator.ADD, activate(scaled, Function.ERF), 1);

    assertRecognized(constant(Operator.MULTIPLY, multiply(x, curve), 0.5f), Function.GELU);
    assertRecognized(multiply(constant(Operator.MULTIPLY, x, 0.5f), curve), Function.GELU);
  }

  @Test
  void tanhOfACubicIsTheApproximationOfGelu() {
    int cube = constant(Operator.POWER, x, 3);
    int sum =
        graph.add("sum", new Layer.Addition(), x, constant(Operator.MULTIPLY, cube, 0.044715f));
    int argument = constant(Operator.MULTIPLY, sum, (float) Math.sqrt(2 / Math.PI));
    int curve = constant(Operator.ADD, activate(argument, Function.TANH), 1);

    assertRecognized(multiply(constant(Operator.MULTIPLY, x, 0.5f), curve), Function.GELU_TANH);
  }

  @Test
  void theFactorsOfGeluMayComeFirst() {
    int cubic = constantFirst(0.044715f, Operator.MULTIPLY, multiply(x, multiply(x, x)));
    int sum = graph.add("sum", new Layer.Addition(), x, cubic);
    int argument = constantFirst((float) Math.sqrt(2 / Math.PI), Operator.MULTIPLY, sum);
    int curve = constantFirst(1, Operator.ADD, activate(argument, Function.TANH));

    assertRecognized(
        constantFirst(0.5f, Operator.MULTIPLY, multiply(x, curve)), Function.GELU_TANH);
  }

  @Test
  void sumsWithZeroAndProductsWithOneVanish() {
    int same = constantFirst(0, Operator.ADD, constant(Operator.DIVIDE, x, 1));

    assertThat(layersAfter(activate(same, Function.TANH), ANY))
        .hasExactlyElementsOfTypes(Layer.Activation.class);
    assertThat(layersAfter(constantFirst(1, Operator.DIVIDE, x), ANY)).hasSize(1);
  }

  @Test
  void anotherFactorThanAHalfIsNoGelu() {
    int scaled = constant(Operator.DIVIDE, x, (float) Math.sqrt(2));
    int curve = constant(Operator.ADD, activate(scaled, Function.ERF), 1);
    int product = constant(Operator.MULTIPLY, multiply(x, curve), 0.6f);

    assertThat(layersAfter(product, ANY)).hasSize(5);
  }

  @Test
  void normalizationOfTheLastAxisSpelledOutIsLayerNormalization() {
    int scaled = graph.withConstant("scale", Operator.MULTIPLY, spelledOut(x, 2), tensor(5), false);
    int shifted = graph.withConstant("shift", Operator.ADD, scaled, tensor(5), false);

    assertThat(layersAfter(shifted, ANY)).hasExactlyElementsOfTypes(Layer.LayerNormalization.class);
  }

  @Test
  void normalizationOfChannelsSpelledOutIsLayerNormalizationBetweenPermutations() {
    assertThat(layersAfter(spelledOut(x, 0), ANY))
        .hasExactlyElementsOfTypes(
            Layer.Permutation.class, Layer.LayerNormalization.class, Layer.Permutation.class);
  }

  @Test
  void instanceNormalizationOfReshapedGroupsIsGroupNormalization() {
    int groups = graph.reshape("groups", x, Shape.of(2, 60));
    Layer instance =
        new Layer.GroupNormalization(2, Tensor.filled(2, 1), Tensor.filled(2, 0), 1e-5f);
    int back = graph.reshape("back", graph.add("instance", instance, groups), Shape.of(4, 6, 5));
    int scaled = graph.withConstant("scale", Operator.MULTIPLY, back, tensor(4, 1, 1), false);

    List<Layer> layers = layersAfter(scaled, ANY);
    assertThat(layers).hasExactlyElementsOfTypes(Layer.GroupNormalization.class);
    assertThat(((Layer.GroupNormalization) layers.get(0)).groups()).isEqualTo(2);
  }

  @Test
  void aPointwiseConvolutionBeforeGlobalPoolingAtTheEndIsAClassifier() {
    int scores = activate(pointwise(x, 4, 7), Function.RELU);
    int pooled = graph.add("pool", new Layer.GlobalPooling(PoolingKind.AVERAGE), scores);

    List<Layer> layers = layersAfter(pooled, ImportOptions.defaults());
    assertThat(layers).hasExactlyElementsOfTypes(Layer.ConvolutionalClassifier.class);
    assertThat(((Layer.ConvolutionalClassifier) layers.get(0)).relu()).isTrue();
  }

  @Test
  void aPointwiseConvolutionAfterGlobalPoolingAtTheEndIsLinear() {
    int pooled = graph.add("pool", new Layer.GlobalPooling(PoolingKind.AVERAGE), x);
    int hidden = activate(pointwise(pooled, 4, 8), Function.HARD_SWISH);
    int scores = pointwise(hidden, 8, 7);

    assertThat(layersAfter(scores, ImportOptions.defaults()))
        .hasExactlyElementsOfTypes(
            Layer.GlobalPooling.class,
            Layer.Reshape.class,
            Layer.Linear.class,
            Activation.class,
            Layer.Linear.class);
  }

  @Test
  void theConvolutionsOfAGateStayConvolutions() {
    int pooled = graph.add("pool", new Layer.GlobalPooling(PoolingKind.AVERAGE), x);
    int gate = activate(pointwise(pooled, 4, 4), Function.SIGMOID);

    assertThat(layersAfter(multiply(x, gate), ANY))
        .hasExactlyElementsOfTypes(
            Layer.GlobalPooling.class,
            Layer.Convolution.class,
            Activation.class,
            Elementwise.class);
  }

  @Test
  void aFinalSoftmaxIsSplitOffAndRemembered() {
    int pooled = graph.add("pool", new Layer.GlobalPooling(PoolingKind.MAX), x);
    int softmax = graph.softmaxFrom("softmax", pooled, 0, false);

    Network network = CanonicalForm.of(graph.build(softmax), ImportOptions.defaults());

    assertThat(network.endsInSoftmax()).isTrue();
    assertThat(network.logits().shape()).isEqualTo(Shape.of(4));
    assertThat(network.nodes()).noneMatch(node -> node.layer() instanceof Layer.Softmax);
  }

  @Test
  void aNetworkThatEndsInAMapIsNoClassifier() {
    Network network = graph.build(convolve(x, 4, 6));

    assertThatThrownBy(() -> CanonicalForm.of(network, ImportOptions.defaults()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("toy is no classifier")
        .hasMessageContaining("[6, 6, 5]");
  }

  private void assertRecognized(int output, Function function) {
    List<Layer> layers = layersAfter(output, ANY);
    assertThat(layers).hasExactlyElementsOfTypes(Activation.class);
    assertThat(((Activation) layers.get(0)).function()).isEqualTo(function);
  }

  /** The layers of the canonical form, input left out, after checking that it computes the same. */
  private List<Layer> layersAfter(int output, ImportOptions options) {
    Network written = graph.build(output);
    Network canonical = CanonicalForm.of(written, options);
    float[] batch = new float[2 * written.input().shape().size()];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = (float) random.nextGaussian();
    }
    float[] expected = ForwardPass.of(written, batch, 2);
    float[] result = ForwardPass.of(canonical, batch, 2);
    assertThat(result).hasSameSizeAs(expected);
    for (int i = 0; i < result.length; i++) {
      assertThat(result[i]).isCloseTo(expected[i], within(1e-4f + 1e-4f * Math.abs(expected[i])));
    }
    return canonical.nodes().stream().skip(1).map(Node::layer).toList();
  }

  @Test
  void localResponseNormalizationSpelledOutIsItself() {
    int square = graph.add("square", new Elementwise(Operator.MULTIPLY), x, x);
    int apart = graph.reshape("apart", square, Shape.of(1, 4, 6, 5));
    Window neighbours =
        new Window(List.of(3, 1, 1), ones(3), ones(3), List.of(1, 0, 0), List.of(1, 0, 0));
    Layer average = new Layer.Pooling(PoolingKind.AVERAGE, neighbours, false, true);
    int mean = graph.reshape("together", graph.add("average", average, apart), Shape.of(4, 6, 5));
    int scaled = constant(Operator.ADD, constant(Operator.MULTIPLY, mean, 0.5f), 2);
    int divisor = constant(Operator.POWER, scaled, 0.75f);
    int normalized = graph.add("normalized", new Elementwise(Operator.DIVIDE), x, divisor);

    assertThat(layersAfter(normalized, ANY))
        .containsExactly(new Layer.LocalResponseNormalization(3, 0.5f, 0.75f, 2));
  }

  @Test
  void anAverageOverSpaceIsNoLocalResponseNormalization() {
    int square = graph.add("square", new Elementwise(Operator.MULTIPLY), x, x);
    Layer average = new Layer.Pooling(PoolingKind.AVERAGE, Window.square(3, 1, 1), false, true);
    int sum =
        constant(Operator.ADD, constant(Operator.MULTIPLY, graph.add("a", average, square), 1), 2);
    int divisor = constant(Operator.POWER, sum, 0.75f);
    int quotient = graph.add("quotient", new Elementwise(Operator.DIVIDE), x, divisor);

    assertThat(layersAfter(quotient, ANY))
        .noneMatch(layer -> layer instanceof Layer.LocalResponseNormalization);
  }

  @Test
  void concatenationsInsideEachOtherAreOne() {
    int first = activate(x, Function.TANH);
    int second = activate(x, Function.SIGMOID);
    int inner = graph.add("inner", new Layer.Concatenation(0), first, second);
    int outer = graph.add("outer", new Layer.Concatenation(0), x, inner, first);

    assertThat(layersAfter(outer, ANY))
        .hasExactlyElementsOfTypes(Activation.class, Activation.class, Layer.Concatenation.class);
  }

  @Test
  void aGateStretchedOverSpaceMultipliesAsItIs() {
    int gate = graph.add("pool", new Layer.GlobalPooling(PoolingKind.AVERAGE), x);
    int stretched = graph.stretch("stretch", gate, graph.shape(x));
    int product = multiply(x, stretched);

    assertThat(layersAfter(product, ANY))
        .hasExactlyElementsOfTypes(Layer.GlobalPooling.class, Elementwise.class);
  }

  @Test
  void aScaleAfterTheNormalizationOfAVectorIsItsOwn() {
    int vector = graph.flatten("flat", x);
    Tensor ones = Tensor.filled(120, 1);
    int normalized =
        graph.add("norm", new Layer.LayerNormalization(ones, Tensor.filled(120, 0), 1e-5f), vector);
    int scaled = graph.add("scale", new Layer.ChannelAffine(tensor(120), tensor(120)), normalized);

    assertThat(layersAfter(scaled, ANY))
        .hasExactlyElementsOfTypes(Layer.Reshape.class, Layer.LayerNormalization.class);
  }

  private static List<Integer> ones(int n) {
    return Shape.repeat(1, n);
  }

  private int convolve(int id, int inputs, int outputs) {
    Layer convolution =
        new Layer.Convolution(
            tensor(outputs, inputs, 3, 3), tensor(outputs), Window.square(3, 1, 1), 1);
    return graph.add("convolution", convolution, id);
  }

  private int pointwise(int id, int inputs, int outputs) {
    Layer convolution =
        new Layer.Convolution(
            tensor(outputs, inputs, 1, 1), tensor(outputs), Window.square(1, 1, 0), 1);
    return graph.add("pointwise", convolution, id);
  }

  private int normalize(int id) {
    int channels = graph.shape(id).channels();
    float[] variance = tensor(channels).values();
    for (int c = 0; c < channels; c++) {
      variance[c] = Math.abs(variance[c]) + 0.1f;
    }
    return graph.batchNormalization(
        "norm",
        id,
        tensor(channels),
        tensor(channels),
        tensor(channels),
        Tensor.of(Shape.of(channels), variance),
        1e-5);
  }

  /** {@code (x - mean) / sqrt(variance + epsilon)} along an axis, as exporters write it. */
  private int spelledOut(int id, int axis) {
    int mean = graph.reduce("mean", id, Reduction.Kind.MEAN, List.of(axis), true);
    int centred = graph.add("centre", new Elementwise(Operator.SUBTRACT), id, mean);
    int square = constant(Operator.POWER, centred, 2);
    int variance = graph.reduce("variance", square, Reduction.Kind.MEAN, List.of(axis), true);
    int root = activate(constant(Operator.ADD, variance, 1e-5f), Function.SQRT);
    return graph.add("normalize", new Elementwise(Operator.DIVIDE), centred, root);
  }

  private int activate(int id, Function function) {
    return graph.add("activation", Activation.of(function), id);
  }

  private int multiply(int first, int second) {
    return graph.add("product", new Elementwise(Operator.MULTIPLY), first, second);
  }

  private int constant(Operator operator, int id, float number) {
    return constant(operator, id, number, false);
  }

  private int constantFirst(float number, Operator operator, int id) {
    return constant(operator, id, number, true);
  }

  private int constant(Operator operator, int id, float number, boolean first) {
    Tensor scalar = Tensor.of(Shape.of(), new float[] {number});
    return graph.add("number", new ConstantElementwise(operator, scalar, first), id);
  }

  private Tensor tensor(int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, values);
  }
}
