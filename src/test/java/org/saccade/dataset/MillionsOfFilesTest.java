package org.saccade.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As many files as ImageNet has, in a JVM whose heap their names would not fit. */
class MillionsOfFilesTest {
  @ParameterizedTest
  @CsvSource({"1000, 20, 1000", "1, 20000, 1"})
  void foldersBecomePartsAndFilesDoNot(int folders, int files, int parts) {
    String location = "many:/%d/%d".formatted(folders, files);

    assertThat(ImageSource.open(location, ManyFiles.configuration()).parts()).hasSize(parts);
    assertThat(count(location)).isEqualTo((long) folders * files);
  }

  @Tag("soak")
  @ParameterizedTest
  @CsvSource({"1000, 1300", "1, 1300000"})
  void listingTakesConstantMemory(int folders, int files) throws Exception {
    Process listing =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Less than the paths of 1.3 million files take.
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                MillionsOfFilesTest.class.getName(),
                "many:/%d/%d".formatted(folders, files))
            .redirectErrorStream(true)
            .start();
    String said = new String(listing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(listing.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(said.strip()).endsWith("1300000 images");
  }

  /** Lists a location and says how many images it has. */
  public static void main(String[] arguments) {
    System.out.println(count(arguments[0]) + " images");
  }

  private static long count(String location) {
    Configuration hadoop = ManyFiles.configuration();
    long count = 0;
    for (ImagePart part : ImageSource.open(location, hadoop).parts()) {
      try (ImageListing listing = part.list(hadoop)) {
        for (; listing.hasNext(); listing.next()) {
          count++;
        }
      }
    }
    return count;
  }
}
