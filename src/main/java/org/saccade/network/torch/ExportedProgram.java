package org.saccade.network.torch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.saccade.network.Shape;
import org.saccade.network.torch.StoredTensor.ElementType;

/**
 * What {@code torch.export.save} wrote: a graph of operators as JSON, and the tensors it names.
 *
 * <p>Three layouts are in use: PyTorch 2.5 to 2.7 keep {@code serialized_exported_program.json}
 * beside one pickled state dictionary; 2.8 keeps {@code models/NAME.json} beside one such
 * dictionary; later ones keep {@code models/NAME.json} beside a file per tensor and a table of
 * those.
 *
 * <p>Source: {@code torch/_export/serde/schema.py} and {@code torch/export/pt2_archive}.
 */
final class ExportedProgram {
  /** Breaking changes of the graph's schema bump its major version; 2.5 wrote 7, 2.13 writes 8. */
  private static final int OLDEST_SCHEMA = 7;

  private static final int NEWEST_SCHEMA = 8;

  private static final String LEGACY_MODEL = "serialized_exported_program.json";

  /** Element types by their numbers in the schema. */
  private static final Map<Integer, ElementType> ELEMENT_TYPES =
      Map.of(
          1, ElementType.UINT8,
          2, ElementType.INT8,
          3, ElementType.INT16,
          4, ElementType.INT32,
          5, ElementType.INT64,
          6, ElementType.FLOAT16,
          7, ElementType.FLOAT32,
          8, ElementType.FLOAT64,
          12, ElementType.BOOL,
          13, ElementType.BFLOAT16);

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /**
   * An extent of the graph's input.
   *
   * @param size the extent, where the program fixed it
   * @param example the extent it was exported with
   */
  record Extent(OptionalInt size, OptionalInt example) {}

  /**
   * One operator of the graph.
   *
   * @param target what it calls, e.g. {@code torch.ops.aten.conv2d.default}
   * @param name its name in the graph
   * @param module path of the module that it came from, empty for the outermost
   * @param arguments by parameter name, in the order they are given
   * @param results the names it gives its results; a list of names for a list of tensors
   */
  record Operation(
      String target,
      String name,
      String module,
      Map<String, JsonNode> arguments,
      List<List<String>> results,
      boolean resultIsList) {}

  private final ZipArchive archive;
  private final String model;
  private final JsonNode graph;
  private final JsonNode signature;

  private ExportedProgram(ZipArchive archive, String model, JsonNode program) {
    this.archive = archive;
    this.model = model;
    this.graph = field(field(program, "graph_module"), "graph");
    this.signature = field(field(program, "graph_module"), "signature");
  }

  static boolean isOne(ZipArchive archive) {
    return archive.contains(LEGACY_MODEL) || models(archive).size() > 0;
  }

  /**
   * Opens an archive.
   *
   * @throws org.saccade.UserException if it is damaged or of an unknown version
   */
  static ExportedProgram read(ZipArchive archive) {
    String entry = LEGACY_MODEL;
    if (!archive.contains(LEGACY_MODEL)) {
      List<String> models = models(archive);
      if (models.size() != 1) {
        throw archive.fault("it holds the models %s where one is expected".formatted(models));
      }
      entry = models.get(0);
    }
    JsonNode program = json(archive, entry);
    JsonNode version = program.path("schema_version");
    int major = version.path("major").asInt(-1);
    if (major < OLDEST_SCHEMA || major > NEWEST_SCHEMA) {
      throw archive.fault(
          ("its schema version is %s, written by PyTorch %s; versions %d to %d are read, which"
                  + " PyTorch 2.5 to 2.13 write")
              .formatted(
                  version,
                  program.path("torch_version").asText("?"),
                  OLDEST_SCHEMA,
                  NEWEST_SCHEMA));
    }
    String model = entry.replaceAll("^.*/|\\.json$", "");
    return new ExportedProgram(archive, model, program);
  }

  private static List<String> models(ZipArchive archive) {
    return archive.names().stream().filter(name -> name.matches("models/[^/]+\\.json")).toList();
  }

  private static JsonNode json(ZipArchive archive, String entry) {
    try {
      return JSON.readTree(archive.text(entry));
    } catch (JsonProcessingException e) {
      throw archive.fault("%s is no JSON (%s)".formatted(entry, e.getOriginalMessage()));
    }
  }

