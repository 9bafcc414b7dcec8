package org.saccade;

import java.util.regex.Pattern;

/**
 * Keeps keys and passwords out of everything that is written down: logs, messages, manifests,
 * summaries, tables and reports.
 *
 * <p>Secrets belong into the configuration of Hadoop or Spark, which hide them themselves. This is
 * for those that come along in locations ({@code s3a://KEY:SECRET@bucket/}, signed addresses) and
 * in settings that a library repeats in a message ({@code fs.s3a.secret.key=...}).
 */
public final class Secrets {
  private static final String HIDDEN = "***";

  /** User and password before a host; a port after a host is none, even if an @ follows later. */
  private static final Pattern USER_INFO =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*://)[^\\s/@:\"']+:(?!\\d{1,5}/)[^\\s@\"']+@");

  private static final Pattern SIGNATURE =
      Pattern.compile(
          "(?i)([?&](?:x-(?:amz|goog)-(?:signature|credential|security-token)|signature|sig"
              + "|awsaccesskeyid)=)[^\\s&\"']+");

  private static final Pattern SETTING =
      Pattern.compile(
          "(?i)((?:^|[\\s,;\"'])[\\w.-]*(?:secret|password|token|access[._-]?key|account\\.key)"
              + "[\\w.-]*\\s*=\\s*)[^\\s\"',;]+");

  private Secrets() {}

  /** The text with {@code ***} in place of what looks like a secret. */
  public static String hidden(String text) {
    String shown = text;
    if (text.indexOf('@') >= 0) {
      shown = USER_INFO.matcher(shown).replaceAll("$1" + HIDDEN + "@");
    }
    if (text.indexOf('=') >= 0) {
      shown = SIGNATURE.matcher(shown).replaceAll("$1" + HIDDEN);
      shown = SETTING.matcher(shown).replaceAll("$1" + HIDDEN);
    }
    return shown;
  }

  /** Whether a location or setting has something in it that {@link #hidden} would hide. */
  public static boolean in(String text) {
    return !hidden(text).equals(text);
  }
}
