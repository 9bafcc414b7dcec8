package org.saccade.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A Jupyter kernel for Java, the one that the build fetched, as a process of its own that is spoken
 * to in Jupyter's messaging protocol 5. Every wait is bounded; what the kernel printed is part of
 * the message when it fails.
 */
final class JavaKernel implements AutoCloseable {
  private static final Path JAR = Path.of("target/kernel/java-kernel.jar").toAbsolutePath();
  private static final Path LOGGING = Path.of("conf/kernel").toAbsolutePath();
  private static final String MAIN_CLASS = "org.rapaio.jupyter.kernel.MainApp";
  private static final String CONNECTION_FILE = "{connection_file}";
  private static final String SCHEME = "HmacSHA256";
  private static final String DELIMITER = "<IDS|MSG>";
  private static final List<String> PORTS =
      List.of("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port");
  private static final int ATTEMPTS = 3;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int POLL_MILLIS = 200;
  private static final int SHOWN_LOG = 4000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final Path log;
  private final ZContext context = new ZContext();
  private final ZMQ.Socket shell;
  private final ZMQ.Socket published;
  private final String key;
  private final String session = UUID.randomUUID().toString();

  private JavaKernel(Process process, Path log, ObjectNode connection) {
    this.process = process;
    this.log = log;
    this.key = connection.path("key").asText();
    shell = socket(SocketType.DEALER, connection.path("shell_port").asInt());
    published = socket(SocketType.SUB, connection.path("iopub_port").asInt());
    published.subscribe(ZMQ.SUBSCRIPTION_ALL);
  }

