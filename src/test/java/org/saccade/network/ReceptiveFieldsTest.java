package org.saccade.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.saccade.SharedData;

class ReceptiveFieldsTest {
  private static final int SIDE = 33;

  private final Network.Builder builder = Network.builder("toy", Shape.of(1, SIDE, SIDE));

  /**
   * VGG-16 up to pool5: size 212, stride 32 and padding 90, as published by Araujo, Norris and Sim
   * (Distill 2019, table 1); the centre of the first field is at (size - 1) / 2 - padding.
   */
  @Test
  void theLastPoolingOfVgg16SeesWhatWasPublished() {
    Network network =
        ModelReader.read(SharedData.path("oracle/vgg16_slim8.onnx"), ImportOptions.defaults());
    Node lastPooling =
        network.nodes().stream()
            .filter(node -> node.layer() instanceof Layer.Pooling)
            .reduce((first, second) -> second)
            .orElseThrow();

    assertThat(ReceptiveFields.of(network).spatial(lastPooling.id()))
        .contains(
            List.of(new ReceptiveField(1, 32, 212, 15.5), new ReceptiveField(2, 32, 212, 15.5)));
  }

  @Test
  void anEvenUnpaddedWindowIsCentredBetweenCells() {
    int pooled = builder.add("pool", maxPooling(2, 2, 0), builder.input());

    assertThat(along(pooled)).isEqualTo(new ReceptiveField(1, 2, 2, 0.5));
  }

  @Test
  void samePaddingKeepsCellsOverTheInputCellsTheyStandFor() {
    int first = builder.add("first", convolution(3, 2, 1), builder.input());
    int second = builder.add("second", convolution(3, 2, 1), first);

    assertThat(along(second)).isEqualTo(new ReceptiveField(1, 4, 7, 0));
  }

  @Test
  void aResidualJoinTakesTheBranchThatSeesMost() {
    int deep = builder.add("deep", convolution(3, 1, 1), builder.input());
    int sum = builder.add("sum", new Layer.Addition(), builder.input(), deep);

    assertThat(along(sum)).isEqualTo(new ReceptiveField(1, 1, 3, 0));
  }

  @Test
  void aGateDoesNotWidenWhatItIsAppliedTo() {
    int squeezed =
        builder.add("squeeze", new Layer.GlobalPooling(Layer.PoolingKind.AVERAGE), builder.input());
    int gated =
        builder.add(
            "gate",
            new Layer.Elementwise(Layer.Elementwise.Operator.MULTIPLY),
            builder.input(),
            squeezed);

    assertThat(along(gated)).isEqualTo(new ReceptiveField(1, 1, 1, 0));
  }

  @Test
  void globalPoolingSeesTheWholeInputAroundItsCentre() {
    int pooled =
        builder.add("pool", new Layer.GlobalPooling(Layer.PoolingKind.AVERAGE), builder.input());

    ReceptiveField field = along(pooled);
    assertThat(field.size()).isEqualTo(SIDE);
    assertThat(field.centre(0)).isEqualTo((SIDE - 1) / 2.0);
  }

  @Test
  void doublingByNearestNeighbourPlacesCellsAtQuartersOfACell() {
    Shape doubled = Shape.of(2 * SIDE, 2 * SIDE);
    int upsampled =
        builder.add(
            "up",
            new Layer.Upsampling(Layer.Upsampling.Interpolation.NEAREST, doubled, false),
            builder.input());

    assertThat(along(upsampled)).isEqualTo(new ReceptiveField(1, 0.5, 1, -0.25));
  }

  @Test
  void aTransposedConvolutionUndoesTheStrideOfTheConvolutionItTransposes() {
    int down = builder.add("down", convolution(3, 2, 1), builder.input());
    Layer transposed =
        new Layer.TransposedConvolution(
            kernel(3), Tensor.filled(1, 0), Window.square(3, 2, 1), List.of(0, 0), 1);
    int up = builder.add("up", transposed, down);

    ReceptiveField field = along(up);
    assertThat(field.jump()).isEqualTo(1);
    assertThat(field.centre(0)).isEqualTo(0);
  }

  @Test
  void axesAreFollowedThroughPermutationsAndReshapesThatKeepThem() {
    int strided = builder.add("pool", maxPooling(3, 3, 0), builder.input());
    int grouped = builder.add("group", new Layer.Reshape(Shape.of(1, 1, 11, 11)), strided);
    int turned = builder.add("turn", new Layer.Permutation(List.of(3, 0, 1, 2)), grouped);
    ReceptiveFields fields = fields(turned);
    int last = fields.size() - 1;

    assertThat(fields.along(last, 0)).contains(new ReceptiveField(2, 3, 3, 1));
    assertThat(fields.along(last, 1)).isEmpty();
    assertThat(fields.along(last, 3)).contains(new ReceptiveField(1, 3, 3, 1));
  }

  @Test
  void flatteningLosesSpace() {
    int flat = builder.add("flat", new Layer.Reshape(Shape.of(SIDE * SIDE)), builder.input());
    ReceptiveFields fields = fields(flat);

    assertThat(fields.along(fields.size() - 1, 0)).isEmpty();
    assertThat(fields.spatial(fields.size() - 1)).isEmpty();
  }

  private ReceptiveField along(int id) {
    ReceptiveFields fields = fields(id);
    return fields.along(fields.size() - 1, 1).orElseThrow();
  }

  private ReceptiveFields fields(int last) {
    return ReceptiveFields.of(builder.build(last, false));
  }

  private static Layer convolution(int kernel, int stride, int padding) {
    return new Layer.Convolution(
        kernel(kernel), Tensor.filled(1, 0), Window.square(kernel, stride, padding), 1);
  }

  private static Layer maxPooling(int kernel, int stride, int padding) {
    return new Layer.Pooling(
        Layer.PoolingKind.MAX, Window.square(kernel, stride, padding), false, false);
  }

  private static Tensor kernel(int side) {
    return Tensor.of(Shape.of(1, 1, side, side), new float[side * side]);
  }
}