  /** Names of the inputs that the caller passes, in order. */
  List<String> inputs() {
    List<String> names = new ArrayList<>();
    for (JsonNode spec : field(signature, "input_specs")) {
      JsonNode argument = spec.path("user_input").path("arg");
      if (argument.has("as_tensor")) {
        names.add(text(argument.path("as_tensor"), "name"));
      }
    }
    return names;
  }

  /** Names of the values that the caller gets, in order. */
  List<String> outputs() {
    List<String> names = new ArrayList<>();
    for (JsonNode spec : field(signature, "output_specs")) {
      JsonNode argument = spec.path("user_output").path("arg");
      if (argument.has("as_tensor")) {
        names.add(text(argument.path("as_tensor"), "name"));
      }
    }
    return names;
  }

  /** Extents of a tensor of the graph, batch axis first. */
  List<Extent> extents(String tensor) {
    List<Extent> extents = new ArrayList<>();
    for (JsonNode size : field(field(field(graph, "tensor_values"), tensor), "sizes")) {
      JsonNode hint = size.path("as_expr").path("hint").path("as_int");
      OptionalInt fixed = integer(size.path("as_int"));
      extents.add(new Extent(fixed, fixed.isPresent() ? fixed : integer(hint)));
    }
    return extents;
  }

  private static OptionalInt integer(JsonNode node) {
    return node.canConvertToInt() && node.asInt() >= 0
        ? OptionalInt.of(node.asInt())
        : OptionalInt.empty();
  }

  /** The operators in execution order. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (JsonNode node : field(graph, "nodes")) {
      Map<String, JsonNode> arguments = new LinkedHashMap<>();
      for (JsonNode input : field(node, "inputs")) {
        String name = input.path("name").asText("");
        arguments.put(name.isEmpty() ? "argument " + arguments.size() : name, field(input, "arg"));
      }
      List<List<String>> results = new ArrayList<>();
      boolean list = false;
      for (JsonNode output : field(node, "outputs")) {
        list |= output.has("as_tensors");
        results.add(names(output));
      }
      String name = results.isEmpty() || results.get(0).isEmpty() ? "?" : results.get(0).get(0);
      operations.add(
          new Operation(
              text(node, "target"),
              node.path("name").asText(name),
              module(node.path("metadata").path("nn_module_stack").asText("")),
              arguments,
              results,
              list));
    }
    return operations;
  }

  /** The names that an output or argument mentions, in order. */
  static List<String> names(JsonNode argument) {
    List<String> names = new ArrayList<>();
    collectNames(argument, names);
    return names;
  }

  private static void collectNames(JsonNode node, List<String> names) {
    for (String field : List.of("name", "as_name")) {
      if (node.path(field).isTextual()) {
        names.add(node.path(field).asText());
      }
    }
    node.forEach(child -> collectNames(child, names));
  }

  /** The innermost path in {@code key,path,type;key,path,type;...}. */
  private static String module(String stack) {
    String[] innermost = stack.substring(stack.lastIndexOf(';') + 1).split(",", -1);
    String path = innermost.length < 3 ? "" : innermost[1];
    // A module that is called again gets a counter, an old exporter's paths start at the root.
    String plain = path.replaceAll("@\\d+", "").replaceFirst("^L\\['self'\\]\\.?", "");
    return plain.startsWith("_empty_nn_module_stack") ? "" : plain;
  }

  /**
   * The parameters, buffers and constants of the graph, and inputs fixed on export, by the names
   * that operators know them by.
   *
   * @throws org.saccade.UserException if one is missing or damaged
   */
  Map<String, Value> constants() {
    Map<String, StoredTensor> weights = tensors("weights", "weight");
    Map<String, StoredTensor> constants = tensors("constants", "constant");
    Map<String, Value> bound = new HashMap<>();
    for (JsonNode spec : field(signature, "input_specs")) {
      if (spec.has("parameter")) {
        bindTensor(bound, spec.path("parameter"), "parameter_name", weights, constants);
      } else if (spec.has("buffer")) {
        bindTensor(bound, spec.path("buffer"), "buffer_name", weights, constants);
      } else if (spec.has("tensor_constant")) {
        bindTensor(bound, spec.path("tensor_constant"), "tensor_constant_name", constants, weights);
      } else if (spec.has("constant_input")) {
        JsonNode input = spec.path("constant_input");
        bound.put(text(input, "name"), Argument.literal(field(input, "value")));
      }
    }
    return bound;
  }

