package org.saccade.network.torch;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.saccade.network.UnsupportedNetworkException.Problem;
import org.saccade.network.torch.Script.Expression;
import org.saccade.network.torch.Script.Function;
import org.saccade.network.torch.Script.Parameter;
import org.saccade.network.torch.Script.Statement;

/**
 * Follows the code of a TorchScript module from its {@code forward} on, calls of submodules and
 * functions inlined, and hands every operator to the graph. Branches are taken and loops unrolled
 * where what they depend on is known without an image. The code can do nothing but compute with
 * values and name operators, and how long it may run is bounded.
 */
final class ScriptInterpreter {
  private static final int MAX_CALLS = 200_000;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_LIST = 4096;
  private static final int MAX_NESTING = 16;

  /** Where the functions of an archive are looked up. */
  interface Library {
    /**
     * A function or method by its qualified name, {@code __torch__.a.b.f} or {@code
     * __torch__.a.b.Class.method}.
     */
    Optional<Function> find(String qualified);
  }

  /** The code cannot be followed further. */
  static final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    ScriptException(String operator, String place, String reason) {
      super(reason);
      this.problem = new Problem(operator, place, reason);
    }

    Problem problem() {
      return problem;
    }
  }

  /** Variables of one call of a function. */
  private static final class Frame {
    private final Function function;
    private final String module;
    private final Map<String, Value> variables = new HashMap<>();
    private int line;

    Frame(Function function, String module) {
      this.function = function;
      this.module = module;
    }

    ScriptException fault(String operator, String reason) {
      String place = "%s line %d".formatted(function.file(), line);
      return new ScriptException(
          operator, module.isEmpty() ? place : "%s in module %s".formatted(place, module), reason);
    }
  }

  private final Library library;
  private final AtenGraph graph;
  private final List<Value> constants;
  private final IdentityHashMap<Value.Module, String> paths = new IdentityHashMap<>();
  private final IdentityHashMap<StoredTensor, Value> tensors = new IdentityHashMap<>();
  private int calls;
  private int depth;

  /**
   * @param constants what the code calls {@code CONSTANTS.c0, CONSTANTS.c1, ...}
   */
  ScriptInterpreter(Library library, AtenGraph graph, List<Value> constants) {
    this.library = library;
    this.graph = graph;
    this.constants = constants;
  }

  /**
   * The result of a module's {@code forward}.
   *
   * @throws ScriptException if the code cannot be followed to its end
   */
  Value forward(Value.Module module, List<Value> inputs) {
    name(module, "");
    return call(method(module, "forward"), "", withSelf(module, inputs), Map.of());
  }

  /** Its {@code forward} method. */
  Function method(Value.Module module, String method) {
    String qualified = module.type() + "." + method;
    return library
        .find(qualified)
        .orElseThrow(
            () -> new ScriptException(method, module.type(), "the archive's code lacks it"));
  }

  private void name(Value.Module module, String path) {
    if (paths.putIfAbsent(module, path) != null) {
      return;
    }
    module
        .attributes()
        .forEach(
            (name, value) -> {
              if (value instanceof Value.Module child) {
                name(child, path.isEmpty() ? name : path + "." + name);
              }
            });
  }

  private static List<Value> withSelf(Value.Module module, List<Value> arguments) {
    List<Value> all = new ArrayList<>(List.of(module));
    all.addAll(arguments);
    return all;
  }

  private Value call(
      Function function, String module, List<Value> positional, Map<String, Value> named) {
    Frame frame = new Frame(function, module);
    if (++depth > MAX_DEPTH) {
      throw frame.fault(function.name(), "functions call each other too deeply");
    }
    List<Parameter> parameters = function.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      Value value;
      if (i < positional.size()) {
        value = positional.get(i);
      } else if (named.containsKey(parameter.name())) {
        value = named.get(parameter.name());
      } else {
        value =
            parameter
                .fallback()
                .map(fallback -> evaluate(fallback, frame))
                .orElseThrow(
                    () -> frame.fault(function.name(), "it is called with too few arguments"));
      }
      frame.variables.put(parameter.name(), value);
    }
    Value result = run(function.body(), frame).orElseGet(Value.None::new);
    depth--;
    return result;
  }

  /** Runs statements; a value if they return one. */
  private Optional<Value> run(List<Statement> statements, Frame frame) {
    for (Statement statement : statements) {
      Optional<Value> returned = Optional.empty();
      if (statement instanceof Statement.Assignment assignment) {
        assign(assignment, frame);
      } else if (statement instanceof Statement.Evaluation evaluation) {
        evaluate(evaluation.value(), frame);
      } else if (statement instanceof Statement.Branch branch) {
        boolean holds = condition(branch.condition(), frame);
        returned = run(holds ? branch.then() : branch.otherwise(), frame);
      } else if (statement instanceof Statement.Loop loop) {
        returned = repeat(loop, frame);
      } else if (statement instanceof Statement.Return result) {
        returned = Optional.of(evaluate(result.value(), frame));
      } else if (statement instanceof Statement.Unsupported unsupported) {
        frame.line = unsupported.line();
        throw frame.fault(
            unsupported.what(), "control flow must be constant; export the network by tracing");
      }
      if (returned.isPresent()) {
        return returned;
      }
    }
    return Optional.empty();
  }

  private boolean condition(Expression expression, Frame frame) {
    Value value = evaluate(expression, frame);
    if (value instanceof Value.Bool bool) {
      return bool.value();
    }
    throw frame.fault(
        "if",
        ("the condition is %s: control flow that depends on the image is not supported; export the"
                + " network by tracing")
            .formatted(value.kind()));
  }

  private Optional<Value> repeat(Statement.Loop loop, Frame frame) {
    if (!(Scalars.number(evaluate(loop.count(), frame)) instanceof Value.Int count)) {
      throw frame.fault(
          "for", "the number of repetitions depends on the image; export the network by tracing");
    }
    for (long i = 0; i < count.value(); i++) {
      count(frame);
      frame.variables.put(loop.variable(), new Value.Int(i));
      Optional<Value> returned = run(loop.body(), frame);
      if (returned.isPresent()) {
        return returned;
      }
    }
    return Optional.empty();
  }

  private void count(Frame frame) {
    if (++calls > MAX_CALLS) {
      throw frame.fault("forward", "it takes more than %d steps".formatted(MAX_CALLS));
    }
  }

  private void assign(Statement.Assignment assignment, Frame frame) {
    Value value = evaluate(assignment.value(), frame);
    if (!assignment.unpacks()) {
      frame.variables.put(assignment.targets().get(0), value);
      return;
    }
    if (value instanceof Value.Unknown) {
      assignment.targets().forEach(target -> frame.variables.put(target, value));
      return;
    }
    if (!(value instanceof Value.Sequence parts)
        || parts.items().size() != assignment.targets().size()) {
      throw frame.fault(
          "assignment",
          "%s cannot be unpacked into %d variables"
              .formatted(value.kind(), assignment.targets().size()));
    }
    for (int i = 0; i < parts.items().size(); i++) {
      frame.variables.put(assignment.targets().get(i), parts.items().get(i));
    }
  }

  private Value evaluate(Expression expression, Frame frame) {
    count(frame);
    if (expression instanceof Expression.Literal literal) {
      return literal.value();
    }
    if (expression instanceof Expression.Name name) {
      Value value = frame.variables.get(name.name());
      if (value == null) {
        return new Value.Reference(name.name());
      }
      return value;
    }
    if (expression instanceof Expression.Attribute attribute) {
      return attribute(attribute, frame);
    }
    if (expression instanceof Expression.Item item) {
      return item(item, frame);
    }
    if (expression instanceof Expression.Listing listing) {
      List<Value> items = listing.items().stream().map(item -> evaluate(item, frame)).toList();
      return bounded(new Value.Sequence(items), frame);
    }
    if (expression instanceof Expression.Dictionary dictionary) {
      return dictionary(dictionary, frame);
    }
    return call((Expression.Call) expression, frame);
  }

  private Value attribute(Expression.Attribute attribute, Frame frame) {
    Value target = evaluate(attribute.target(), frame);
    String name = attribute.name();
    if (target instanceof Value.Reference reference) {
      if (reference.name().equals("CONSTANTS")) {
        return constant(name, frame);
      }
      return new Value.Reference(reference.name() + "." + name);
    }
    if (target instanceof Value.Module module) {
      return attribute(module, name, frame);
    }
    throw frame.fault(
        name, "it reads an attribute of %s, which is not supported".formatted(target.kind()));
  }

  private Value attribute(Value.Module module, String name, Frame frame) {
    Value value =
        Optional.ofNullable(module.attributes().get(name))
            .orElseThrow(
                () -> frame.fault(name, "the module %s lacks it".formatted(module.type())));
    return loaded(value, frame);
  }

  private Value loaded(Value value, Frame frame) {
    if (!(value instanceof Value.Stored stored)) {
      return value instanceof Value.Sequence list ? bounded(list, frame) : value;
    }
    try {
      return tensors.computeIfAbsent(stored.tensor(), StoredTensor::toValue);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw frame.fault("tensor", e.getMessage());
    }
  }

  private Value constant(String name, Frame frame) {
    for (int i = 0; i < constants.size(); i++) {
      if (name.equals("c" + i)) {
        return loaded(constants.get(i), frame);
      }
    }
    throw frame.fault("CONSTANTS", "the archive lacks the constant " + name);
  }

  private Value item(Expression.Item item, Frame frame) {
    Value target = evaluate(item.target(), frame);
    Value index = evaluate(item.index(), frame);
    if (target instanceof Value.Unknown) {
      return target;
    }
    if (target instanceof Value.Sequence sequence
        && Scalars.number(index) instanceof Value.Int position) {
      int size = sequence.items().size();
      long at = position.value() < 0 ? position.value() + size : position.value();
      if (at >= 0 && at < size) {
        return sequence.items().get((int) at);
      }
    }
    if (target instanceof Value.Mapping mapping
        && index instanceof Value.Text key
        && mapping.items().containsKey(key.value())) {
      return mapping.items().get(key.value());
    }
    // A type, such as List[int], is passed where only its presence matters.
    if (target instanceof Value.Reference) {
      return target;
    }
    throw frame.fault("item", "%s has no item %s".formatted(target.kind(), index.kind()));
  }

  private Value dictionary(Expression.Dictionary dictionary, Frame frame) {
    Map<String, Value> items = new LinkedHashMap<>();
    for (int i = 0; i < dictionary.keys().size(); i++) {
      if (!(evaluate(dictionary.keys().get(i), frame) instanceof Value.Text key)) {
        throw frame.fault("dictionary", "its keys are no strings");
      }
      items.put(key.value(), evaluate(dictionary.values().get(i), frame));
    }
    return new Value.Mapping(items);
  }

  private Value call(Expression.Call call, Frame frame) {
    frame.line = call.line();
    if (call.function() instanceof Expression.Attribute attribute) {
      Value target = evaluate(attribute.target(), frame);
      if (target instanceof Value.Module module) {
        return submodule(module, attribute.name(), call, frame);
      }
    }
    Value function = evaluate(call.function(), frame);
    if (!(function instanceof Value.Reference reference)) {
      throw frame.fault("call", "it calls %s".formatted(function.kind()));
    }
    String name = reference.name();
    switch (name) {
      case "annotate", "unchecked_cast" -> {
        return evaluate(argument(call, 1, frame), frame);
      }
      case "uninitialized" -> {
        return new Value.Unknown("an uninitialized value");
      }
      case "getattr" -> {
        return attributeByName(call, frame);
      }
      case "torch.append" -> {
        return append(call, frame);
      }
      default -> {
        return function(name, call, frame);
      }
    }
  }

  private Value submodule(Value.Module module, String method, Expression.Call call, Frame frame) {
    Function function = method(module, method);
    List<Value> positional = withSelf(module, evaluateAll(call.positional(), frame));
    return call(function, paths.getOrDefault(module, ""), positional, named(call, frame));
  }

  private Value attributeByName(Expression.Call call, Frame frame) {
    Value target = evaluate(argument(call, 0, frame), frame);
    Value name = evaluate(argument(call, 1, frame), frame);
    if (target instanceof Value.Module module && name instanceof Value.Text text) {
      return attribute(module, text.value(), frame);
    }
    throw frame.fault("getattr", "it reads an attribute of " + target.kind());
  }

  /** Lists are values here, so the variable that holds the list gets the longer one. */
  private Value append(Expression.Call call, Frame frame) {
    boolean toVariable = argument(call, 0, frame) instanceof Expression.Name;
    if (!toVariable
        || !(evaluate(argument(call, 0, frame), frame) instanceof Value.Sequence list)) {
      throw frame.fault("append", "it appends to what is no variable with a list");
    }
    List<Value> longer = new ArrayList<>(list.items());
    longer.add(evaluate(argument(call, 1, frame), frame));
    Value appended = bounded(new Value.Sequence(longer), frame);
    frame.variables.put(((Expression.Name) argument(call, 0, frame)).name(), appended);
    return appended;
  }

  private Value function(String name, Expression.Call call, Frame frame) {
    List<Value> positional = evaluateAll(call.positional(), frame);
    if (name.startsWith("__torch__.")) {
      Function function =
          library
              .find(name)
              .orElseThrow(() -> frame.fault(name, "the archive's code lacks this function"));
      return call(function, frame.module, positional, named(call, frame));
    }
    if (name.equals("ops.prim.RaiseException")) {
      String message =
          !positional.isEmpty() && positional.get(0) instanceof Value.Text text
              ? text.value()
              : "no message";
      throw frame.fault("raise", "the model itself refuses its input: " + message);
    }
    String operator = name.replaceFirst("^(torch|ops\\.(prim|aten))\\.", "");
    frame.line = call.line();
    try {
      Optional<Value> builtin = ScriptBuiltins.apply(operator, positional);
      if (builtin.isPresent()) {
        return bounded(builtin.get(), frame);
      }
    } catch (UnsupportedOperatorException | ArithmeticException e) {
      throw frame.fault(operator, e.getMessage());
    }
    String source = "%s line %d".formatted(frame.function.file(), call.line());
    return graph.apply(operator, frame.module, source, positional, named(call, frame));
  }

  private Map<String, Value> named(Expression.Call call, Frame frame) {
    Map<String, Value> named = new LinkedHashMap<>();
    call.named().forEach((name, value) -> named.put(name, evaluate(value, frame)));
    return named;
  }

  private List<Value> evaluateAll(List<Expression> expressions, Frame frame) {
    return expressions.stream().map(expression -> evaluate(expression, frame)).toList();
  }

  private static Expression argument(Expression.Call call, int index, Frame frame) {
    if (index >= call.positional().size()) {
      throw frame.fault("call", "it is called with too few arguments");
    }
    return call.positional().get(index);
  }

  private static Value bounded(Value value, Frame frame) {
    if (size(value, MAX_NESTING, MAX_LIST) > MAX_LIST) {
      throw frame.fault("list", "it has more than %d entries".formatted(MAX_LIST));
    }
    return value;
  }

  /** Number of values in a list, its lists included; gives up beyond a limit. */
  private static int size(Value value, int nesting, int limit) {
    if (!(value instanceof Value.Sequence sequence)) {
      return 1;
    }
    int size = nesting == 0 ? limit : 1;
    for (Value item : sequence.items()) {
      if (size > limit) {
        break;
      }
      size += nesting == 0 ? 1 : size(item, nesting - 1, limit - size);
    }
    return size;
  }
}
