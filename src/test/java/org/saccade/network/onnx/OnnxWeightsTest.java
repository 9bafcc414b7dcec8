package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.saccade.network.onnx.OnnxModels.floats;
import static org.saccade.network.onnx.OnnxModels.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.network.ImportOptions;
import org.saccade.network.Layer;
import org.saccade.network.ModelReader;

/** Weights arrive as float32 however they are stored. */
class OnnxWeightsTest {
  /** Exactly representable in every floating-point type, two outputs of three inputs. */
  private static final float[] WEIGHTS = {1, -0.5f, 2, 0.25f, -3, 0};

  private static final List<Long> TWO_BY_THREE = List.of(2L, 3L);

  @TempDir private Path folder;

  @Test
  void floatsInTheirOwnField() throws IOException {
    assertWeights(floats("w", TWO_BY_THREE, WEIGHTS));
  }

  @Test
  void floatsAsRawBytes() throws IOException {
    assertWeights(raw(TensorProto.DataType.FLOAT, littleEndianFloats()));
  }

  @Test
  void doublesAsRawBytes() throws IOException {
    ByteBuffer bytes = littleEndian(8);
    for (float weight : WEIGHTS) {
      bytes.putDouble(weight);
    }
    assertWeights(raw(TensorProto.DataType.DOUBLE, bytes));
  }

  @Test
  void halvesAsRawBytesAndInTheFieldOfIntegers() throws IOException {
    // 1, -1/2, 2, 1/4, -3 and 0 by IEEE 754: sign, 5 bits of exponent biased by 15, 10 of fraction.
    int[] halves = {0x3C00, 0xB800, 0x4000, 0x3400, 0xC200, 0x0000};
    ByteBuffer bytes = littleEndian(2);
    TensorProto.Builder typed = tensor(TensorProto.DataType.FLOAT16);
    for (int half : halves) {
      bytes.putShort((short) half);
      typed.addInt32Data(half);
    }
    assertWeights(raw(TensorProto.DataType.FLOAT16, bytes));
    assertWeights(typed.build());
  }

  @Test
  void halvesTooSmallForAnExponentAndInfiniteOnes() {
    assertThat(OnnxTensor.halfToFloat((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(OnnxTensor.halfToFloat((short) 0x83FF)).isEqualTo(-1023 * 0x1p-24f);
    assertThat(OnnxTensor.halfToFloat((short) 0x7BFF)).isEqualTo(65504);
    assertThat(OnnxTensor.halfToFloat((short) 0xFC00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(OnnxTensor.halfToFloat((short) 0x7E00)).isNaN();
  }

  @Test
  void brainFloatsAsRawBytes() throws IOException {
    ByteBuffer bytes = littleEndian(2);
    for (float weight : WEIGHTS) {
      bytes.putShort((short) (Float.floatToIntBits(weight) >>> 16));
    }
    assertWeights(raw(TensorProto.DataType.BFLOAT16, bytes));
  }

  @Test
  void dataInAFileBesideTheModel() throws IOException {
    byte[] file = new byte[8 + 4 * WEIGHTS.length];
    littleEndianFloats().rewind().get(file, 8, 4 * WEIGHTS.length);
    Files.write(Files.createDirectories(folder.resolve("data")).resolve("weights.bin"), file);
    assertWeights(
        tensor(TensorProto.DataType.FLOAT)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", "data/weights.bin"))
            .addExternalData(entry("offset", "8"))
            .addExternalData(entry("length", "24"))
            .build());
  }

  @Test
  void weightsListedAmongTheInputsBeforeTheImage() throws IOException {
    OnnxModels model = model().input("w", 2, 3).input("x", 0, 3).weight("w", TWO_BY_THREE, WEIGHTS);

    assertWeights(linear(model).write(folder));
  }

  @Test
  void theChosenBranchOfAConditionKnownOnImport() throws IOException {
    GraphProto yes = branch("w");
    GraphProto no = branch("missing");
    OnnxModels model =
        model()
            .input("x", 0, 3)
            .weight("w", TWO_BY_THREE, WEIGHTS)
            .weight("missing", List.of(1L), 0)
            .weight(
                TensorProto.newBuilder()
                    .setName("condition")
                    .setDataType(TensorProto.DataType.BOOL_VALUE)
                    .addInt32Data(1)
                    .build())
            .node(
                "If",
                List.of("condition"),
                "y",
                OnnxModels.graph("else_branch", no),
                OnnxModels.graph("then_branch", yes))
            .output("y");

    assertWeights(model.write(folder));
  }

  private static GraphProto branch(String weight) {
    return GraphProto.newBuilder()
        .addNode(
            NodeProto.newBuilder()
                .setOpType("Gemm")
                .addInput("x")
                .addInput(weight)
                .addOutput("inner_" + weight)
                .addAttribute(OnnxModels.integer("transB", 1)))
        .addOutput(ValueInfoProto.newBuilder().setName("inner_" + weight))
        .build();
  }

  private static OnnxModels linear(OnnxModels model) {
    return model.node("Gemm", List.of("x", "w"), "y", OnnxModels.integer("transB", 1)).output("y");
  }

  private void assertWeights(TensorProto stored) throws IOException {
    assertWeights(linear(model().input("x", 0, 3).weight(stored)).write(folder));
  }

  private static void assertWeights(Path file) {
    Layer layer = ModelReader.read(file, ImportOptions.defaults()).logits().layer();

    assertThat(layer)
        .isInstanceOfSatisfying(
            Layer.Linear.class,
            linear -> {
              assertThat(linear.weight().shape().dims()).containsExactly(2, 3);
              assertThat(linear.weight().values()).containsExactly(WEIGHTS);
            });
  }

  private static ByteBuffer littleEndian(int bytesEach) {
    return ByteBuffer.allocate(bytesEach * WEIGHTS.length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer littleEndianFloats() {
    ByteBuffer bytes = littleEndian(4);
    for (float weight : WEIGHTS) {
      bytes.putFloat(weight);
    }
    return bytes;
  }

  private static TensorProto raw(TensorProto.DataType type, ByteBuffer bytes) {
    return tensor(type).setRawData(ByteString.copyFrom(bytes.rewind())).build();
  }

  private static TensorProto.Builder tensor(TensorProto.DataType type) {
    return TensorProto.newBuilder()
        .setName("w")
        .setDataType(type.getNumber())
        .addAllDims(TWO_BY_THREE);
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
