package org.saccade.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.Device;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.saccade.network.Layer;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;

/** Every kind of layer computes what PyTorch computes; {@code engine_layers.py} made the cases. */
class LayersAgainstPyTorchTest {
  private record Case(
      String name, String record, JsonNode layer, List<Tensor> inputs, Tensor output) {}

  @TestFactory
  Stream<DynamicTest> everyLayer() throws IOException {
    ObjectMapper json =
        new ObjectMapper()
            .registerModule(
                new SimpleModule().addDeserializer(Tensor.class, new TensorDeserializer()));
    List<Case> cases;
    try (InputStream file = LayersAgainstPyTorchTest.class.getResourceAsStream("layers.json.gz");
        InputStream text = new GZIPInputStream(file)) {
      cases = json.readValue(text, new TypeReference<>() {});
    }
    return cases.stream().map(c -> dynamicTest(c.name(), () -> check(c, layer(json, c))));
  }

  private static Layer layer(ObjectMapper json, Case c) throws Exception {
    Class<?> kind = Class.forName(Layer.class.getName() + "$" + c.record());
    return (Layer) json.treeToValue(c.layer(), kind);
  }

  private static void check(Case c, Layer layer) {
    Network network =
        network(c.inputs().stream().map(LayersAgainstPyTorchTest::row).toList(), layer);
    assertThat(network.logits().shape()).isEqualTo(row(c.output()));
    int n = c.output().shape().dim(0);
    int[] inOrder = IntStream.range(0, n).toArray();
    int[] again = {1, 0, 0, 1, 0};
    float[] computed;
    float[] elsewhere;
    try (NetworkEngine engine = NetworkEngine.load(network, Device.cpu())) {
      computed = logits(engine, sideBySide(inOrder, c.inputs()), n);
      elsewhere = logits(engine, sideBySide(again, c.inputs()), again.length);
    }
    for (int i = 0; i < computed.length; i++) {
      float expected = c.output().values()[i];
      assertThat(Math.abs(computed[i] - expected))
          .as("value %d: %s, PyTorch %s", i, computed[i], expected)
          .isLessThanOrEqualTo(1e-5f * Math.max(1, Math.abs(expected)));
    }
    int size = row(c.output()).size();
    for (int place = 2; place < again.length; place++) {
      int first = again[place] == again[0] ? 0 : 1;
      assertThat(image(elsewhere, place, size))
          .as("the same bits at places %d and %d", first, place)
          .isEqualTo(image(elsewhere, first, size));
    }
  }

  private static float[] image(float[] batch, int place, int size) {
    return Arrays.copyOfRange(batch, place * size, (place + 1) * size);
  }

  private static float[] logits(NetworkEngine engine, float[] batch, int n) {
    try (Activations activations = engine.forward(batch, n, Set.of())) {
      FloatBuffer result = activations.host(engine.network().logits().id());
      float[] values = new float[result.remaining()];
      result.get(values);
      return values;
    }
  }

  /** A network has one input, so the layer's inputs are cut out of one long vector. */
  private static Network network(List<Shape> inputs, Layer layer) {
    int length = inputs.stream().mapToInt(Shape::size).sum();
    Network.Builder builder = Network.builder("case", Shape.of(length));
    int[] operands = new int[inputs.size()];
    int start = 0;
    for (int i = 0; i < operands.length; i++) {
      int end = start + inputs.get(i).size();
      int cut = builder.add("cut", new Layer.Slice(0, start, end, 1), builder.input());
      operands[i] = builder.add("operand", new Layer.Reshape(inputs.get(i)), cut);
      start = end;
    }
    return builder.build(builder.add("layer", layer, operands), false);
  }

  private static float[] sideBySide(int[] images, List<Tensor> inputs) {
    List<float[]> pieces = new ArrayList<>();
    for (int image : images) {
      for (Tensor input : inputs) {
        int size = row(input).size();
        pieces.add(Arrays.copyOfRange(input.values(), image * size, (image + 1) * size));
      }
    }
    FloatBuffer joined = FloatBuffer.allocate(pieces.stream().mapToInt(p -> p.length).sum());
    pieces.forEach(joined::put);
    return joined.array();
  }

  private static Shape row(Tensor batch) {
    return new Shape(batch.shape().dims().subList(1, batch.shape().rank()));
  }

  private static final class TensorDeserializer extends StdDeserializer<Tensor> {
    private static final long serialVersionUID = 1L;

    TensorDeserializer() {
      super(Tensor.class);
    }

    @Override
    public Tensor deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = parser.readValueAsTree();
      int[] dims = new int[tree.get("shape").size()];
      Arrays.setAll(dims, axis -> tree.get("shape").get(axis).intValue());
      FloatBuffer bytes =
          ByteBuffer.wrap(tree.get("values").binaryValue())
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      float[] values = new float[bytes.remaining()];
      bytes.get(values);
      return Tensor.of(Shape.of(dims), values);
    }
  }
}
