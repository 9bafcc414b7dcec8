package org.saccade.network.torch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.saccade.UserException;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelImporter;
import org.saccade.network.ModelSurvey;
import org.saccade.network.Network;
import org.saccade.network.Shape;
import org.saccade.network.UnsupportedNetworkException;
import org.saccade.network.torch.Script.Function;
import org.saccade.network.torch.ScriptInterpreter.ScriptException;

/**
 * Imports TorchScript: what {@code torch.jit.trace} and, where control flow is constant, {@code
 * torch.jit.script} make and {@code torch.jit.save} writes.
 */
public final class TorchScriptImporter implements ModelImporter {
  private static final String CODE = "code/";

  @Override
  public String format() {
    return "TorchScript (.pt)";
  }

  @Override
  public boolean recognizes(Path file, byte[] head) {
    String name = file.toString();
    return ZipArchive.peek(file, head)
        .map(archive -> archive.contains("data.pkl") && !ExportedProgram.isOne(archive))
        .orElse(name.endsWith(".pt") || name.endsWith(".pth"));
  }

  /**
   * {@inheritDoc}
   *
   * @throws UnsupportedNetworkException with what is not supported
   * @throws UserException if the file is damaged, holds weights only, its input or output is
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
    ZipArchive archive = ZipArchive.open(file);
    if (archive.names().stream().noneMatch(name -> name.startsWith(CODE))) {
      throw new UserException(
          ("%s holds weights or a pickled object without the network's code; export the network"
                  + " itself with torch.export.save, torch.jit.trace or torch.onnx.export")
              .formatted(file));
    }
    if (!(ExportedProgram.readPickle(archive, "data.pkl", "data/") instanceof Value.Module root)) {
      throw archive.fault("data.pkl holds no module");
    }
    Code code = new Code(archive);
    Optional<Traced> traced = traced(archive);
    Shape shape = inputShape(file, traced, options);
    OptionalLong batchSize =
        traced.map(input -> OptionalLong.of(input.batchSize())).orElse(OptionalLong.empty());
    AtenGraph graph = new AtenGraph(file.getFileName().toString(), shape, batchSize);
    ScriptInterpreter interpreter = new ScriptInterpreter(code, graph, constants(archive));
    Value result;
    try {
      requireOneInput(file, interpreter.method(root, "forward"));
      result = graph.finished(interpreter.forward(root, List.of(graph.input())));
    } catch (ScriptException e) {
      graph.problems().add(e.problem());
      result = new Value.Unknown(e.problem().operator());
    }
    return new Translation(file, graph, output(file, result, options), options);
  }

  private static void requireOneInput(Path file, Function forward) {
    List<String> inputs =
        forward.parameters().stream()
            .skip(1)
            .filter(parameter -> parameter.fallback().isEmpty())
            .map(Script.Parameter::name)
            .toList();
    if (inputs.size() != 1) {
      throw new UserException(
          "%s reads %d inputs %s where one, the image, is expected; export it with a single input"
              .formatted(file, inputs.size(), inputs));
    }
  }

  /** One of several outputs, called {@code 0}, {@code 1}, ... or by the key of a dictionary. */
  private static Value output(Path file, Value result, ImportOptions options) {
    Map<String, Value> outputs = new HashMap<>();
    List<String> names = new ArrayList<>();
    if (result instanceof Value.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        names.add(Integer.toString(i));
        outputs.put(Integer.toString(i), sequence.items().get(i));
      }
    } else if (result instanceof Value.Mapping mapping) {
      names.addAll(mapping.items().keySet().stream().sorted().toList());
      outputs.putAll(mapping.items());
    } else {
      names.add("0");
      outputs.put("0", result);
    }
    return outputs.get(Translation.chooseOutput(file, names, options));
  }

  private static List<Value> constants(ZipArchive archive) {
    boolean listed =
        archive.contains("constants.pkl")
            && ExportedProgram.readPickle(archive, "constants.pkl", "constants/")
                instanceof Value.Sequence;
    return listed
        ? ((Value.Sequence) ExportedProgram.readPickle(archive, "constants.pkl", "constants/"))
            .items()
        : List.of();
  }

  /** The input that a network was traced with. */
  private record Traced(long batchSize, Shape shape) {}

  private static Optional<Traced> traced(ZipArchive archive) {
    if (!archive.contains("traced_inputs.pkl")) {
      return Optional.empty();
    }
    // The values are not kept, only the shapes.
    Value inputs = ExportedProgram.readPickle(archive, "traced_inputs.pkl", "traced_inputs/");
    boolean one =
        inputs instanceof Value.Mapping methods
            && methods.items().get("forward") instanceof Value.Sequence arguments
            && arguments.items().size() == 1;
    if (!one) {
      return Optional.empty();
    }
    Value argument =
        ((Value.Sequence) ((Value.Mapping) inputs).items().get("forward")).items().get(0);
    return argument instanceof Value.Stored stored && stored.tensor().sizes().rank() > 1
        ? Optional.of(new Traced(stored.tensor().sizes().dim(0), stored.tensor().sizes().spatial()))
        : Optional.empty();
  }

  private static Shape inputShape(Path file, Optional<Traced> traced, ImportOptions options) {
    return options
        .inputShape()
        .or(() -> traced.map(Traced::shape))
        .orElseThrow(
            () ->
                new UserException(
                    ("%s does not say how large its input is; state it in the model description"
                            + " (input-size = N), or export the network by tracing")
                        .formatted(file)));
  }

  /** The functions of an archive, parsed when somebody asks for them. */
  private static final class Code implements ScriptInterpreter.Library {
    private final ZipArchive archive;
    private final Map<String, Map<String, Function>> files = new HashMap<>();

    Code(ZipArchive archive) {
      this.archive = archive;
    }

    @Override
    public Optional<Function> find(String qualified) {
      int last = qualified.lastIndexOf('.');
      if (last < 0) {
        return Optional.empty();
      }
      String function = qualified.substring(last + 1);
      String module = qualified.substring(0, last);
      Optional<Function> plain = lookUp(module, function);
      int type = module.lastIndexOf('.');
      if (plain.isPresent() || type < 0) {
        return plain;
      }
      return lookUp(
          module.substring(0, type), "%s.%s".formatted(module.substring(type + 1), function));
    }

    private Optional<Function> lookUp(String module, String function) {
      String file = CODE + module.replace('.', '/') + ".py";
      if (!archive.contains(file)) {
        return Optional.empty();
      }
      return Optional.ofNullable(files.computeIfAbsent(file, this::parsed).get(function));
    }

    private Map<String, Function> parsed(String file) {
      try {
        return ScriptParser.parse(file.substring(CODE.length()), archive.text(file));
      } catch (Script.SyntaxException e) {
        throw archive.fault("%s: %s".formatted(file, e.getMessage()));
      }
    }
  }
}
