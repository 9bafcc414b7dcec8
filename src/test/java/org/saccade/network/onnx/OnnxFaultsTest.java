package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.saccade.network.onnx.OnnxModels.integer;
import static org.saccade.network.onnx.OnnxModels.integerList;
import static org.saccade.network.onnx.OnnxModels.integers;
import static org.saccade.network.onnx.OnnxModels.model;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.SharedData;
import org.saccade.UserException;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.UnsupportedNetworkException.Problem;

/** What is wrong with a model is said in one sentence that names it. */
class OnnxFaultsTest {
  private static final float[] EIGHT = {1, 2, 3, 4, 5, 6, 7, 8};

  @TempDir private Path folder;

  @Test
  void aMissingFileAndAFolderAreNamed() {
    assertFault(folder.resolve("none.onnx"), "there is no model file", "none.onnx");
    assertFault(folder, "is a folder, not a model file");
  }

  @Test
  void aFileOfNoKnownFormatIsToldTheKnownOnes() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "not a model");

    assertFault(text, "notes.txt is not a model file that Saccade reads", "ONNX (.onnx)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "this is not a model at all, just text with an extension"})
  void anEmptyFileOrTextCalledOnnxIsNoModel(String content) throws IOException {
    assertFault(
        Files.writeString(folder.resolve("fake.onnx"), content), "fake.onnx is not an ONNX model");
  }

  @Test
  void aTruncatedFileIsDamaged() throws IOException {
    byte[] whole = Files.readAllBytes(linear().write(folder));
    for (int length = 1; length < whole.length; length++) {
      Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> read(cut)).isInstanceOf(UserException.class);
    }
  }

  @Test
  void flippedBytesNeverCauseAnythingButAFaultOfTheFile() throws IOException {
    byte[] whole = Files.readAllBytes(SharedData.path("onnx-light/light_squeezenet.onnx"));
    Random random = new Random(3);
    for (int trial = 0; trial < 300; trial++) {
      byte[] damaged = whole.clone();
      for (int flips = 0; flips < 3; flips++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = Files.write(folder.resolve("damaged.onnx"), damaged);
      try {
        read(file);
      } catch (UserException e) {
        assertThat(e).hasMessageContaining("damaged.onnx");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"5", "22"})
  void anOperatorSetOutsideTheSupportedOnesIsNamed(long opset) throws IOException {
    assertFault(
        linear().opset(opset).write(folder),
        "uses version %d of the ONNX operators, and versions 6 to 21".formatted(opset));
  }

  @Test
  void everyUnsupportedOperatorIsListedAndTheRestStillSurveyed() throws IOException {
    Path file =
        model()
            .input("x", 0, 8)
            .weight("w", List.of(8L, 2L), doubled(EIGHT))
            .node("Relu", List.of("x"), "a")
            .node("Det", List.of("a"), "b")
            .node("Relu", List.of("b"), "c")
            .node("com.acme", "Fancy", List.of("c"), "d")
            .node("MatMul", List.of("d", "w"), "y")
            .output("y")
            .write(folder);

    assertThatThrownBy(() -> read(file))
        .isInstanceOfSatisfying(
            UnsupportedNetworkException.class,
            e ->
                assertThat(e.problems())
                    .extracting(Problem::operator, Problem::node)
                    .containsExactly(tuple("Det", "Det_b"), tuple("Fancy", "Fancy_d")))
        .hasMessageContaining("custom operator domain com.acme");
    ModelSurvey survey = ModelReader.survey(file, ImportOptions.defaults());
    assertThat(survey.steps())
        .extracting(ModelSurvey.Step::operator)
        .containsExactly("Relu", "Det", "Relu", "Fancy", "MatMul");
    assertThat(survey.problems()).hasSize(2);
    assertThat(survey.network()).isEmpty();
  }

  @Test
  void whatMovesTheBatchAxisIsRefusedByName() throws IOException {
    assertFault(
        model()
            .input("x", 0, 8)
            .node("Transpose", List.of("x"), "y", integerList("perm", 1L, 0L))
            .output("y")
            .write(folder),
        "Transpose (node Transpose_y): it moves the batch axis");
    assertFault(
        model()
            .input("x", 0, 8)
            .weight(integers("shape", -1, 4))
            .node("Reshape", List.of("x", "shape"), "y")
            .output("y")
            .write(folder),
        "Reshape (node Reshape_y): it mixes the batch axis with others");
    assertFault(
        model()
            .input("x", 0, 8)
            .node("Softmax", List.of("x"), "y", integer("axis", 0))
            .output("y")
            .write(folder),
        "Softmax (node Softmax_y): it works along the batch axis");
  }

  @Test
  void controlFlowThatDependsOnTheImageIsRefused() throws IOException {
    assertFault(
        model().input("x", 0, 8).node("Loop", List.of("x"), "y").output("y").write(folder),
        "Loop (node Loop_y): control flow that depends on the image");
  }

  @Test
  void cyclesDanglingNamesAndRepeatedNamesAreNamed() throws IOException {
    assertFault(
        model()
            .input("x", 0, 8)
            .node("Add", List.of("x", "b"), "a")
            .node("Relu", List.of("a"), "b")
            .output("b")
            .write(folder),
        "node Add_a lies on a cycle");
    assertFault(
        model().input("x", 0, 8).node("Add", List.of("x", "z"), "y").output("y").write(folder),
        "node Add_y reads z, which nothing defines");
    assertFault(
        model()
            .input("x", 0, 8)
            .node("Relu", List.of("x"), "y")
            .node("Tanh", List.of("x"), "y")
            .output("y")
            .write(folder),
        "it defines y more than once");
    assertFault(
        model().input("x", 0, 8).node("Relu", List.of("x"), "y").output("z").write(folder),
        "nothing defines its output z");
  }

  @Test
  void attentionIsRefusedWithTheReason() throws IOException {
    assertFault(
        model()
            .input("x", 0, 8, 8)
            .node("Relu", List.of("x"), "r")
            .node("MatMul", List.of("x", "r"), "y")
            .output("y")
            .write(folder),
        "MatMul (node MatMul_y): it multiplies two activations as matrices, as attention does");
    assertFault(
        model()
            .input("x", 0, 8, 8)
            .node("CumSum", List.of("x"), "s")
            .node("MatMul", List.of("s", "x"), "y")
            .output("y")
            .write(folder),
        "as attention does");
  }

  @Test
  void anOperatorWithoutARuleIsNamedWithItsShapeAndTheRemedy() throws IOException {
    assertFault(
        model().input("x", 0, 3, 8).node("CumSum", List.of("x"), "y").output("y").write(folder),
        "CumSum (node CumSum_y): there is no rule for this operator; open an issue with the output"
            + " of 'inspect --json', or replace it in the model before exporting (its input has"
            + " shape [3, 8])");
  }

  @Test
  void severalInputsAndSeveralOutputsAreNamed() throws IOException {
    assertFault(
        model()
            .input("x", 0, 8)
            .input("z", 0, 8)
            .node("Add", List.of("x", "z"), "y")
            .output("y")
            .write(folder),
        "reads 2 inputs [x, z]");
    Path two =
        model()
            .input("x", 0, 8)
            .node("Relu", List.of("x"), "y")
            .node("Tanh", List.of("x"), "z")
            .output("y")
            .output("z")
            .write(folder);
    assertFault(two, "has 2 outputs [y, z]");
    assertThat(ModelReader.read(two, ImportOptions.defaults().withOutput("z")).logits().name())
        .isEqualTo("Tanh_z");
  }

  @Test
  void anOpenInputShapeHasToBeStatedAndToFit() throws IOException {
    Path file =
        model()
            .input("x", 0, 3, 0, 0)
            .node("GlobalAveragePool", List.of("x"), "y")
            .output("y")
            .write(folder);

    assertFault(file, "the input x of", "leaves extents open ([3, open, open])");
    Network network =
        ModelReader.read(file, ImportOptions.defaults().withInputShape(Shape.of(3, 8, 6)));
    assertThat(network.input().shape()).isEqualTo(Shape.of(3, 8, 6));
    assertThatThrownBy(
            () ->
                ModelReader.read(file, ImportOptions.defaults().withInputShape(Shape.of(1, 8, 6))))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("declared as [3, open, open]")
        .hasMessageContaining("[1, 8, 6] differs");
  }

  @Test
  void aNetworkThatEndsInAMapIsNoClassifier() throws IOException {
    assertFault(
        model().input("x", 0, 3, 4, 4).node("Relu", List.of("x"), "y").output("y").write(folder),
        "is no classifier: its output Relu_y has shape [3, 4, 4]");
  }

  @Test
  void aWeightOfTheWrongSizeIsNamed() throws IOException {
    assertFault(
        model()
            .input("x", 0, 8)
            .weight("w", List.of(8L, 3L), EIGHT)
            .node("MatMul", List.of("x", "w"), "y")
            .output("y")
            .write(folder),
        "tensor w of",
        "needs 24 elements of FLOAT, found 8");
  }

  @Test
  void aBiasOfTheWrongSizeIsNamed() throws IOException {
    assertFault(
        model()
            .input("x", 0, 2, 3, 3)
            .weight("w", List.of(4L, 2L, 1L, 1L), EIGHT)
            .weight("b", List.of(3L), 1, 2, 3)
            .node("Conv", List.of("x", "w", "b"), "y")
            .output("y")
            .write(folder),
        "Conv (node",
        "a layer of 4 outputs has a bias of 4 values, found one of shape [3]");
  }

  @Test
  void aProductWithoutItsSecondFactorIsNamed() throws IOException {
    assertFault(
        model()
            .input("x", 0, 2)
            .node("Det", List.of("x"), "d")
            .node("MatMul", List.of("d"), "y")
            .output("y")
            .write(folder),
        "Det (node");
  }

  @Test
  void attributesForAnotherNumberOfAxesAreNamed() throws IOException {
    assertFault(
        model()
            .input("x", 0, 2, 3, 3)
            .weight("w", List.of(4L, 2L, 1L, 1L), EIGHT)
            .node("Conv", List.of("x", "w"), "y", integerList("pads", 1L, 1L))
            .output("y")
            .write(folder),
        "its pads [1, 1] are 2 numbers, but its window needs 4");
    assertFault(
        model()
            .input("x", 0, 2, 3, 3)
            .node(
                "MaxPool",
                List.of("x"),
                "y",
                integerList("kernel_shape", 2L, 2L),
                integerList("strides", 2L))
            .output("y")
            .write(folder),
        "its strides [2] are 1 numbers, but its window needs 2");
  }

  @Test
  void aComputedConstantThatNoMemoryHoldsIsNamed() throws IOException {
    assertFault(
        model()
            .input("x", 0, 2)
            .weight(
                TensorProto.newBuilder()
                    .setName("s")
                    .setDataType(TensorProto.DataType.INT64_VALUE)
                    .addDims(1)
                    .addInt64Data(500_000_000)
                    .build())
            .node("ConstantOfShape", List.of("s"), "c")
            .node("Add", List.of("x", "c"), "y")
            .output("y")
            .write(folder),
        "ConstantOfShape (node",
        "a constant of shape [500000000] is negative or has more than 134217728 elements");
  }

  @Test
  void anInputOrAResultThatNoMemoryHoldsIsNamed() throws IOException {
    assertFault(
        model().input("x", 1L << 33, 2).node("Relu", List.of("x"), "y").output("y").write(folder),
        "the input x of",
        "is declared for 8589934592 images at once, at most 1048576 fit");
    assertFault(
        model()
            .input("x", 0, 3, 200_000, 200_000)
            .node("GlobalAveragePool", List.of("x"), "y")
            .output("y")
            .write(folder),
        "the input x of",
        "declared as [3, 200000, 200000]",
        "more than fits into memory");
    assertFault(
        model()
            .input("x", 0, 3, 20_000, 20_000)
            .weight("w", List.of(8L, 1L, 1L, 1L), EIGHT)
            .node("ReduceSum", List.of("x"), "s", integerList("axes", 1L), integer("keepdims", 1))
            .node("Conv", List.of("s", "w"), "y")
            .output("y")
            .write(folder),
        "at most 2147483647 elements, found [8, 20000, 20000]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret.bin", "/etc/hostname", "sub/../../secret.bin", ""})
  void externalDataOutsideTheModelsFolderIsRefused(String location) throws IOException {
    Path inner = Files.createDirectories(folder.resolve("inner"));
    Files.write(folder.resolve("secret.bin"), new byte[64]);

    Path file = external(inner, Map.of("location", location));
    assertFault(file, "tensor w of", "own folder");
    assertThatThrownBy(() -> ModelReader.files(file))
        .as("nor is it hashed or sent to executors")
        .isInstanceOf(UserException.class)
        .hasMessageContaining("own folder");
  }

  @Test
  void aLinkOutOfTheModelsFolderIsRefused() throws IOException {
    Path inner = Files.createDirectories(folder.resolve("inner"));
    Path secret = Files.write(folder.resolve("secret.bin"), new byte[64]);
    Files.createSymbolicLink(inner.resolve("weights.bin"), secret);

    assertFault(external(inner, Map.of("location", "weights.bin")), "own folder");
  }

  @Test
  void externalDataThatIsMissingOrTooShortIsNamed() throws IOException {
    assertFault(external(folder, Map.of("location", "weights.bin")), "weights.bin", "is missing");
    Files.write(folder.resolve("weights.bin"), new byte[70]);
    assertFault(
        external(folder, Map.of("location", "weights.bin", "offset", "8")),
        "it needs 64 bytes at offset 8",
        "in a file of 70");
    assertFault(
        external(folder, Map.of("location", "weights.bin", "offset", "many")),
        "states 'many' where a number of bytes is expected");
  }

  private static Path external(Path folder, Map<String, String> entries) throws IOException {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addDims(8)
            .addDims(2)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    entries.forEach(
        (key, value) ->
            tensor.addExternalData(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model()
        .input("x", 0, 8)
        .weight(tensor.build())
        .node("MatMul", List.of("x", "w"), "y")
        .output("y")
        .write(folder);
  }

  private static OnnxModels linear() {
    return model()
        .input("x", 0, 8)
        .weight("w", List.of(8L, 2L), doubled(EIGHT))
        .node("MatMul", List.of("x", "w"), "y")
        .output("y");
  }

  private static float[] doubled(float[] values) {
    float[] twice = Arrays.copyOf(values, 2 * values.length);
    System.arraycopy(values, 0, twice, values.length, values.length);
    return twice;
  }

  private static Network read(Path file) {
    return ModelReader.read(file, ImportOptions.defaults());
  }

  private static void assertFault(Path file, String... fragments) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(UserException.class)
        .hasMessageContainingAll(fragments);
  }
}
