package org.saccade.job.explain;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Names of files made from names that strangers chose. */
final class FileNames {
  private static final int LONGEST = 120;

  /** File systems allow 255, and a checksum, a class and an extension are to come. */
  private static final int MOST_BYTES = 200;

  private FileNames() {}

  /**
   * A relative path that any file system takes and that stays inside its folder: letters, digits,
   * dots, dashes and underscores, folders as they are. Where anything had to be changed a checksum
   * of the original keeps different names apart.
   */
  static String safe(String imageId) {
    String safe =
        String.join("/", Arrays.stream(imageId.split("/", -1)).map(FileNames::segment).toList());
    if (safe.equals(imageId)) {
      return safe;
    }
    CRC32 checksum = new CRC32();
    checksum.update(imageId.getBytes(StandardCharsets.UTF_8));
    return safe + "-%08x".formatted(checksum.getValue());
  }

  private static String segment(String segment) {
    StringBuilder kept = new StringBuilder();
    segment
        .codePoints()
        .limit(LONGEST)
        .map(c -> Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' ? c : '_')
        .forEach(kept::appendCodePoint);
    while (kept.toString().getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      kept.setLength(kept.offsetByCodePoints(kept.length(), -1));
    }
    // Empty, hidden and parent folders are no place for a picture.
    return kept.isEmpty() || kept.charAt(0) == '.' ? "_" + kept : kept.toString();
  }
}
