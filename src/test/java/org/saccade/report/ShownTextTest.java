package org.saccade.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShownTextTest {
  @Test
  void controlAndDirectionCharactersBecomeVisible() {
    assertThat(ShownText.visible("a\nb\tc\u007f")).isEqualTo("a\u240ab\u2409c\u2421");
    assertThat(ShownText.visible("\u202Egnp.exe")).isEqualTo("‹U+202E›gnp.exe");
    assertThat(ShownText.visible("a\u2028b\uD800")).isEqualTo("a‹U+2028›b‹U+D800›");
    assertThat(ShownText.visible("\u0635\u0648\u0631\u0629 <b>"))
        .as("letters of any script stay as they are")
        .isEqualTo("\u0635\u0648\u0631\u0629 <b>");
  }

  @ParameterizedTest
  @CsvSource({
    "s3a://key:secret@bucket/a/b.onnx, s3a://bucket/a/b.onnx",
    "https://me@host/x?X-Amz-Signature=1, https://host/x",
    "/data/what?.png, /data/what?.png",
    "hdfs://host:8020/a@b/c, hdfs://host:8020/a@b/c",
    "'HTTPS://u:p@h/x y?token=1', HTTPS://h/x y",
  })
  void locationsLoseWhatWouldLetOthersIn(String location, String shown) {
    assertThat(ShownText.place(location)).isEqualTo(shown);
  }

  @Test
  void secretSettingsAreHiddenByName() {
    assertThat(ShownText.setting("fs.s3a.secret.key", "geheim")).isEqualTo("(hidden)");
    assertThat(ShownText.setting("target", "predicted")).isEqualTo("predicted");
  }

  @Test
  void dataIsAsciiAndCannotEndItsScript() {
    String script =
        new String(
            DataScript.of("x", List.of("</script><!--", "\u2028\u00e9&")), StandardCharsets.UTF_8);

    assertThat(script)
        .isEqualTo(
            "saccade.receive(\"x\",[\"\\u003c/script\\u003e\\u003c!--\",\"\\u2028\\u00E9\\u0026\"]);\n");
  }
}
