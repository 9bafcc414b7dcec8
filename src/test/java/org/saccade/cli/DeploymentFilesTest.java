package org.saccade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The files for Kubernetes and schedulers: what they name exists, what they say is understood. */
class DeploymentFilesTest {
  private static final Path KUBERNETES = Path.of("jobs/kubernetes");

  /** Folders that the image copies, by where they are in it; all from the project's root. */
  private static final Pattern COPIED = Pattern.compile("(?m)^COPY (\\S+) (/opt/saccade/\\S+)$");

  @Test
  void theOperatorRunsOurClassFromWhereTheImageHasIt() throws Exception {
    Map<String, Object> spec = map(document("sparkapplication.yaml", "SparkApplication"), "spec");

    assertThat(spec)
        .containsOnlyKeys(
            "type",
            "mode",
            "sparkVersion",
            "image",
            "imagePullPolicy",
            "mainClass",
            "mainApplicationFile",
            "arguments",
            "restartPolicy",
            "timeToLiveSeconds",
            "sparkConf",
            "volumes",
            "driver",
            "executor");
    assertThat(Class.forName((String) spec.get("mainClass"))).isEqualTo(Saccade.class);
    assertThat((String) spec.get("sparkVersion"))
        .isEqualTo(org.apache.spark.package$.MODULE$.SPARK_VERSION());
    assertThat((String) spec.get("mainApplicationFile")).startsWith("local://");
    List<String> inImage = new ArrayList<>();
    inImage.add(((String) spec.get("mainApplicationFile")).substring("local://".length()));
    Map<String, Object> conf = map(spec, "sparkConf");
    inImage.add(withoutStar(conf.get("spark.driver.extraClassPath")));
    inImage.add(withoutStar(conf.get("spark.executor.extraClassPath")));
    assertThat(copied()).containsAll(inImage);
    assertUnderstood(list(spec, "arguments"));
  }

  @Test
  void theCronJobSaysWhatExplainAndPruneUnderstand() throws Exception {
    Map<String, Object> job =
        map(document("cronjob.yaml", "CronJob"), "spec", "jobTemplate", "spec");
    Map<String, Object> pod = map(job, "template", "spec");
    Object container = list(pod, "containers").get(0);
    String script = (String) list(container, "args").get(0);

    List<List<String>> commands = commands(script);
    assertThat(commands).extracting(words -> words.get(0)).containsExactly("explain", "prune");
    for (List<String> command : commands) {
      assertThat(KUBERNETES.resolveSibling(command.get(0))).isExecutable();
      assertUnderstood(command);
    }
    assertThat(map(pod).get("restartPolicy")).isEqualTo("Never");
  }

  @Test
  void everyVolumeThatIsMountedIsThere() throws Exception {
    Map<String, Object> spec = map(document("sparkapplication.yaml", "SparkApplication"), "spec");
    Map<String, Object> pod =
        map(document("cronjob.yaml", "CronJob"), "spec", "jobTemplate", "spec", "template", "spec");

    assertMounted(spec, map(spec, "driver"));
    assertMounted(spec, map(spec, "executor"));
    assertMounted(pod, list(pod, "containers").get(0));
  }

  @Test
  void theImageCopiesWhatTheBuildMakes() throws Exception {
    assertThat(copied())
        .containsExactlyInAnyOrder(
            "/opt/saccade/jobs",
            "/opt/saccade/conf",
            "/opt/saccade/target/saccade.jar",
            "/opt/saccade/target/runtime/app");
    String pom = Files.readString(Path.of("pom.xml"));
    assertThat(pom)
        .contains("<finalName>saccade</finalName>", "${project.build.directory}/runtime/app");
  }

  static Stream<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("jobs"))) {
      return files
          .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyScriptIsValidShell(Path script) throws Exception {
    Process check = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();
    assertThat(check.waitFor()).isZero();
  }

  /** Places in the image, each with the same place below the project's root. */
  private static List<String> copied() throws IOException {
    Matcher copies = COPIED.matcher(Files.readString(KUBERNETES.resolve("Containerfile")));
    List<String> places = new ArrayList<>();
    while (copies.find()) {
      assertThat(copies.group(2)).isEqualTo("/opt/saccade/" + copies.group(1));
      places.add(copies.group(2));
    }
    return places;
  }

  private static String withoutStar(Object classPath) {
    return ((String) classPath).replaceFirst("/\\*$", "");
  }

  /** Command lines of a script that start with a command of ours, without what is Spark's. */
  private static List<List<String>> commands(String script) {
    return script
        .replace("\\\n", " ")
        .lines()
        .filter(line -> line.matches("(explain|prune) .*"))
        .map(line -> List.of(line.replaceFirst(" -- .*", "").replaceAll("[\"']", "").split(" +")))
        .toList();
  }

  private static void assertUnderstood(List<?> command) {
    List<String> words = new ArrayList<>(command.stream().map(String.class::cast).toList());
    words.add("--print-config");
    Run run = Run.of(words.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static void assertMounted(Object pod, Object container) {
    List<Object> volumes = list(pod, "volumes").stream().map(v -> map(v).get("name")).toList();
    assertThat(list(container, "volumeMounts"))
        .extracting(v -> map(v).get("name"))
        .isSubsetOf(volumes);
  }

  private static Map<String, Object> document(String file, String kind) throws IOException {
    Map<String, Object> document = map(new Yaml().load(Files.readString(KUBERNETES.resolve(file))));
    assertThat(document).containsEntry("kind", kind).containsKeys("apiVersion", "metadata");
    return document;
  }

  @SuppressWarnings("unchecked") // YAML has no other maps than these.
  private static Map<String, Object> map(Object value, String... path) {
    Map<String, Object> map = (Map<String, Object>) value;
    for (String key : path) {
      map = (Map<String, Object>) map.get(key);
    }
    return map;
  }

  private static List<?> list(Object map, String key) {
    return (List<?>) map(map).get(key);
  }
}
