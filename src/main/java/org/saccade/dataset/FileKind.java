package org.saccade.dataset;

import java.util.Locale;
import java.util.Set;

/** What a file's name promises; the content of an image is looked at when it is decoded. */
enum FileKind {
  IMAGE,
  TAR,
  PARQUET,
  OTHER;

  private static final Set<String> IMAGE_EXTENSIONS =
      Set.of("jpg", "jpeg", "jpe", "jfif", "png", "gif", "bmp", "webp", "tif", "tiff");

  static FileKind of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".tar") || isCompressedTar(lower)) {
      return TAR;
    }
    String extension = lower.substring(lower.lastIndexOf('.') + 1);
    if (extension.length() == lower.length()) {
      return OTHER;
    }
    if (extension.equals("parquet")) {
      return PARQUET;
    }
    return IMAGE_EXTENSIONS.contains(extension) ? IMAGE : OTHER;
  }

  /** Whether a name ends like that of a tar file compressed with gzip. */
  static boolean isCompressedTar(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".tar.gz") || lower.endsWith(".tgz");
  }

  /** Whether a file of this kind holds images instead of being one. */
  boolean isArchive() {
    return this == TAR || this == PARQUET;
  }
}