  private void bindTensor(
      Map<String, Value> bound,
      JsonNode spec,
      String nameField,
      Map<String, StoredTensor> first,
      Map<String, StoredTensor> second) {
    String name = text(spec, nameField);
    StoredTensor tensor =
        Optional.ofNullable(first.get(name))
            .or(() -> Optional.ofNullable(second.get(name)))
            .orElseThrow(() -> archive.fault("the tensor %s is missing".formatted(name)));
    try {
      bound.put(text(field(spec, "arg"), "name"), tensor.toValue());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw archive.fault("the tensor %s is damaged: %s".formatted(name, e.getMessage()));
    }
  }

  private Map<String, StoredTensor> tensors(String folder, String kind) {
    String table = "data/%s/%s_%s_config.json".formatted(folder, model, folder);
    if (archive.contains(table)) {
      return separateTensors("data/" + folder + "/", json(archive, table));
    }
    List<String> pickled =
        List.of(
            "data/%s/%s.pt".formatted(folder, model),
            kind.equals("weight") ? "serialized_state_dict.pt" : "serialized_constants.pt");
    return pickled.stream()
        .filter(archive::contains)
        .findFirst()
        .map(this::pickledTensors)
        .orElse(Map.of());
  }

  private Map<String, StoredTensor> separateTensors(String folder, JsonNode table) {
    Map<String, StoredTensor> tensors = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : field(table, "config").properties()) {
      JsonNode payload = entry.getValue();
      if (payload.path("tensor_meta").isObject() && !payload.path("use_pickle").asBoolean()) {
        ByteBuffer bytes = archive.read(folder + text(payload, "path_name"));
        tensors.put(entry.getKey(), tensor(entry.getKey(), payload.path("tensor_meta"), bytes));
      }
    }
    return tensors;
  }

  private StoredTensor tensor(String name, JsonNode meta, ByteBuffer bytes) {
    int number = field(meta, "dtype").asInt();
    ElementType type =
        Optional.ofNullable(ELEMENT_TYPES.get(number))
            .orElseThrow(
                () ->
                    archive.fault(
                        "the tensor %s has the element type %d, which is not supported"
                            .formatted(name, number)));
    List<Integer> sizes = new ArrayList<>();
    field(meta, "sizes").forEach(size -> sizes.add(Math.toIntExact(extent(name, size))));
    List<Long> strides = new ArrayList<>();
    field(meta, "strides").forEach(stride -> strides.add(extent(name, stride)));
    long offset = meta.path("storage_offset").path("as_int").asLong(0);
    return new StoredTensor(type, new Shape(sizes), strides, offset, ordered(archive, bytes));
  }

  private long extent(String name, JsonNode symbolic) {
    JsonNode size = symbolic.path("as_int");
    if (!size.canConvertToInt() || size.asInt() < 0) {
      throw archive.fault("the tensor %s has the extent %s".formatted(name, symbolic));
    }
    return size.asLong();
  }

  /** A state dictionary that {@code torch.save} wrote: an archive inside the archive. */
  private Map<String, StoredTensor> pickledTensors(String entry) {
    ZipArchive inner = ZipArchive.of(entry, archive.read(entry));
    Map<String, StoredTensor> tensors = new HashMap<>();
    if (readPickle(inner, "data.pkl", "data/") instanceof Value.Mapping mapping) {
      mapping
          .items()
          .forEach(
              (name, value) -> {
                if (value instanceof Value.Stored stored) {
                  tensors.put(name, stored.tensor());
                }
              });
    }
    return tensors;
  }

  /** A pickle of an archive whose tensors lie in a folder of it. */
  static Value readPickle(ZipArchive archive, String entry, String folder) {
    try {
      return Pickle.read(archive.read(entry), key -> ordered(archive, archive.read(folder + key)));
    } catch (Pickle.PickleException e) {
      throw archive.fault("%s: %s".formatted(entry, e.getMessage()));
    }
  }

  /** Bytes in the order of the machine that wrote the archive. */
  private static ByteBuffer ordered(ZipArchive archive, ByteBuffer bytes) {
    boolean big = archive.contains("byteorder") && archive.text("byteorder").trim().equals("big");
    return bytes.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private JsonNode field(JsonNode node, String name) {
    JsonNode field = node.path(name);
    if (field.isMissingNode()) {
      throw archive.fault("its graph lacks the field '%s'".formatted(name));
    }
    return field;
  }

  private String text(JsonNode node, String name) {
    JsonNode field = field(node, name);
    if (!field.isTextual()) {
      throw archive.fault("the field '%s' of its graph is no string".formatted(name));
    }
    return field.asText();
  }
}
