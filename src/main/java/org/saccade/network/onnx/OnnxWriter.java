package org.saccade.network.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.saccade.network.Layer;
import org.saccade.network.Layer.Activation;
import org.saccade.network.Layer.PoolingKind;
import org.saccade.network.Network;
import org.saccade.network.Node;
import org.saccade.network.Shape;
import org.saccade.network.Tensor;
import org.saccade.network.Window;

/**
 * Writes a network as an ONNX file with a free batch axis. Knows the layers of plain convolutional
 * classifiers: convolution, ReLU, pooling, flattening, linear, addition and concatenation.
 */
public final class OnnxWriter {
  private static final int IR_VERSION = 7;
  private static final int OPSET = 13;
  private static final String PRODUCER = "saccade";
  private static final String BATCH_AXIS = "N";
  private static final String OUTPUT = "logits";

  private final Network network;
  private final GraphProto.Builder graph = GraphProto.newBuilder();

  private OnnxWriter(Network network) {
    this.network = network;
  }

  /**
   * Writes a network; a file of that name is replaced.
   *
   * @throws IllegalArgumentException if the network has a layer of another kind
   */
  public static void write(Network network, Path file) {
    ModelProto model = new OnnxWriter(network).model();
    try (OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ModelProto model() {
    graph.setName(network.name());
    graph.addInput(value(name(0), network.input().shape()));
    graph.addOutput(value(OUTPUT, network.logits().shape()));
    network.nodes().subList(1, network.nodes().size()).forEach(this::add);
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName(PRODUCER)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private void add(Node node) {
    Layer layer = node.layer();
    if (layer instanceof Layer.Convolution convolution) {
      operator("Conv", node, weight(node, convolution.weight()), bias(node, convolution.bias()))
          .addAllAttribute(window(convolution.window()))
          .addAttribute(integer("group", convolution.groups()));
    } else if (layer instanceof Layer.Linear linear) {
      operator("Gemm", node, weight(node, linear.weight()), bias(node, linear.bias()))
          .addAttribute(integer("transB", 1));
    } else if (layer instanceof Activation activation
        && activation.function() == Activation.Function.RELU) {
      operator("Relu", node);
    } else if (layer instanceof Layer.Pooling pooling) {
      pooling(node, pooling);
    } else if (layer instanceof Layer.GlobalPooling pooling) {
      operator(pooling.kind() == PoolingKind.MAX ? "GlobalMaxPool" : "GlobalAveragePool", node);
    } else if (layer instanceof Layer.Reshape reshape && reshape.target().rank() == 1) {
      operator("Flatten", node);
    } else if (layer instanceof Layer.Addition) {
      operator("Add", node);
    } else if (layer instanceof Layer.Concatenation concatenation) {
      // The batch axis comes first in the file.
      operator("Concat", node).addAttribute(integer("axis", concatenation.axis() + 1));
    } else {
      throw new IllegalArgumentException(
          "node %s is a %s, which is not written to ONNX"
              .formatted(node.name(), layer.getClass().getSimpleName()));
    }
  }

  private void pooling(Node node, Layer.Pooling pooling) {
    boolean max = pooling.kind() == PoolingKind.MAX;
    NodeProto.Builder operator =
        operator(max ? "MaxPool" : "AveragePool", node)
            .addAllAttribute(
                window(pooling.window()).stream()
                    // Average pooling has no dilation before opset 19, nor has any of ours.
                    .filter(attribute -> max || !attribute.getName().equals("dilations"))
                    .toList())
            .addAttribute(integer("ceil_mode", pooling.ceil() ? 1 : 0));
    if (!max) {
      operator.addAttribute(integer("count_include_pad", pooling.countIncludePad() ? 1 : 0));
    }
  }

  private NodeProto.Builder operator(String type, Node node, String... constants) {
    NodeProto.Builder operator =
        graph.addNodeBuilder().setOpType(type).setName(node.name()).addOutput(name(node.id()));
    node.inputs().forEach(input -> operator.addInput(name(input)));
    for (String constant : constants) {
      operator.addInput(constant);
    }
    return operator;
  }

  private String name(int id) {
    return id == network.logits().id() ? OUTPUT : network.node(id).name();
  }

  private String weight(Node node, Tensor tensor) {
    return initializer(node.name() + ".weight", tensor);
  }

  private String bias(Node node, Tensor tensor) {
    return initializer(node.name() + ".bias", tensor);
  }

  private String initializer(String name, Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(tensor.values());
    TensorProto.Builder stored =
        graph
            .addInitializerBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    tensor.shape().dims().forEach(stored::addDims);
    return name;
  }

  private static List<AttributeProto> window(Window window) {
    List<Integer> padding = new ArrayList<>(window.padBefore());
    padding.addAll(window.padAfter());
    return List.of(
        integers("kernel_shape", window.kernel()),
        integers("strides", window.stride()),
        integers("dilations", window.dilation()),
        integers("pads", padding));
  }

  private static AttributeProto integer(String name, int value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, List<Integer> values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    values.forEach(attribute::addInts);
    return attribute.build();
  }

  private static ValueInfoProto value(String name, Shape shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    dims.addDimBuilder().setDimParam(BATCH_AXIS);
    shape.dims().forEach(extent -> dims.addDimBuilder().setDimValue(extent));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(dims)))
        .build();
  }
}
