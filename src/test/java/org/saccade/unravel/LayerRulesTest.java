package org.saccade.unravel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.engine.Activations;
import org.saccade.engine.NetworkEngine;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.Activation.Function;
import org.saccade.network.Layer.Elementwise;
import org.saccade.network.Layer.Elementwise.Operator;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.Window;

/** Every rule on an example small enough to work by hand. */
class LayerRulesTest {

  /**
   * Where a walk from one neuron ended, gathered in host memory and on the device alike: indices of
   * the input cells, with their weights unless those are 1.
   */
  private static String walk(Network network, Profile profile, int neuron, float... image) {
    Unraveller unraveller = Unraveller.of(network, profile);
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
        Activations activations = engine.forward(image, 1, unraveller.requiredActivations())) {
      List<Target> targets = List.of(new Target(0, neuron));
      String host = describe(unraveller.unravel(activations, targets, true).get(0));
      String device =
          describe(unraveller.alwaysOnDevice().unravel(activations, targets, true).get(0));
      assertThat(device).isEqualTo(host);
      return host;
    }
  }

  private static String describe(Walk walk) {
    Points points = walk.points();
    List<String> described =
        IntStream.range(0, points.size())
            .mapToObj(
                i -> {
                  StringBuilder text = new StringBuilder();
                  for (int axis = 0; axis < points.shape().rank(); axis++) {
                    text.append(axis == 0 ? "" : ",").append(points.index(i, axis));
                  }
                  return points.weight(i) == 1
                      ? text.toString()
                      : "%s x %.3f".formatted(text, points.weight(i));
                })
            .toList();
    return String.join("; ", described);
  }

  private static Network single(Shape input, Layer layer) {
    Network.Builder builder = Network.builder("single", input);
    return builder.build(builder.add("layer", layer, builder.input()), false);
  }

  private static Tensor tensor(Shape shape, float... values) {
    return Tensor.of(shape, values);
  }

  private static Layer.Convolution convolution(int outputs, Window window, int groups, float... w) {
    int taps = window.kernel().stream().reduce(1, Math::multiplyExact);
    List<Integer> dims = new ArrayList<>(List.of(outputs, w.length / outputs / taps));
    dims.addAll(window.kernel());
    return new Layer.Convolution(
        tensor(new Shape(dims), w), Tensor.filled(outputs, 0), window, groups);
  }

  private static Window line(int kernel, int stride, int pad) {
    return Window.of(List.of(kernel), List.of(stride), List.of(pad));
  }

  @Nested
  class Convolutions {
    @Test
    void reachTheChannelWithTheLargestSumOfContributions() {
      // Channel 0 contributes 5 - 3 = 2, channel 1 contributes 1 + 1 + 1 = 3.
      Layer layer = convolution(1, line(3, 1, 0), 1, 1, 1, 1, 1, 1, 1);
      Network network = single(Shape.of(2, 3), layer);
      assertThat(walk(network, Profile.REFERENCE, 0, 5, -3, 0, 1, 1, 1)).isEqualTo("1,0");
    }

    @Test
    void tieToTheFirstChannel() {
      Network network = single(Shape.of(2, 1), convolution(1, line(1, 1, 0), 1, 1, 1));
      assertThat(walk(network, Profile.REFERENCE, 0, 4, 4)).isEqualTo("0,0");
    }

    @Test
    void stayAtTheMiddleOfTheWindowWhenTheyPadToKeepTheExtent() {
      Network network = single(Shape.of(1, 5), convolution(1, line(3, 1, 1), 1, 1, 1, 1));
      assertThat(walk(network, Profile.REFERENCE, 3, 9, 1, 1, 1, 9)).isEqualTo("0,3");
    }

    @Test
    void ofTheAuthorsKeepTheFirstCellOfAWindowThatDoesNotPad() {
      Network network = single(Shape.of(1, 9), convolution(1, line(3, 2, 0), 1, 1, 1, 1));
      float[] image = new float[9];
      assertThat(walk(network, Profile.REFERENCE, 2, image)).isEqualTo("0,4");
    }

    @Test
    void onlyReachChannelsOfTheirOwnGroup() {
      Layer layer = convolution(2, line(1, 1, 0), 2, 1, 1, 1, 1);
      Network network = single(Shape.of(4, 1), layer);
      assertThat(walk(network, Profile.REFERENCE, 1, 100, 90, 1, 2)).isEqualTo("3,0");
    }

    @Test
    void keepTheShareOfTheAxisByDefault() {
      // Cell 1 of 4 is 2 to 4 of 8 cells, whose middle is the border of cells 2 and 3.
      Layer layer = convolution(1, line(3, 2, 1), 1, 1, 1, 1);
      Network network = single(Shape.of(1, 8), layer);
      Unraveller unraveller = Unraveller.of(network, Profile.DEFAULT);
      try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
          Activations activations =
              engine.forward(new float[8], 1, unraveller.requiredActivations())) {
        Walk walk = unraveller.unravel(activations, List.of(new Target(0, 1)), false).get(0);
        assertThat(walk.points().coordinate(0, 0)).isEqualTo(2.5f);
      }
    }

    @Test
    void mayLeaveASingleCellForTheLayersOfAVector() {
      // As in LeNet-5: the last convolution is as large as its input, and linear layers follow.
      Network.Builder builder = Network.builder("single cell", Shape.of(1, 5));
      int inner = builder.add("inner", convolution(2, line(3, 1, 0), 1, 1, 1, 1, 1, 0, 0), 0);
      int cell =
          builder.add(
              "cell", convolution(2, line(3, 1, 0), 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1), inner);
      int flat = builder.add("flat", new Layer.Reshape(Shape.of(2)), cell);
      Layer linear = new Layer.Linear(tensor(Shape.of(1, 2), 1, 1), Tensor.filled(1, 0));
      Network network = builder.build(builder.add("linear", linear, flat), false);
      assertThat(walk(network, Profile.DEFAULT, 0, 1, 4, 2, 5, 3)).isEqualTo("0,2");
    }

    @Test
    void ofThePictureAreNotAskedForItsChannelsByDefault() {
      Network network = single(Shape.of(3, 4), convolution(1, line(1, 1, 0), 1, 1, 1, 1));
      assertThat(Unraveller.of(network, Profile.DEFAULT).requiredActivations()).isEmpty();
      assertThat(Unraveller.of(network, Profile.REFERENCE).requiredActivations())
          .containsExactly(network.input().id());
      float[] strongestInItsLastChannel = {0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0};
      assertThat(walk(network, Profile.DEFAULT, 1, strongestInItsLastChannel)).isEqualTo("0,1");
      assertThat(walk(network, Profile.REFERENCE, 1, strongestInItsLastChannel)).isEqualTo("2,1");
    }

    @Test
    void keepTheirPlaceOnAMapThatIsFlattenedToALine() {
      Network.Builder builder = Network.builder("flattened", Shape.of(1, 2, 2));
      int map = builder.add("map", new Activation(Function.RELU, 0, 0), 0);
      int line = builder.add("line", new Layer.Reshape(Shape.of(1, 4)), map);
      int mean = builder.add("mean", new Layer.GlobalPooling(Layer.PoolingKind.AVERAGE), line);
      int flat = builder.add("flat", new Layer.Reshape(Shape.of(1)), mean);
      Layer linear = new Layer.Linear(tensor(Shape.of(1, 1), 1), Tensor.filled(1, 0));
      Network network = builder.build(builder.add("linear", linear, flat), false);
      Unraveller unraveller = Unraveller.of(network, Profile.DEFAULT);
      try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
          Activations activations =
              engine.forward(new float[] {0, 3, 1, 0}, 1, unraveller.requiredActivations())) {
        Points points =
            unraveller.unravel(activations, List.of(new Target(0, 0)), false).get(0).points();
        assertThat(points.size()).isEqualTo(2);
        assertThat(List.of(points.coordinate(0, 0), points.coordinate(0, 1)))
            .containsExactly(0f, 1f);
        assertThat(List.of(points.coordinate(1, 0), points.coordinate(1, 1)))
            .containsExactly(1f, 0f);
      }
    }

    @Test
    void tellCellsFromPaddingBesideThem() {
      // Contributions 1 and 2 at position 0, 3 and 1 at position 1; padding on both sides of them.
      Network.Builder builder = Network.builder("padded", Shape.of(2, 2));
      int cells = builder.add("cells", new Activation(Function.RELU, 0, 0), 0);
      Layer layer =
          new Layer.Convolution(
              tensor(Shape.of(1, 2, 1), 1, 1), Tensor.filled(1, 1), line(1, 1, 1), 1);
      int flat =
          builder.add("flat", new Layer.Reshape(Shape.of(4)), builder.add("padded", layer, cells));
      Layer linear = new Layer.Linear(tensor(Shape.of(1, 4), 1, 1, 1, 1), Tensor.filled(1, 0));
      Network network = builder.build(builder.add("linear", linear, flat), false);
      Unraveller unraveller = Unraveller.of(network, Profile.DEFAULT);
      try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
          Activations activations =
              engine.forward(new float[] {1, 3, 2, 1}, 1, unraveller.requiredActivations())) {
        Walk walk = unraveller.unravel(activations, List.of(new Target(0, 0)), true).get(0);
        assertThat(walk.trace())
            .filteredOn(depth -> depth.node() == cells)
            .singleElement()
            .satisfies(
                depth ->
                    assertThat(
                            IntStream.range(0, depth.points().size())
                                .filter(i -> depth.points().weight(i) > 0.2)
                                .mapToObj(
                                    i ->
                                        "%d,%d"
                                            .formatted(
                                                depth.points().index(i, 0),
                                                depth.points().index(i, 1))))
                        .containsExactly("1,0", "0,1"));
      }
    }

    @Test
    void runBackwardsWhenTransposed() {
      // Output 3 of stride 2, kernel 2 is input 1 through tap 1: channel 1 contributes 1 x 5.
      Layer layer =
          new Layer.TransposedConvolution(
              tensor(Shape.of(2, 1, 2), 9, 1, 0, 5),
              Tensor.filled(1, 0),
              line(2, 2, 0),
              List.of(0),
              1);
      Network network = single(Shape.of(2, 3), layer);
      assertThat(walk(network, Profile.REFERENCE, 3, 1, 1, 1, 1, 1, 1)).isEqualTo("1,1");
    }
  }

  @Nested
  class ResidualBranches {
    private final Network.Builder builder = Network.builder("residual", Shape.of(1, 3, 3));

    private Network network(float scale) {
      float[] kernel = new float[9];
      Arrays.fill(kernel, scale);
      int branch = builder.add("branch", convolution(1, Window.square(3, 1, 1), 1, kernel), 0);
      return builder.build(builder.add("sum", new Layer.Addition(), branch, 0), false);
    }

    @Test
    void moveA3x3ConvolutionOfTheAuthorsToTheLargestActivation() {
      assertThat(walk(network(1), Profile.REFERENCE, 4, 0, 0, 0, 0, 1, 0, 0, 7, 0))
          .isEqualTo("0,2,1");
    }

    @Test
    void areLeftForTheSkipWhenTheSkipIsLarger() {
      assertThat(walk(network(0.1f), Profile.REFERENCE, 4, 0, 0, 0, 0, 1, 0, 0, 7, 0))
          .isEqualTo("0,1,1");
    }

    @Test
    void loseATieToTheSkip() {
      float[] identity = {0, 0, 0, 0, 1, 0, 0, 0, 0};
      int branch = builder.add("branch", convolution(1, Window.square(3, 1, 1), 1, identity), 0);
      Network network = builder.build(builder.add("sum", new Layer.Addition(), branch, 0), false);
      // On the branch the point would move to the 7.
      assertThat(walk(network, Profile.REFERENCE, 4, 0, 0, 0, 0, 1, 0, 0, 7, 0)).isEqualTo("0,1,1");
    }
  }

  @Nested
  class LinearLayers {
    private final Network vector =
        single(
            Shape.of(4),
            new Layer.Linear(tensor(Shape.of(1, 4), 1, -1, 1, 1), Tensor.filled(1, 0)));

    @Test
    void ofTheAuthorsKeepEveryPositiveContribution() {
      assertThat(walk(vector, Profile.REFERENCE, 0, 1, 1, 0, 3)).isEqualTo("0; 3");
    }

    @Test
    void shareTheWeightByDefaultInProportionToPositiveContributions() {
      assertThat(walk(vector, Profile.DEFAULT, 0, 1, 1, 0, 3)).isEqualTo("0 x 0.250; 3 x 0.750");
    }

    @Test
    void ofTheAuthorsReachOneCellOfAFlattenedMap() {
      assertThat(walk(flattened(), Profile.REFERENCE, 0, 1, 4, 9, 4)).isEqualTo("1,0");
    }

    @Test
    void reachEveryPositionOfAFlattenedMapByDefault() {
      // Contributions 1 and 9 at position 0, 4 and 4 at position 1: (1 + 3)^2 = (2 + 2)^2.
      assertThat(walk(flattened(), Profile.DEFAULT, 0, 1, 4, 9, 4))
          .isEqualTo("0,0 x 0.500; 0,1 x 0.500");
    }

    @Test
    void reachEveryPositionThroughANormalizationOfTheFlattenedMap() {
      Network.Builder builder = Network.builder("normalized", Shape.of(2, 2));
      int flat = builder.add("flat", new Layer.Reshape(Shape.of(4)), 0);
      Layer halved = new Layer.ChannelAffine(Tensor.filled(4, 0.5f), Tensor.filled(4, 0));
      Layer linear = new Layer.Linear(tensor(Shape.of(1, 4), 2, 2, 2, 2), Tensor.filled(1, 0));
      int normalized = builder.add("normalized", halved, flat);
      Network network = builder.build(builder.add("linear", linear, normalized), false);

      assertThat(walk(network, Profile.DEFAULT, 0, 1, 4, 9, 4))
          .isEqualTo(walk(flattened(), Profile.DEFAULT, 0, 1, 4, 9, 4));
      assertThat(walk(network, Profile.REFERENCE, 0, 1, 4, 9, 4))
          .isEqualTo(walk(flattened(), Profile.REFERENCE, 0, 1, 4, 9, 4));
    }

    private Network flattened() {
      Network.Builder builder = Network.builder("flattened", Shape.of(2, 2));
      int flat = builder.add("flat", new Layer.Reshape(Shape.of(4)), 0);
      Layer linear = new Layer.Linear(tensor(Shape.of(1, 4), 1, 1, 1, 1), Tensor.filled(1, 0));
      return builder.build(builder.add("linear", linear, flat), false);
    }

    @Test
    void overTheLastAxisKeepTheRow() {
      Layer linear = new Layer.Linear(tensor(Shape.of(1, 3), 1, 2, 1), Tensor.filled(1, 0));
      Network network = single(Shape.of(2, 3), linear);
      assertThat(walk(network, Profile.REFERENCE, 1, 9, 9, 9, 3, 2, 1)).isEqualTo("1,1");
    }
  }

  @Nested
  class ClassifiersByConvolution {
    private final Network network =
        single(
            Shape.of(2, 3),
            new Layer.ConvolutionalClassifier(
                tensor(Shape.of(1, 2), 1, 1), Tensor.filled(1, 0), true));

    @Test
    void ofTheAuthorsReachTheLargestCellOfEveryPositiveChannel() {
      assertThat(walk(network, Profile.REFERENCE, 0, 1, 3, 2, 5, 1, 1)).isEqualTo("1,0; 0,1");
    }

    @Test
    void reachEveryPositionByDefault() {
      // (1 + 2)^2 = 9, (1 + 0)^2 = 1 and nothing.
      assertThat(walk(network, Profile.DEFAULT, 0, 1, 1, 0, 4, 0, -1))
          .isEqualTo("0,0 x 0.900; 0,1 x 0.100");
    }
  }

  @Nested
  class Poolings {
    @ParameterizedTest
    @EnumSource
    void reachTheLargestActivationOfTheirChannel(Profile profile) {
      Layer pooling = new Layer.Pooling(PoolingKind.MAX, Window.square(2, 2, 0), false, false);
      Network network = single(Shape.of(1, 2, 4), pooling);
      assertThat(walk(network, profile, 1, 9, 9, 1, 1, 9, 9, 5, 1)).isEqualTo("0,1,2");
    }

    @ParameterizedTest
    @EnumSource
    void tieToTheFirstCell(Profile profile) {
      Layer pooling = new Layer.Pooling(PoolingKind.MAX, line(2, 2, 0), false, false);
      assertThat(walk(single(Shape.of(1, 4), pooling), profile, 1, 0, 0, 6, 6)).isEqualTo("0,2");
    }

    @Test
    void ofTheAuthorsMayReachIntoTheNeighboursShare() {
      assertThat(walk(overlapping(), Profile.REFERENCE, 1, 0, 0, 9, 2, 5, 0, 0, 0))
          .isEqualTo("0,2");
    }

    @Test
    void stayInTheirOwnShareByDefault() {
      // Cell 1 of 3 stands for 2 2/3 to 5 1/3 of 8: of the window 2 to 4, cell 2 is not its own.
      assertThat(walk(overlapping(), Profile.DEFAULT, 1, 0, 0, 9, 2, 5, 0, 0, 0)).isEqualTo("0,4");
    }

    private Network overlapping() {
      return single(
          Shape.of(1, 8), new Layer.Pooling(PoolingKind.MAX, line(3, 2, 0), false, false));
    }

    @Test
    void neverReachPadding() {
      Layer pooling = new Layer.Pooling(PoolingKind.MAX, line(3, 1, 1), false, false);
      Network network = single(Shape.of(1, 3), pooling);
      assertThat(walk(network, Profile.REFERENCE, 0, -5, -6, -1)).isEqualTo("0,0");
    }

    @Test
    void overAllOfSpaceReachTheLargestCellForTheAuthors() {
      Network network = single(Shape.of(2, 3), new Layer.GlobalPooling(PoolingKind.AVERAGE));
      assertThat(walk(network, Profile.REFERENCE, 1, 9, 9, 9, 1, 3, 2)).isEqualTo("1,1");
    }

    @Test
    void averagingOverAllOfSpaceShareTheWeightByDefault() {
      Network network = single(Shape.of(2, 3), new Layer.GlobalPooling(PoolingKind.AVERAGE));
      assertThat(walk(network, Profile.DEFAULT, 1, 9, 9, 9, 1, 3, -2))
          .isEqualTo("0,0 x 0.250; 0,1 x 0.750");
    }

    @ParameterizedTest
    @EnumSource
    void reduceOverAnyAxes(Profile profile) {
      Layer mean = new Layer.Reduction(Layer.Reduction.Kind.MEAN, List.of(1), false);
      Network network = single(Shape.of(1, 2, 2), mean);
      assertThat(walk(network, profile, 1, 1, 2, 3, 4)).isEqualTo("0,1,1");
    }
  }

  @Nested
  class Joins {
    private final Network.Builder builder = Network.builder("join", Shape.of(2, 2));
    private final int first = builder.add("first", new Layer.Slice(0, 0, 1, 1), 0);
    private final int second = builder.add("second", new Layer.Slice(0, 1, 2, 1), 0);

    private String afterJoin(Layer layer, int neuron, float... image) {
      Network network = builder.build(builder.add("join", layer, first, second), false);
      return walk(network, Profile.REFERENCE, neuron, image);
    }

    @Test
    void reachTheOwnerOfAConcatenation() {
      assertThat(afterJoin(new Layer.Concatenation(0), 3, 1, 2, 3, 4)).isEqualTo("1,1");
    }

    @Test
    void reachTheOwnerOfAConcatenationAlongSpace() {
      assertThat(afterJoin(new Layer.Concatenation(1), 2, 1, 2, 3, 4)).isEqualTo("1,0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void endWhereTheyBeganWhenPartsOfAnyAxisAreJoinedAgain(int axis) {
      Shape shape = Shape.of(4, 3, 5);
      int extent = shape.dim(axis);
      Network.Builder cut = Network.builder("cut", shape);
      int head = cut.add("head", new Layer.Slice(axis, 0, 1, 1), cut.input());
      int tail = cut.add("tail", new Layer.Slice(axis, 1, extent, 1), cut.input());
      Network network =
          cut.build(cut.add("join", new Layer.Concatenation(axis), head, tail), false);
      for (int cell = 0; cell < shape.size(); cell++) {
        String itself = "%d,%d,%d".formatted(cell / 15, cell / 5 % 3, cell % 5);
        assertThat(walk(network, Profile.REFERENCE, cell, new float[shape.size()]))
            .isEqualTo(itself);
      }
    }

    @Test
    void reachTheLargerOperandOfAMaximumAndTheSmallerOfAMinimum() {
      assertThat(afterJoin(new Elementwise(Operator.MAXIMUM), 0, 1, 2, 3, 4)).isEqualTo("1,0");
      assertThat(afterJoin(new Elementwise(Operator.MINIMUM), 0, 1, 2, 3, 4)).isEqualTo("0,0");
    }

    @Test
    void reachTheLargerPartOfADifference() {
      assertThat(afterJoin(new Elementwise(Operator.SUBTRACT), 0, 1, 2, -3, 4)).isEqualTo("1,0");
      assertThat(afterJoin(new Elementwise(Operator.SUBTRACT), 1, 1, 2, -3, 4)).isEqualTo("0,1");
    }

    @Test
    void reachWhatIsGatedAndNotTheGate() {
      int gate = builder.add("gate", Activation.of(Function.SIGMOID), first);
      Layer product = new Elementwise(Operator.MULTIPLY);
      Network network = builder.build(builder.add("product", product, gate, second), false);
      assertThat(walk(network, Profile.REFERENCE, 1, 9, 9, 1, 1)).isEqualTo("1,1");
    }

    @Test
    void reachTheFullOperandOfAProductWithAStretchedOne() {
      int squeezed = builder.add("squeeze", new Layer.GlobalPooling(PoolingKind.AVERAGE), first);
      Layer product = new Elementwise(Operator.MULTIPLY);
      Network network = builder.build(builder.add("product", product, squeezed, second), false);
      assertThat(walk(network, Profile.REFERENCE, 1, 9, 9, 1, 1)).isEqualTo("1,1");
    }
  }

  @Nested
  class Rearrangements {
    private String back(Shape input, Layer layer, int neuron) {
      return walk(single(input, layer), Profile.REFERENCE, neuron, new float[input.size()]);
    }

    @Test
    void followASlice() {
      assertThat(back(Shape.of(1, 6), new Layer.Slice(1, 1, 6, 2), 2)).isEqualTo("0,5");
    }

    @Test
    void endOnConstantPaddingAndReflectElsewhere() {
      assertThat(back(Shape.of(1, 3), padding(Layer.Padding.Fill.CONSTANT), 3)).isEqualTo("0,1");
      assertThat(back(Shape.of(1, 3), padding(Layer.Padding.Fill.CONSTANT), 0)).isEmpty();
      assertThat(back(Shape.of(1, 3), padding(Layer.Padding.Fill.REFLECT), 0)).isEqualTo("0,2");
      assertThat(back(Shape.of(1, 3), padding(Layer.Padding.Fill.REPLICATE), 6)).isEqualTo("0,2");
    }

    @ParameterizedTest
    @EnumSource(Layer.Padding.Fill.class)
    void neverLeaveThePictureOverItsPadding(Layer.Padding.Fill fill) {
      Random random = new Random(7);
      Shape picture = Shape.of(1, 40, 40);
      Network.Builder builder = Network.builder("padded", picture);
      int last = 0;
      for (int channels : new int[] {1, 4, 4, 4}) {
        Layer ring = new Layer.Padding(fill, List.of(0, 2, 2), List.of(0, 2, 2), 0);
        last = builder.add("pad" + last, ring, last);
        Tensor weight = random(random, Shape.of(4, channels, 3, 3));
        Window window = Window.of(List.of(3, 3), List.of(2, 2), List.of(0, 0));
        Layer halve = new Layer.Convolution(weight, Tensor.filled(4, 0), window, 1);
        last = builder.add("halve" + last, halve, last);
      }
      Network network = builder.build(last, false);
      Unraveller unraveller = Unraveller.of(network, Profile.DEFAULT);
      float[] image = random(random, picture).values();

      try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu());
          Activations activations = engine.forward(image, 1, unraveller.requiredActivations())) {
        for (int neuron = 0; neuron < network.logits().shape().size(); neuron++) {
          Target target = new Target(0, neuron);
          Points points = unraveller.unravel(activations, List.of(target), false).get(0).points();
          for (int i = 0; i < points.size(); i++) {
            for (int axis = 0; axis < 2; axis++) {
              assertThat(points.coordinate(i, axis)).isBetween(-0.5f, 39.5f);
            }
          }
        }
      }
    }

    private static Tensor random(Random random, Shape shape) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      return Tensor.of(shape, values);
    }

    private static Layer padding(Layer.Padding.Fill fill) {
      return new Layer.Padding(fill, List.of(0, 2), List.of(0, 2), 0);
    }

    @Test
    void followAPermutation() {
      // Row 2, column 1 of the transpose is row 1, column 2.
      assertThat(back(Shape.of(2, 3), new Layer.Permutation(List.of(1, 0)), 5)).isEqualTo("1,2");
    }

    @Test
    void followRearrangementsOfMoreAxesThanAPictureHas() {
      // A pixel shuffle: channel 2 of a cell of [4, 1, 2] is row 1, column 0 of its block.
      Network.Builder builder = Network.builder("shuffle", Shape.of(4, 1, 2));
      int apart = builder.add("apart", new Layer.Reshape(Shape.of(1, 2, 2, 1, 2)), builder.input());
      int mixed = builder.add("mixed", new Layer.Permutation(List.of(0, 3, 1, 4, 2)), apart);
      int shuffled = builder.add("shuffled", new Layer.Reshape(Shape.of(1, 2, 4)), mixed);
      Network network = builder.build(shuffled, false);
      float[] image = new float[8];
      int secondRowThirdColumn = 6;
      assertThat(walk(network, Profile.REFERENCE, secondRowThirdColumn, image)).isEqualTo("2,0,1");
      assertThat(walk(network, Profile.DEFAULT, secondRowThirdColumn, image)).isEqualTo("0,0,1");
    }

    @Test
    void followUpsamplingToItsSource() {
      Layer nearest =
          new Layer.Upsampling(Layer.Upsampling.Interpolation.NEAREST, Shape.of(4), false);
      assertThat(back(Shape.of(1, 3), nearest, 3)).isEqualTo("0,2");
      assertThat(back(Shape.of(1, 3), nearest, 1)).isEqualTo("0,0");
    }

    @Test
    void reachTheTokenOfAnEmbedding() {
      Layer embedding = new Layer.Embedding(tensor(Shape.of(3, 2), 0, 1, 2, 3, 4, 5));
      assertThat(back(Shape.of(4), embedding, 5)).isEqualTo("2");
    }
  }

  @Test
  void localResponseNormalizationIsSkippedByTheAuthors() {
    // Normalization makes the loud channel small where its neighbour is loud too; the authors read
    // the values before it, 3 against 2, and not those after it.
    Network.Builder builder = Network.builder("lrn", Shape.of(2, 2));
    int normalized =
        builder.add("lrn", new Layer.LocalResponseNormalization(1, 1, 1, 1), builder.input());
    int pooled =
        builder.add(
            "pool", new Layer.Pooling(PoolingKind.MAX, line(2, 2, 0), false, false), normalized);
    Network network = builder.build(pooled, false);
    assertThat(walk(network, Profile.REFERENCE, 0, 1, 3, 0, 0)).isEqualTo("0,1");
    assertThat(walk(network, Profile.DEFAULT, 0, 1, 3, 0, 0)).isEqualTo("0,0");
  }

  @Test
  void aDepthwiseConvolutionReadsNothing() {
    Layer depthwise = convolution(2, line(3, 1, 1), 2, 1, 1, 1, 1, 1, 1);
    Network network = single(Shape.of(2, 4), depthwise);
    assertThat(Unraveller.of(network, Profile.DEFAULT).requiredActivations()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aSoftmaxInsideTheNetworkIsRefusedByName(Profile profile) {
    Network.Builder builder = Network.builder("attention", Shape.of(3));
    int softmax = builder.add("weights", new Layer.Softmax(0, false), builder.input());
    Network network =
        builder.build(builder.add("relu", Activation.of(Function.RELU), softmax), false);
    assertThatThrownBy(() -> Unraveller.of(network, profile))
        .isInstanceOf(UnsupportedNetworkException.class)
        .hasMessageContaining("attention cannot be used")
        .hasMessageContaining("Softmax (node weights)");
  }

  @Test
  void aSoftmaxThatOnlyMakesAGateIsNoObstacle() {
    Network.Builder builder = Network.builder("gated", Shape.of(2, 2));
    int gate = builder.add("gate", new Layer.Softmax(0, false), builder.input());
    Layer product = new Elementwise(Operator.MULTIPLY);
    Network network = builder.build(builder.add("product", product, gate, 0), false);
    assertThat(walk(network, Profile.REFERENCE, 3, 1, 2, 3, 4)).isEqualTo("1,1");
  }

  @ParameterizedTest
  @EnumSource
  void aPlantedPathwayIsFoundExactly(Profile profile) {
    // The only cell that anything hangs on is (y 5, x 2) of 8: 2x2 poolings and 1x1 convolutions
    // leave a walk no choice.
    Network.Builder builder = Network.builder("planted", Shape.of(3, 8, 8));
    int at = builder.input();
    for (int depth = 0; depth < 3; depth++) {
      at =
          builder.add(
              "conv", convolution(3, Window.square(1, 1, 0), 1, 0, 1, 0, 0, 0, 1, 1, 0, 0), at);
      at =
          builder.add(
              "pool", new Layer.Pooling(PoolingKind.MAX, Window.square(2, 2, 0), false, false), at);
    }
    float[] image = new float[3 * 8 * 8];
    image[64 + 5 * 8 + 2] = 1;
    // Three cyclic shifts bring channel 1 back to where it was.
    String expected = profile == Profile.REFERENCE ? "1,5,2" : "0,5,2";
    assertThat(walk(builder.build(at, false), profile, 1, image)).isEqualTo(expected);
  }

  @Test
  void profilesAreChosenByName() {
    assertThat(Profile.parse("default")).isEqualTo(Profile.DEFAULT);
    assertThat(Profile.parse("reference")).hasToString("reference");
    assertThatThrownBy(() -> Profile.parse("Reference"))
        .hasMessage("there is no profile 'Reference'; choose 'default' or 'reference'");
  }
}
