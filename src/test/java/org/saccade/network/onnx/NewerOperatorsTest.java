package org.saccade.network.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.saccade.engine.ForwardPass;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;
import org.saccade.network.Network;
import org.saccade.network.UnsupportedNetworkException;

/**
 * Operators of the newer operator sets give the results that came with the onnx package, collected
 * by src/test/oracle/onnx_operators.py.
 */
class NewerOperatorsTest {
  private static final int CASES = 191;
  private static final int REFUSED = 37;

  @TempDir private Path folder;

  static Stream<Arguments> cases() throws IOException {
    Map<String, Map<String, byte[]>> cases = new TreeMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(NewerOperatorsTest.class.getResourceAsStream("operators.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path path = Path.of(entry.getName());
        cases
            .computeIfAbsent(path.getName(0).toString(), name -> new HashMap<>())
            .put(path.getName(1).toString(), zip.readAllBytes());
      }
    }
    return cases.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void anOperatorGivesTheResultsOfItsTest(String name, Map<String, byte[]> parts)
      throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), parts.get("model.onnx"));
    Constant input = tensor(parts.get("input.pb"));
    int batch = input.shape().dim(0);
    ModelProto model = ModelProto.parseFrom(parts.get("model.onnx"));
    for (int i = 0; i < model.getGraph().getOutputCount(); i++) {
      Constant expected = tensor(parts.get("output_%d.pb".formatted(i)));
      String output = model.getGraph().getOutput(i).getName();

      Network network;
      try {
        network = read(file, output);
      } catch (UnsupportedNetworkException e) {
        // How many there are is held by the other test.
        continue;
      }
      float[] result = ForwardPass.of(network, input.floats(), batch);

      assertThat(network.logits().shape().prepend(batch)).isEqualTo(expected.shape());
      for (int j = 0; j < result.length; j++) {
        float wanted = expected.floats()[j];
        assertThat(result[j])
            .as("element %d of %s", j, output)
            .isCloseTo(wanted, within(1e-5f + 1e-3f * Math.abs(wanted)));
      }
    }
  }

  /**
   * Cubic resampling, results besides the first, constants that differ within a batch, and such.
   */
  @Test
  void oneCaseInFiveIsRefusedAndNamesItsOperator() throws IOException {
    int refused = 0;
    List<Arguments> cases = cases().toList();
    for (Arguments each : cases) {
      @SuppressWarnings("unchecked")
      Map<String, byte[]> parts = (Map<String, byte[]>) each.get()[1];
      Path file = Files.write(folder.resolve("model.onnx"), parts.get("model.onnx"));
      ModelProto model = ModelProto.parseFrom(parts.get("model.onnx"));
      try {
        read(file, model.getGraph().getOutput(0).getName());
      } catch (UnsupportedNetworkException e) {
        refused++;
        assertThat(e.problems())
            .extracting(UnsupportedNetworkException.Problem::operator)
            .contains(model.getGraph().getNode(0).getOpType());
      }
    }
    assertThat(cases).hasSize(CASES);
    assertThat(refused).isEqualTo(REFUSED);
  }

  private static Network read(Path file, String output) {
    return ModelReader.read(file, ImportOptions.defaults().anyNetwork().withOutput(output));
  }

  private static Constant tensor(byte[] bytes) throws IOException {
    return new OnnxTensor(Path.of("operators.zip")).decode(TensorProto.parseFrom(bytes));
  }
}
