package org.saccade.report;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Text from elsewhere, made fit to be looked at. It stays plain text: escaping is the business of
 * the templates and of {@link DataScript}.
 */
public final class ShownText {
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(password|passwd|secret|token|credential|access-?key|api-?key).*");
  private static final Pattern USER_INFO = Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]*://)[^/@]*@");

  /** What starts like this may have a query; in the path of a local file it is a character. */
  private static final Pattern REMOTE = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://");

  private ShownText() {}

  /**
   * A name with everything visible: line breaks and other control characters as their symbols,
   * characters that turn the direction of what follows as their code points.
   */
  public static String visible(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c < ' ') {
                shown.appendCodePoint(0x2400 + c);
              } else if (c == 0x7F) {
                shown.appendCodePoint(0x2421);
              } else if (hides(c)) {
                shown.append(String.format(Locale.ROOT, "‹U+%04X›", c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.toString();
  }

  /** Format characters change how their neighbours look; halves of surrogate pairs are no text. */
  private static boolean hides(int c) {
    int type = Character.getType(c);
    return type == Character.FORMAT
        || type == Character.CONTROL
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  /** A place without what would let others in: user names and passwords, and signed queries. */
  static String place(String uri) {
    String bare = USER_INFO.matcher(uri).replaceAll("$1");
    int query = bare.indexOf('?');
    if (query >= 0 && REMOTE.matcher(bare).lookingAt()) {
      bare = bare.substring(0, query);
    }
    return visible(bare);
  }

  /** The value of a setting, hidden where its name says that it is secret. */
  static String setting(String name, String value) {
    return SECRET.matcher(name).matches() ? "(hidden)" : place(value);
  }
}
