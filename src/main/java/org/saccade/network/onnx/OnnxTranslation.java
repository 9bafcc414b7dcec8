package org.saccade.network.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.saccade.UserException;
import org.saccade.network.GraphBuilder;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelSurvey;
import org.saccade.network.ModelSurvey.Step;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.UnsupportedNetworkException.Problem;
import org.saccade.network.rewrite.CanonicalForm;

/** One walk over the nodes of an ONNX graph, translating those that lead to the wanted output. */
final class OnnxTranslation {
  private static final int MOST_IMAGES = 1 << 20;

  private final OnnxModel model;
  private final ImportOptions options;
  private final OnnxTensor tensors;
  private final String output;
  private final Set<String> wanted;
  private final int batch;
  private final GraphBuilder graph;
  private final Map<String, Value> values = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @throws UserException if the model's input or output is ambiguous, or a stored tensor malformed
   */
  OnnxTranslation(OnnxModel model, ImportOptions options) {
    this.model = model;
    this.options = options;
    this.tensors = new OnnxTensor(model.file());
    this.output = chooseOutput();
    this.wanted = leadingTo(output);
    ValueInfoProto input = onlyInput();
    this.batch = batch(input);
    this.graph = new GraphBuilder(model.file().getFileName().toString(), inputShape(input));
    values.put(input.getName(), new Value.Computed(graph.input()));
    for (NodeProto node : model.nodes()) {
      if (node.getOutputList().stream().anyMatch(wanted::contains)) {
        translate(node);
      }
    }
  }

  /**
   * The network in canonical form.
   *
   * @throws UnsupportedNetworkException with every operator that is not supported
   * @throws UserException if it must be a classifier and is none
   */
  Network network() {
    if (!problems.isEmpty()) {
      throw new UnsupportedNetworkException(model.file().toString(), problems);
    }
    if (value(output) instanceof Value.Computed result) {
      return CanonicalForm.of(graph.build(result.id()), options);
    }
    throw new UserException(
        "the output %s of %s does not depend on the input; choose another output"
            .formatted(output, model.file()));
  }

  ModelSurvey survey(String format) {
    Optional<Network> network = problems.isEmpty() ? Optional.of(network()) : Optional.empty();
    return new ModelSurvey(format, graph.shape(graph.input()), steps, problems, network);
  }

  private String chooseOutput() {
    if (options.output().isPresent()) {
      String wanted = options.output().get();
      if (!model.outputs().contains(wanted)) {
        throw new UserException(
            "%s has no output %s; its outputs are %s"
                .formatted(model.file(), wanted, model.outputs()));
      }
      return wanted;
    }
    if (model.outputs().isEmpty()) {
      throw new UserException("%s has no output; export it again".formatted(model.file()));
    }
    if (model.outputs().size() != 1) {
      throw new UserException(
          ("%s has %d outputs %s where one is expected; name the one with the class scores in the"
                  + " model description (output = NAME)")
              .formatted(model.file(), model.outputs().size(), model.outputs()));
    }
    return model.outputs().get(0);
  }

  /** Every name that the output depends on. */
  private Set<String> leadingTo(String name) {
    Set<String> names = new HashSet<>();
    names.add(name);
    for (int n = model.nodes().size() - 1; n >= 0; n--) {
      NodeProto node = model.nodes().get(n);
      if (!Collections.disjoint(node.getOutputList(), names)) {
        names.addAll(OnnxModel.reads(node));
      }
    }
    return names;
  }

  private ValueInfoProto onlyInput() {
    List<ValueInfoProto> read =
        model.inputs().stream().filter(input -> wanted.contains(input.getName())).toList();
    if (read.size() != 1) {
      throw new UserException(
          "%s reads %d inputs %s where one, the image, is expected; export it with a single input"
              .formatted(
                  model.file(), read.size(), read.stream().map(ValueInfoProto::getName).toList()));
    }
    return read.get(0);
  }

