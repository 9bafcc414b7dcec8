package org.saccade.network.torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.saccade.UserException;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelImporter;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.torch.ExportedProgram.Extent;
import org.saccade.network.torch.ExportedProgram.Operation;

/** Imports what {@code torch.export.save} writes, of PyTorch 2.5 to 2.13. */
public final class ExportedProgramImporter implements ModelImporter {
  private static final String ATEN = "torch.ops.aten.";
  private static final String PYTHON = "_operator.";

  @Override
  public String format() {
    return "torch.export (.pt2)";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    return ZipArchive.peek(file, head)
        .map(ExportedProgram::isOne)
        .orElse(file.toString().endsWith(".pt2"));
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedNetworkException with every operator that is not supported
   * @throws UserException if the file is damaged, of an unknown version, its input or output is
   *     ambiguous, or it is no classifier
   */
  @Override
  public Network read(Path file, ImportOptions options) {
    return translate(file, options).network();
  }

  @Override
  public ModelSurvey survey(Path file, ImportOptions options) {
    return translate(file, options).survey(format());
  }

  private static Translation translate(Path file, ImportOptions options) {
    ExportedProgram program = ExportedProgram.read(ZipArchive.open(file));
    List<Operation> operations = program.operations();
    String output = Translation.chooseOutput(file, program.outputs(), options);
    Set<String> wanted = leadingTo(output, operations);
    List<String> inputs = program.inputs().stream().filter(wanted::contains).toList();
    if (inputs.size() != 1) {
      throw new UserException(
          "%s reads %d inputs %s where one, the image, is expected; export it with a single input"
              .formatted(file, inputs.size(), inputs));
    }
    List<Extent> extents = program.extents(inputs.get(0));
    Shape shape = inputShape(file, extents, options);
    OptionalInt fixed = extents.get(0).size();
    OptionalLong batchSize =
        fixed.isPresent() ? OptionalLong.of(fixed.getAsInt()) : OptionalLong.empty();
    AtenGraph graph = new AtenGraph(file.getFileName().toString(), shape, batchSize);
    Map<String, Value> values = new HashMap<>(program.constants());
    values.put(inputs.get(0), graph.input());
    for (Operation operation : operations) {
      if (isWanted(operation, wanted)) {
        apply(operation, graph, values);
      }
    }
    return new Translation(file, graph, graph.finished(lookUp(values, output)), options);
  }

  /** Every name that the output depends on. */
  private static Set<String> leadingTo(String output, List<Operation> operations) {
    Set<String> wanted = new HashSet<>(Set.of(output));
    for (int i = operations.size() - 1; i >= 0; i--) {
      Operation operation = operations.get(i);
      if (isWanted(operation, wanted)) {
        operation.arguments().values().forEach(a -> wanted.addAll(ExportedProgram.names(a)));
      }
    }
    return wanted;
  }

  private static boolean isWanted(Operation operation, Set<String> wanted) {
    return operation.results().stream().anyMatch(names -> !Collections.disjoint(names, wanted))
        || (isInPlace(operation)
            && operation.arguments().values().stream()
                .limit(1)
                .anyMatch(a -> !Collections.disjoint(ExportedProgram.names(a), wanted)));
  }

  private static boolean isInPlace(Operation operation) {
    return operation.target().startsWith(ATEN) && operator(operation).endsWith("_");
  }

  private static String operator(Operation operation) {
    String target = operation.target();
    if (target.startsWith(ATEN)) {
      String qualified = target.substring(ATEN.length());
      int dot = qualified.indexOf('.');
      return dot < 0 ? qualified : qualified.substring(0, dot);
    }
    return target.startsWith(PYTHON) ? target.substring(PYTHON.length()) : target;
  }

  private static Shape inputShape(Path file, List<Extent> extents, ImportOptions options) {
    if (extents.size() < 2) {
      throw new UserException(
          ("the input of %s has %d axes where a batch axis and [C, spatial...] are expected; export"
                  + " it with a batch of images")
              .formatted(file, extents.size()));
    }
    List<Extent> declared = extents.subList(1, extents.size());
    List<String> described =
        declared.stream()
            .map(e -> e.size().isPresent() ? Integer.toString(e.size().getAsInt()) : "?")
            .toList();
    if (options.inputShape().isEmpty()) {
      if (declared.stream().anyMatch(extent -> extent.size().isEmpty())) {
        List<Integer> example = declared.stream().map(e -> e.example().orElse(0)).toList();
        throw new UserException(
            ("the input of %s leaves extents open (%s, exported with %s); state its size in the"
                    + " model description (input-size = N), or export the network with a fixed one")
                .formatted(file, described, example));
      }
      return new Shape(declared.stream().map(extent -> extent.size().getAsInt()).toList());
    }
    Shape stated = options.inputShape().get();
    boolean fits = stated.rank() == declared.size();
    for (int axis = 0; fits && axis < declared.size(); axis++) {
      OptionalInt size = declared.get(axis).size();
      fits = size.isEmpty() || size.getAsInt() == stated.dim(axis);
    }
    if (!fits) {
      throw new UserException(
          "the input of %s is declared as %s for each image, and the stated shape %s differs"
              .formatted(file, described, stated));
    }
    return stated;
  }

  private static Value lookUp(Map<String, Value> values, String name) {
    return values.getOrDefault(name, new Value.Unknown(name));
  }

  private static void apply(Operation operation, AtenGraph graph, Map<String, Value> values) {
    List<Value> positional = new ArrayList<>();
    Map<String, Value> named = new HashMap<>();
    boolean byName = operation.target().startsWith(ATEN);
    operation
        .arguments()
        .forEach(
            (name, argument) -> {
              Value value = Argument.value(argument, reference -> lookUp(values, reference));
              if (byName) {
                named.put(name, value);
              } else {
                positional.add(value);
              }
            });
    Value result =
        graph.apply(operator(operation), operation.module(), operation.name(), positional, named);
    bind(operation, result, values);
  }

  private static void bind(Operation operation, Value result, Map<String, Value> values) {
    List<List<String>> names = operation.results();
    boolean tuple = operation.resultIsList() || names.size() > 1;
    List<String> flat = names.stream().flatMap(List::stream).toList();
    for (int i = 0; i < flat.size(); i++) {
      Value part = result;
      if (tuple && result instanceof Value.Sequence sequence) {
        part =
            i < sequence.items().size()
                ? sequence.items().get(i)
                : new Value.Unknown(operation.target());
      }
      values.put(flat.get(i), part);
    }
  }
}
