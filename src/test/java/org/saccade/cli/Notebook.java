package org.saccade.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A notebook file, and what its cells show when a kernel runs them. */
final class Notebook {
  private static final Duration CELL_LIMIT = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final JsonNode json;

  private Notebook(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  static Notebook read(Path file) throws IOException {
    return new Notebook(file, JSON.readTree(file.toFile()));
  }

  JsonNode json() {
    return json;
  }

  List<JsonNode> codeCells() {
    return StreamSupport.stream(json.path("cells").spliterator(), false)
        .filter(cell -> cell.path("cell_type").asText().equals("code"))
        .toList();
  }

  /**
   * Runs the code cells top to bottom.
   *
   * @return the outputs of each cell, by the cell's id
   * @throws AssertionError at the first cell that fails
   */
  Map<String, ArrayNode> run(JavaKernel kernel) throws IOException {
    Map<String, ArrayNode> outputs = new LinkedHashMap<>();
    for (JsonNode cell : codeCells()) {
      String id = cell.path("id").asText();
      ArrayNode shown = kernel.execute(text(cell.path("source")), CELL_LIMIT);
      for (JsonNode output : shown) {
        if (output.path("output_type").asText().equals("error")) {
          throw new AssertionError(
              "%s, cell %s: %s\nthe kernel printed:\n%s"
                  .formatted(file, id, failure(output), kernel.printed()));
        }
      }
      outputs.put(id, shown);
    }
    return outputs;
  }

  /** The traceback without its colours. */
  private static String failure(JsonNode error) {
    return "%s: %s\n%s"
        .formatted(
            error.path("ename").asText(),
            error.path("evalue").asText(),
            StreamSupport.stream(error.path("traceback").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining("\n"))
                .replaceAll("\u001B\\[[0-9;]*m", ""));
  }

  /** Writes outputs into the file, in the form that Jupyter gives it. */
  void write(Map<String, ArrayNode> outputs) throws IOException {
    ObjectNode copy = json.deepCopy();
    int count = 0;
    for (JsonNode cell : copy.path("cells")) {
      if (cell.path("cell_type").asText().equals("code")) {
        ArrayNode shown = outputs.get(cell.path("id").asText());
        count++;
        ((ObjectNode) cell).put("execution_count", count);
        ((ObjectNode) cell).set("outputs", inLines(shown));
      }
    }
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter() {
          private static final long serialVersionUID = 1L;

          @Override
          public DefaultPrettyPrinter createInstance() {
            return this;
          }

          @Override
          public void writeObjectFieldValueSeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(": ");
          }
        };
    DefaultIndenter indenter = new DefaultIndenter(" ", "\n");
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    Files.writeString(
        file, JSON.writer(printer).writeValueAsString(copy) + "\n", StandardCharsets.UTF_8);
  }

  /** Texts as lists of lines, which differ by line when they change. */
  private static ArrayNode inLines(ArrayNode outputs) {
    ArrayNode copy = outputs.deepCopy();
    for (JsonNode output : copy) {
      if (output.has("text")) {
        ((ObjectNode) output).set("text", lines(output.path("text").asText()));
      }
      if (output.path("data") instanceof ObjectNode data) {
        List<String> types = new ArrayList<>();
        data.fieldNames().forEachRemaining(types::add);
        for (String type : types) {
          if (type.startsWith("text/") || type.endsWith("+xml")) {
            data.set(type, lines(data.path(type).asText()));
          }
        }
      }
    }
    return copy;
  }

  private static ArrayNode lines(String text) {
    ArrayNode lines = JSON.createArrayNode();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      int to = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(from, to));
      from = to;
    }
    return lines;
  }

  /** A text of a notebook file, which may be a list of lines. */
  static String text(JsonNode text) {
    return text.isArray()
        ? StreamSupport.stream(text.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining())
        : text.asText();
  }
}
