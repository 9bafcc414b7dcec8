package org.saccade.job.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileNamesTest {
  @Test
  void keepsWhatIsHarmless() {
    assertThat(FileNames.safe("n01440764/ILSVRC2012_val_00000361.JPEG"))
        .isEqualTo("n01440764/ILSVRC2012_val_00000361.JPEG");
    assertThat(FileNames.safe("été-1.jpg")).isEqualTo("été-1.jpg");
  }

  @Test
  void staysInsideItsFolder() {
    assertThat(FileNames.safe("../../etc/passwd")).startsWith("_../_../etc/passwd-");
    assertThat(FileNames.safe("/etc/passwd")).startsWith("_/etc/passwd-");
    assertThat(FileNames.safe("..")).doesNotStartWith(".");
  }

  @Test
  void keepsDifferentNamesApart() {
    assertThat(FileNames.safe("a?.jpg")).isNotEqualTo(FileNames.safe("a*.jpg"));
    assertThat(FileNames.safe("a:b\n<script>")).matches("a_b__script_-[0-9a-f]{8}");
    assertThat(FileNames.safe("x".repeat(300))).hasSize(120 + 9);
    String beyondAscii = FileNames.safe("\u56f3".repeat(82) + ".jpg");
    assertThat(beyondAscii.getBytes(StandardCharsets.UTF_8).length).isBetween(198 + 9, 200 + 9);
  }
}
