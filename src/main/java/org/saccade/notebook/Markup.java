package org.saccade.notebook;

import java.util.Locale;
import org.saccade.report.ShownText;

/** Builds HTML and SVG; both escape alike. */
final class Markup {
  private final StringBuilder text = new StringBuilder();

  /** Text from elsewhere as element content or as the value of a quoted attribute. */
  static String escaped(String raw) {
    return ShownText.visible(raw)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** At most so many characters, the last of them an ellipsis where something was cut off. */
  static String shortened(String raw, int most) {
    return raw.codePointCount(0, raw.length()) <= most
        ? raw
        : raw.substring(0, raw.offsetByCodePoints(0, most - 1)) + "…";
  }

  /** Appends a format of {@link String#format} with text that is safe already. */
  Markup add(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