  /** A kernel that does not answer: it ended, or never began to. */
  private static final class NoAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    NoAnswerException(String message) {
      super(message);
    }
  }

  /**
   * Starts a kernel and waits until it answers. The kernel binds ports that are looked for here, so
   * another process may take one in between: then it is started again with others.
   *
   * @param command words of its command line, one of them {@value #CONNECTION_FILE}
   * @param folder where the kernel runs
   * @param environment what is set for it beside what the tests have
   * @throws AssertionError if it does not answer, with what it printed
   */
  static JavaKernel start(List<String> command, Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> failures = new ArrayList<>();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      JavaKernel kernel = launch(command, folder, environment);
      boolean answers = false;
      try {
        kernel.awaitAnswer();
        answers = true;
        return kernel;
      } catch (NoAnswerException e) {
        failures.add(e.getMessage());
      } finally {
        if (!answers) {
          kernel.close();
        }
      }
    }
    throw new AssertionError(
        "the kernel did not answer in %d attempts\n%s"
            .formatted(ATTEMPTS, String.join("\n", failures)));
  }

  private static JavaKernel launch(
      List<String> command, Path folder, Map<String, String> environment) throws IOException {
    ObjectNode connection = JSON.createObjectNode();
    connection.put("transport", "tcp").put("ip", "127.0.0.1");
    connection.put("signature_scheme", "hmac-sha256").put("key", UUID.randomUUID().toString());
    List<Integer> free = freePorts(PORTS.size());
    for (int i = 0; i < free.size(); i++) {
      connection.put(PORTS.get(i), free.get(i));
    }
    Path file = Files.createTempFile("saccade-kernel", ".json");
    JSON.writeValue(file.toFile(), connection);
    file.toFile().deleteOnExit();
    Path log = Files.createTempFile("saccade-kernel", ".log");
    log.toFile().deleteOnExit();
    List<String> words =
        command.stream()
            .map(word -> word.equals(CONNECTION_FILE) ? file.toString() : word)
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().putAll(environment);
    return new JavaKernel(builder.start(), log, connection);
  }

  /** The command line of a kernel that runs what the tests run. */
  static List<String> onTheTestsClassPath() {
    if (Files.notExists(JAR)) {
      throw new AssertionError(
          "there is no kernel at %s: the build copies it there before the tests, run mvnw"
              .formatted(JAR));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(System.getProperty("spark.jvm.options").split(" ")));
    // A notebook runs for seconds: compiling less and collecting plainly saves CPU time.
    command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.add("-Dspark.sql.codegen.wholeStage=false");
    command.add("-Djava.awt.headless=true");
    command.add(
        "-Dlog4j2.configurationFile=" + Path.of("conf/spark/log4j2.properties").toAbsolutePath());
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator,
            LOGGING.toString(),
            absolute(System.getProperty("java.class.path")),
            JAR.toString()));
    command.addAll(List.of(MAIN_CLASS, CONNECTION_FILE));
    return command;
  }

  /** The command line in a {@code kernel.json}. */
  static List<String> describedBy(Path kernelJson) throws IOException {
    List<String> command = new ArrayList<>();
    JSON.readTree(kernelJson.toFile()).path("argv").forEach(word -> command.add(word.asText()));
    return command;
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        Arrays.stream(classPath.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
  }

  private ZMQ.Socket socket(SocketType type, int port) {
    ZMQ.Socket socket = context.createSocket(type);
    socket.setLinger(0);
    socket.setReceiveTimeOut(POLL_MILLIS);
    socket.connect("tcp://127.0.0.1:" + port);
    return socket;
  }

  /**
   * Asks until both channels work: the answer on the shell's, and the news of being busy on the one
   * that outputs come on, which begins to deliver at a time of its own.
   */
  private void awaitAnswer() throws IOException, NoAnswerException {
    Instant deadline = Instant.now().plus(START_LIMIT);
    boolean answered = false;
    boolean delivered = false;
    while (!answered || !delivered) {
      send("kernel_info_request", JSON.createObjectNode());
      answered |= receive(shell).isPresent();
      delivered |= receive(published).isPresent();
      requireAlive(deadline, "answer a kernel_info_request within " + START_LIMIT);
    }
  }

  private void requireAlive(Instant deadline, String what) throws NoAnswerException {
    if (!process.isAlive()) {
      throw new NoAnswerException(
          "the kernel ended with %d; it printed:\n%s".formatted(process.exitValue(), printed()));
    }
    if (Instant.now().isAfter(deadline)) {
      throw new NoAnswerException(
          "the kernel did not %s; it printed:\n%s".formatted(what, printed()));
    }
  }

  /**
   * Runs a cell.
   *
   * @param limit how long it may take
   * @return its outputs, as a notebook file holds them
   * @throws AssertionError if the kernel ends or takes longer
   */
  ArrayNode execute(String code, Duration limit) throws IOException {
    ObjectNode content = JSON.createObjectNode();
    content.put("code", code).put("silent", false).put("store_history", true);
    content.put("allow_stdin", false).put("stop_on_error", true);
    content.set("user_expressions", JSON.createObjectNode());
    String id = send("execute_request", content);
    ArrayNode outputs = JSON.createArrayNode();
    Instant deadline = Instant.now().plus(limit);
    while (true) {
      Optional<JsonNode> news = receive(published);
      if (news.isEmpty()) {
        requireRunning(deadline, limit);
      } else if (news.get().at("/parent_header/msg_id").asText().equals(id)) {
        String type = news.get().at("/header/msg_type").asText();
        JsonNode what = news.get().path("content");
        if (type.equals("status") && what.path("execution_state").asText().equals("idle")) {
          return outputs;
        }
        output(type, what).ifPresent(output -> add(outputs, output));
      }
    }
  }

  /** Adds an output; what is printed in pieces is one text. */
  private static void add(ArrayNode outputs, ObjectNode output) {
    JsonNode last = outputs.path(outputs.size() - 1);
    if (output.has("name") && last.path("name").equals(output.path("name"))) {
      ((ObjectNode) last).put("text", last.path("text").asText() + output.path("text").asText());
    } else {
      outputs.add(output);
    }
  }

  private void requireRunning(Instant deadline, Duration limit) {
    try {
      requireAlive(deadline, "finish a cell within " + limit);
    } catch (NoAnswerException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static Optional<ObjectNode> output(String type, JsonNode content) {
    ObjectNode output = JSON.createObjectNode();
    switch (type) {
      case "stream" -> {
        output.put("name", content.path("name").asText());
        output.put("output_type", type);
        output.put("text", content.path("text").asText());
      }
      case "display_data", "execute_result" -> {
        output.set("data", content.path("data"));
        if (type.equals("execute_result")) {
          output.set("execution_count", content.path("execution_count"));
        }
        output.set("metadata", JSON.createObjectNode());
        output.put("output_type", type);
      }
      case "error" -> {
        output.set("ename", content.path("ename"));
        output.set("evalue", content.path("evalue"));
        output.put("output_type", type);
        output.set("traceback", content.path("traceback"));
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(output);
  }

  /** Sends a request and tells its id. */
  private String send(String type, ObjectNode content) throws IOException {
    String id = UUID.randomUUID().toString();
    ObjectNode header = JSON.createObjectNode();
    header.put("msg_id", id).put("session", session).put("username", "test");
    header.put("date", Instant.now().toString()).put("msg_type", type).put("version", "5.3");
    List<String> parts =
        List.of(JSON.writeValueAsString(header), "{}", "{}", JSON.writeValueAsString(content));
    shell.sendMore(DELIMITER);
    shell.sendMore(signature(parts));
    for (String part : parts.subList(0, parts.size() - 1)) {
      shell.sendMore(part);
    }
    shell.send(parts.get(parts.size() - 1));
    return id;
  }

  /** The next message of a channel, or none for now; one that is not signed is refused. */
  private Optional<JsonNode> receive(ZMQ.Socket socket) throws IOException {
    String part = socket.recvStr();
    if (part == null) {
      return Optional.empty();
    }
    while (!part.equals(DELIMITER)) {
      part = socket.recvStr();
    }
    String signature = socket.recvStr();
    List<String> parts = new ArrayList<>();
    while (socket.hasReceiveMore()) {
      parts.add(socket.recvStr());
    }
    if (!signature.equals(signature(parts.subList(0, 4)))) {
      throw new AssertionError("a message of the kernel is not signed with the connection's key");
    }
    ObjectNode message = JSON.createObjectNode();
    message.set("header", JSON.readTree(parts.get(0)));
    message.set("parent_header", JSON.readTree(parts.get(1)));
    message.set("content", JSON.readTree(parts.get(3)));
    return Optional.of(message);
  }

  private String signature(List<String> parts) {
    try {
      Mac mac = Mac.getInstance(SCHEME);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), SCHEME));
      parts.forEach(part -> mac.update(part.getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }

  /** The end of what the kernel printed to its own standard output and error. */
  String printed() {
    try {
      String all = Files.readString(log, StandardCharsets.UTF_8);
      return all.substring(Math.max(0, all.length() - SHOWN_LOG));
    } catch (IOException e) {
      return "(its log cannot be read: %s)".formatted(e.getMessage());
    }
  }

  /** Ends the kernel's process, whatever it is doing. */
  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    context.close();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new AssertionError("the kernel %d cannot be killed".formatted(process.pid()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
