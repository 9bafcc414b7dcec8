package org.saccade.network.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;
import org.saccade.UserException;

/**
 * An ONNX file that was read and found sound: every name is defined once and before its use, and
 * its versions are known. Says nothing about what its operators mean.
 *
 * @param file where it was read from
 * @param opset version of the operator set of ONNX itself
 * @param inputs what the user feeds; weights are not among them, even where the file lists them so
 * @param outputs names of the results
 * @param initializers the stored tensors by name
 * @param nodes the operators, each after those whose results it reads
 */
record OnnxModel(
    Path file,
    long opset,
    List<ValueInfoProto> inputs,
    List<String> outputs,
    Map<String, TensorProto> initializers,
    List<NodeProto> nodes) {
  private static final long OLDEST_IR = 3;
  private static final long OLDEST_OPSET = 6;
  private static final long NEWEST_OPSET = 21;
  private static final int DEEPEST_NESTING = 100;

  /**
   * Reads a file.
   *
   * @throws UserException if it is damaged, no ONNX model, too old or too new, or its graph is not
   *     sound
   */
  static OnnxModel read(Path file) {
    ModelProto model = parse(file);
    if (model.getIrVersion() < 1 || !model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new UserException(
          "%s is not an ONNX model: it holds no graph; export the network to ONNX again"
              .formatted(file));
    }
    if (model.getIrVersion() < OLDEST_IR) {
      throw new UserException(
          "%s has ONNX IR version %d, and versions from %d on are supported; export it again"
              .formatted(file, model.getIrVersion(), OLDEST_IR));
    }
    GraphProto graph = model.getGraph();
    Map<String, TensorProto> initializers = new HashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (initializers.put(tensor.getName(), tensor) != null) {
        throw unsound(file, "it stores the tensor %s twice".formatted(tensor.getName()));
      }
    }
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !initializers.containsKey(input.getName()))
            .toList();
    return new OnnxModel(
        file,
        opset(file, model),
        inputs,
        graph.getOutputList().stream().map(ValueInfoProto::getName).toList(),
        initializers,
        sorted(file, graph, inputs, initializers));
  }

  /**
   * Files beside the model that hold weights.
   *
   * @throws UserException if one is missing or lies outside the model's folder
   */
  static List<Path> externalFiles(Path file) {
    GraphProto graph = parse(file).getGraph();
    Stream<TensorProto> constants =
        graph.getNodeList().stream()
            .flatMap(node -> node.getAttributeList().stream())
            .filter(AttributeProto::hasT)
            .map(AttributeProto::getT);
    return Stream.concat(graph.getInitializerList().stream(), constants)
        .filter(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL)
        .map(new OnnxTensor(file)::externalFile)
        .distinct()
        .toList();
  }

  private static ModelProto parse(Path file) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      CodedInputStream coded = CodedInputStream.newInstance(in);
      coded.setSizeLimit(Integer.MAX_VALUE);
      coded.setRecursionLimit(DEEPEST_NESTING);
      return ModelProto.parseFrom(coded);
    } catch (InvalidProtocolBufferException e) {
      throw new UserException(
          ("%s is not an ONNX model, or is cut off or damaged (%s); copy it again or export the"
                  + " network again")
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UserException(
          "the model file %s cannot be read (%s)".formatted(file, e.getMessage()), e);
    }
  }

  private static long opset(Path file, ModelProto model) {
    Optional<Long> version =
        model.getOpsetImportList().stream()
            .filter(id -> isStandard(id.getDomain()))
            .map(OperatorSetIdProto::getVersion)
            .findFirst();
    if (version.isEmpty()) {
      throw unsound(file, "it does not say which version of the ONNX operators it uses");
    }
    if (version.get() < OLDEST_OPSET || version.get() > NEWEST_OPSET) {
      throw new UserException(
          ("%s uses version %d of the ONNX operators, and versions %d to %d are supported; export the"
                  + " network with one of them")
              .formatted(file, version.get(), OLDEST_OPSET, NEWEST_OPSET));
    }
    return version.get();
  }

  /** Whether a domain is that of ONNX's own operators. */
  static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  /** What messages call a node; exporters do not always name them. */
  static String nameOf(NodeProto node) {
    if (!node.getName().isEmpty()) {
      return node.getName();
    }
    return node.getOutputCount() > 0 ? node.getOutput(0) : node.getOpType();
  }

  /** The nodes in an order in which each follows those whose results it reads. */
  private static List<NodeProto> sorted(
      Path file,
      GraphProto graph,
      List<ValueInfoProto> inputs,
      Map<String, TensorProto> initializers) {
    Set<String> given = new HashSet<>(initializers.keySet());
    inputs.forEach(input -> given.add(input.getName()));
    Map<String, Integer> makers = makers(file, graph, given);
    List<List<Integer>> readers = new ArrayList<>();
    int[] missing = new int[graph.getNodeCount()];
    for (int n = 0; n < missing.length; n++) {
      readers.add(new ArrayList<>());
    }
    // By position in the file, so that an order that is already right stays as it is.
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int n = 0; n < missing.length; n++) {
      for (String name : reads(graph.getNode(n))) {
        Integer maker = makers.get(name);
        if (maker != null) {
          readers.get(maker).add(n);
          missing[n]++;
        } else if (!given.contains(name)) {
          throw unsound(
              file,
              "node %s reads %s, which nothing defines".formatted(nameOf(graph.getNode(n)), name));
        }
      }
      if (missing[n] == 0) {
        ready.add(n);
      }
    }
    List<NodeProto> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      int n = ready.remove();
      order.add(graph.getNode(n));
      for (int reader : readers.get(n)) {
        missing[reader]--;
        if (missing[reader] == 0) {
          ready.add(reader);
        }
      }
    }
    for (int n = 0; n < missing.length; n++) {
      if (missing[n] > 0) {
        throw unsound(
            file,
            "node %s lies on a cycle, or behind one, where a feed-forward network is expected"
                .formatted(nameOf(graph.getNode(n))));
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      if (!makers.containsKey(output.getName()) && !given.contains(output.getName())) {
        throw unsound(file, "nothing defines its output %s".formatted(output.getName()));
      }
    }
    return order;
  }

  private static Map<String, Integer> makers(Path file, GraphProto graph, Set<String> given) {
    Map<String, Integer> makers = new HashMap<>();
    for (int n = 0; n < graph.getNodeCount(); n++) {
      for (String name : graph.getNode(n).getOutputList()) {
        if (name.isEmpty()) {
          continue;
        }
        if (given.contains(name) || makers.put(name, n) != null) {
          throw unsound(file, "it defines %s more than once".formatted(name));
        }
      }
    }
    return makers;
  }

  /** Names a node reads, those that its sub-graphs take from around them included. */
  static Set<String> reads(NodeProto node) {
    Set<String> names = new HashSet<>(node.getInputList());
    node.getAttributeList().stream()
        .filter(attribute -> attribute.hasG())
        .forEach(attribute -> names.addAll(readsFromOutside(attribute.getG())));
    names.remove("");
    return names;
  }

  private static Set<String> readsFromOutside(GraphProto graph) {
    Set<String> names = new HashSet<>();
    graph.getNodeList().forEach(node -> names.addAll(reads(node)));
    graph.getOutputList().forEach(output -> names.add(output.getName()));
    graph.getNodeList().forEach(node -> names.removeAll(node.getOutputList()));
    graph.getInputList().forEach(input -> names.remove(input.getName()));
    graph.getInitializerList().forEach(tensor -> names.remove(tensor.getName()));
    return names;
  }

  private static UserException unsound(Path file, String why) {
    return new UserException(
        "the ONNX graph in %s is not sound: %s; export the network again".formatted(file, why));
  }
}
