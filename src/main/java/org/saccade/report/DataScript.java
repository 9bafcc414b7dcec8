package org.saccade.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;

/**
 * Data that pages load as a script, because a page that was opened from disk may not fetch files.
 * Every character beyond ASCII is escaped, and {@code <} and {@code &} are, so that no text can end
 * the script, whatever it holds and wherever it is put.
 */
final class DataScript {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private DataScript() {}

  /**
   * A script that hands a value over to the page.
   *
   * @param name under which the page asks for it; letters, digits and dashes
   */
  static byte[] of(String name, Object value) {
    try {
      // Outside strings JSON has none of these characters, inside them the escapes mean the same.
      String json =
          JSON.writeValueAsString(value)
              .replace("<", "\\u003c")
              .replace(">", "\\u003e")
              .replace("&", "\\u0026");
      return "saccade.receive(\"%s\",%s);\n"
          .formatted(name, json)
          .getBytes(StandardCharsets.US_ASCII);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("pages are fed with plain data", e);
    }
  }

  /** A share as precise as a page shows it. */
  static double rounded(double share) {
    return Math.round(share * 1e4) / 1e4;
  }
}
