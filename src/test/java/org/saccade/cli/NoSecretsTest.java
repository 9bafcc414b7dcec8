package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.LocalSpark;

/** Whatever way a secret comes in, nothing that a run prints or writes has it. */
class NoSecretsTest {
  private static final String SECRET = "wJalrXUtnFEMIbPxRfiCY";

  @TempDir Path temp;

  @BeforeEach
  void layOut() {
    LocalSpark.session();
    Job.layOut(temp, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--images=s3a://AKIA123:" + SECRET + "@bucket/photos",
        "--output=s3a://AKIA123:" + SECRET + "@bucket/out",
        "--labels=s3a://AKIA123:" + SECRET + "@bucket/labels.csv",
        "--model=https://host/model.onnx?X-Amz-Signature=" + SECRET,
        "--images=fs.s3a.secret.key=" + SECRET,
        "--colour=s3a://AKIA123:" + SECRET + "@bucket",
      })
  void anOptionWithOneIsRefused(String option) throws IOException {
    Run run = explain(option);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).isNotBlank();
    assertNoSecret(run);
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void settingsFromAFileAreNotRepeated() throws IOException {
    Path config = temp.resolve("my.properties");
    Files.writeString(config, "fs.s3a.secret.key=" + SECRET);
    Run unknown = explain("--config=" + config);
    Files.writeString(config, "labels=s3a://AKIA123:" + SECRET + "@bucket/labels.csv");
    Run refused = explain("--config=" + config);
    Run printed = explain("--config=" + config, "--print-config");

    assertThat(List.of(unknown.exitCode(), refused.exitCode(), printed.exitCode()))
        .containsExactly(1, 1, 0);
    assertNoSecret(unknown);
    assertNoSecret(refused);
    assertNoSecret(printed);
    assertThat(printed.out()).contains("labels = s3a://***@bucket/labels.csv");
  }

  @Test
  void aListOfImagesWithOneIsRefused() throws IOException {
    Path list = temp.resolve("list.txt");
    Files.writeString(list, "images/00.png\ns3a://me:%s@bucket/a.jpg\n".formatted(SECRET));

    Run run = explain("--images=" + list);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("line 2 has a key or password in it");
    assertNoSecret(run);
  }

  @Test
  void settingsOfHadoopStayThere() throws IOException {
    String key = "spark.hadoop.fs.s3a.secret.key";
    System.setProperty(key, SECRET);
    try {
      Run run = explain("--images=" + temp.resolve("images"));

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertNoSecret(run);
    } finally {
      System.clearProperty(key);
    }
  }

  /** Explains, with these options in place of the usual ones of the same name. */
  private Run explain(String... options) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("--model", "--model=" + temp.resolve("model.onnx"));
    all.put("--images", "--images=" + temp.resolve("images"));
    all.put("--output", "--output=" + temp.resolve("out"));
    for (String option : options) {
      all.put(option.replaceFirst("=.*", ""), option);
    }
    return Run.of(
        Stream.concat(Stream.of("explain"), all.values().stream()).toArray(String[]::new));
  }

  private void assertNoSecret(Run run) throws IOException {
    assertThat(run.out() + run.err()).doesNotContain(SECRET);
    if (Files.exists(temp.resolve("out"))) {
      try (Stream<Path> files = Files.walk(temp.resolve("out"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain(SECRET);
        }
      }
    }
  }
}