  private static List<Dimension> dims(ValueInfoProto input) {
    return input.getType().getTensorType().getShape().getDimList();
  }

  /** The declared batch size, or 1 where it is open. */
  private int batch(ValueInfoProto input) {
    List<Dimension> dims = dims(input);
    long declared = dims.isEmpty() ? 0 : dims.get(0).getDimValue();
    if (declared > MOST_IMAGES) {
      throw new UserException(
          "the input %s of %s is declared for %d images at once, at most %d fit: leave that open"
              .formatted(input.getName(), model.file(), declared, MOST_IMAGES));
    }
    return declared > 0 ? (int) declared : 1;
  }

  private Shape inputShape(ValueInfoProto input) {
    List<Dimension> dims = dims(input);
    if (dims.isEmpty() && options.inputShape().isPresent()) {
      return options.inputShape().get();
    }
    List<Long> declared = dims.stream().skip(1).map(Dimension::getDimValue).toList();
    if (declared.isEmpty()) {
      throw new UserException(
          ("the input %s of %s has no axes besides the batch axis where [C, spatial...] is expected;"
                  + " export the network with its input's shape")
              .formatted(input.getName(), model.file()));
    }
    if (options.inputShape().isEmpty()) {
      if (declared.stream().anyMatch(dim -> dim <= 0)) {
        throw new UserException(
            ("the input %s of %s leaves extents open (%s); state its size in the model description"
                    + " (input-size = N), or export the network with a fixed one")
                .formatted(input.getName(), model.file(), describe(dims)));
      }
      try {
        return new Shape(declared.stream().map(Math::toIntExact).toList());
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new UserException(
            "the input %s of %s is declared as %s for each image, which is more than fits into memory"
                .formatted(input.getName(), model.file(), describe(dims)),
            e);
      }
    }
    Shape stated = options.inputShape().get();
    boolean fits = stated.rank() == declared.size();
    for (int axis = 0; fits && axis < declared.size(); axis++) {
      fits = declared.get(axis) <= 0 || declared.get(axis) == stated.dim(axis);
    }
    if (!fits) {
      throw new UserException(
          ("the input %s of %s is declared as %s for each image, and the stated shape %s differs:"
                  + " state that size (input-size) and number of channels in the model description")
              .formatted(input.getName(), model.file(), describe(dims), stated));
    }
    return stated;
  }

  /** The declared shape without the batch axis, open extents by name. */
  private static String describe(List<Dimension> dims) {
    return dims.stream()
        .skip(1)
        .map(
            dim ->
                dim.getDimValue() > 0
                    ? Long.toString(dim.getDimValue())
                    : dim.getDimParam().isEmpty() ? "?" : dim.getDimParam())
        .toList()
        .toString();
  }

  /** What a name stands for; stored tensors are decoded when somebody asks for them. */
  private Value value(String name) {
    TensorProto stored = model.initializers().get(name);
    if (stored == null) {
      return values.getOrDefault(name, new Value.Unknown(true));
    }
    return values.computeIfAbsent(name, key -> tensors.decode(stored));
  }

  private void translate(NodeProto proto) {
    if (proto.getOpType().equals("If") && inlined(proto)) {
      return;
    }
    List<Optional<Value>> inputs = new ArrayList<>();
    for (String name : proto.getInputList()) {
      inputs.add(name.isEmpty() ? Optional.empty() : Optional.of(value(name)));
    }
    OnnxNode node = new OnnxNode(proto, model.opset(), batch, inputs, graph, tensors);
    List<Value> results = results(proto, node, inputs);
    boolean ofImage = inputs.stream().flatMap(Optional::stream).anyMatch(Value::dependsOnImage);
    for (int i = 0; i < proto.getOutputCount(); i++) {
      values.put(
          proto.getOutput(i), i < results.size() ? results.get(i) : new Value.Unknown(ofImage));
      if (i >= results.size() && !results.isEmpty() && wanted.contains(proto.getOutput(i))) {
        refused(node, "its result %d is read, and only the first is supported".formatted(i));
      }
    }
    boolean constant = !results.isEmpty() && results.get(0) instanceof Constant;
    if (!constant) {
      steps.add(new Step(proto.getOpType(), node.name(), shapeOf(results)));
    }
  }

