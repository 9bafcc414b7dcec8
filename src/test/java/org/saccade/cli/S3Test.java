package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on S3: a server of its own process, reached through Hadoop's S3 client. */
@Tag("soak")
class S3Test {
  private static final Path SERVER = Path.of("target/s3/s3mock.jar");
  private static final Pattern PORT =
      Pattern.compile("Tomcat started on ports .*?(\\d+) \\(http\\)");

  @TempDir Path folder;

  @Test
  void imagesArePackedAndExplainedWhereTheyLie() throws Exception {
    assumeTrue(Files.exists(SERVER), SERVER + " is copied by ./mvnw verify -Dsoak");
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dserver.port=0",
                "-Dhttp.port=0",
                "-jar",
                SERVER.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader log = server.inputReader(StandardCharsets.UTF_8)) {
      String endpoint = "http://localhost:" + port(log);
      Thread drain = new Thread(() -> log.lines().forEach(line -> {}));
      drain.setDaemon(true);
      drain.start();
      createBucket(endpoint);
      Map<String, String> client =
          Map.of(
              "fs.s3a.endpoint", endpoint,
              "fs.s3a.endpoint.region", "us-east-1",
              "fs.s3a.path.style.access", "true",
              "fs.s3a.access.key", "test",
              "fs.s3a.secret.key", "test",
              "fs.s3a.connection.ssl.enabled", "false");
      try {
        RemoteFileSystems.packAndExplain(
            "s3a://images/data", folder, RemoteFileSystems.configure(client));
      } finally {
        RemoteFileSystems.reset(client);
        // Its log ends with it, and can only then be closed.
        server.destroy();
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static int port(BufferedReader log) throws IOException {
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher started = PORT.matcher(line);
      if (started.find()) {
        return Integer.parseInt(started.group(1));
      }
    }
    throw new IOException("the S3 server did not start");
  }

  private static void createBucket(String endpoint) throws IOException, InterruptedException {
    HttpResponse<Void> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(endpoint + "/images"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build(),
                HttpResponse.BodyHandlers.discarding());
    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
