package org.saccade.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import jdk.jshell.JShell;
import jdk.jshell.Snippet.Status;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.execution.LocalExecutionControlProvider;
import scala.Console;

/**
 * A Java notebook. Its code cells run top to bottom through JShell, in this JVM and on the class
 * path of the tests, each statement as a kernel would run it.
 */
final class Notebook {
  private final JsonNode json;

  private Notebook(JsonNode json) {
    this.json = json;
  }

  static Notebook read(Path file) throws IOException {
    return new Notebook(new ObjectMapper().readTree(file.toFile()));
  }

  JsonNode json() {
    return json;
  }

  List<JsonNode> cells() {
    return StreamSupport.stream(json.path("cells").spliterator(), false).toList();
  }

  /**
   * Runs the code cells.
   *
   * @return what each cell shows, by the cell's id: what it printed, then the value of its last
   *     statement if that is an expression
   * @throws AssertionError at the first statement that does not compile, throws or depends on what
   *     is not there
   */
  Map<String, String> run() {
    Map<String, String> shown = new LinkedHashMap<>();
    try (JShell shell =
        JShell.builder().executionEngine(new LocalExecutionControlProvider(), Map.of()).build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      for (JsonNode cell : cells()) {
        if (cell.path("cell_type").asText().equals("code")) {
          shown.put(cell.path("id").asText(), output(shell, cell));
        }
      }
    }
    return shown;
  }

  private static String output(JShell shell, JsonNode cell) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    PrintStream during = new PrintStream(printed, true, StandardCharsets.UTF_8);
    // Spark shows tables on Scala's console, which holds on to the first System.out it saw.
    System.setOut(during);
    try {
      String value = Console.withOut(during, () -> evaluate(shell, cell));
      return printed.toString(StandardCharsets.UTF_8) + value;
    } finally {
      System.setOut(before);
    }
  }

  private static String evaluate(JShell shell, JsonNode cell) {
    String rest =
        StreamSupport.stream(cell.path("source").spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining());
    String value = "";
    while (!rest.isBlank()) {
      CompletionInfo next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
      if (!next.completeness().isComplete()) {
        throw new AssertionError("cell %s ends within\n%s".formatted(id(cell), rest));
      }
      value = "";
      for (SnippetEvent event : shell.eval(next.source())) {
        require(shell, cell, event);
        value = event.value() == null ? "" : event.value();
      }
      rest = next.remaining();
    }
    return value;
  }

  private static void require(JShell shell, JsonNode cell, SnippetEvent event) {
    String faults =
        shell
            .diagnostics(event.snippet())
            .map(diagnostic -> diagnostic.getMessage(Locale.ROOT))
            .collect(Collectors.joining("\n"));
    if (!faults.isEmpty() || event.exception() != null || event.status() != Status.VALID) {
      throw new AssertionError(
          "cell %s: %s\n%s\n%s"
              .formatted(id(cell), event.status(), event.snippet().source(), faults),
          event.exception());
    }
  }

  private static String id(JsonNode cell) {
    return cell.path("id").asText();
  }
}