  private Optional<Shape> shapeOf(List<Value> results) {
    return !results.isEmpty() && results.get(0) instanceof Value.Computed computed
        ? Optional.of(graph.shape(computed.id()))
        : Optional.empty();
  }

  private List<Value> results(NodeProto proto, OnnxNode node, List<Optional<Value>> inputs) {
    boolean constant =
        inputs.stream().flatMap(Optional::stream).allMatch(Constant.class::isInstance);
    boolean unknown =
        inputs.stream().flatMap(Optional::stream).anyMatch(Value.Unknown.class::isInstance);
    if (unknown && MatrixOperators.isAttention(node)) {
      // Said even where an operator before it is refused too: it is what cannot be helped.
      return refused(node, UnsupportedNetworkException.ATTENTION);
    }
    Optional<Translator> translator =
        !OnnxModel.isStandard(proto.getDomain())
            ? Optional.empty()
            : constant
                ? ConstantFolding.find(proto.getOpType())
                : Operators.find(proto.getOpType());
    boolean folds = ConstantFolding.find(proto.getOpType()).isPresent();
    if (unknown && (translator.isPresent() || folds)) {
      // What it reads has been refused, and it may be fine without that.
      return List.of();
    }
    if (translator.isEmpty()) {
      return refused(node, whyNot(proto, constant));
    }
    try {
      return translator.get().translate(node);
    } catch (UnsupportedOperator e) {
      return refused(node, e.getMessage());
    } catch (IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
      return refused(node, "it contradicts its inputs: %s".formatted(e.getMessage()));
    }
  }

  private List<Value> refused(OnnxNode node, String reason) {
    String shape =
        node.hasInput(0) && node.isActivation(0)
            ? " (its input has shape %s)".formatted(node.shape(0))
            : "";
    problems.add(new Problem(node.operator(), node.name(), reason + shape));
    return List.of();
  }

  private static String whyNot(NodeProto proto, boolean constant) {
    if (!OnnxModel.isStandard(proto.getDomain())) {
      return "it belongs to the custom operator domain %s; export the network with standard operators"
          .formatted(proto.getDomain());
    }
    return switch (proto.getOpType()) {
      case "If", "Loop", "Scan" ->
          "control flow that depends on the image is not supported; export the network by tracing";
      case "LpPool", "GlobalLpPool" ->
          "pooling by a norm is not supported; use maximum or average pooling";
      default ->
          constant
              ? "it computes a constant in a way that is not supported; simplify the model first"
              : UnsupportedNetworkException.NO_RULE;
    };
  }

  /** Puts the chosen branch in the place of an If whose condition is known on import. */
  private boolean inlined(NodeProto proto) {
    if (!(value(proto.getInput(0)) instanceof Constant condition)) {
      return false;
    }
    String branch = condition.integer() != 0 ? "then_branch" : "else_branch";
    Optional<GraphProto> chosen =
        proto.getAttributeList().stream()
            .filter(attribute -> attribute.getName().equals(branch))
            .map(attribute -> attribute.getG())
            .findFirst();
    if (chosen.isEmpty()) {
      return false;
    }
    chosen.get().getInitializerList().forEach(t -> values.put(t.getName(), tensors.decode(t)));
    chosen.get().getOutputList().forEach(result -> wanted.add(result.getName()));
    chosen.get().getNodeList().forEach(node -> wanted.addAll(OnnxModel.reads(node)));
    chosen.get().getNodeList().forEach(this::translate);
    for (int i = 0; i < proto.getOutputCount(); i++) {
      values.put(proto.getOutput(i), value(chosen.get().getOutput(i).getName()));
    }
    return true;
  }
}
