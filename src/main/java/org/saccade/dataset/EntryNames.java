package org.saccade.dataset;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names images inside one archive: the path they had, changed as little as is needed for the reader
 * to find them again, each with a key of its own. Tables of labels and boxes name images by file,
 * to the letter.
 */
final class EntryNames {
  private final NameSet keys = new NameSet();
  private int count;

  /** An image's name: its key, and what it is. */
  record EntryName(String key, String extension) {
    String path() {
      return key + "." + extension;
    }
  }

  EntryName of(ImageReference image, byte[] bytes) {
    count++;
    String path = image.location().entry().isEmpty() ? image.imageId() : image.location().entry();
    String visible =
        path.replaceFirst("^[A-Za-z][A-Za-z0-9+.-]*:/+", "")
            .replaceFirst("^/+", "")
            .replaceAll("(^|/)\\.+", "$1_");
    boolean named = FileKind.of(visible) == FileKind.IMAGE;
    int dot = named ? visible.lastIndexOf('.') : visible.length();
    // WebDataset ends the key at the first dot of the file name.
    int name = visible.lastIndexOf('/') + 1;
    String key = visible.substring(0, name) + visible.substring(name, dot).replace('.', '_');
    String extension = named ? visible.substring(dot + 1) : extension(bytes);
    if (!keys.add(key)) {
      key = key + "-" + count;
      keys.add(key);
    }
    return new EntryName(key, extension);
  }

  /** What a picture without a telling name is, by its first bytes; they decide when it is read. */
  private static String extension(byte[] bytes) {
    String start =
        new String(Arrays.copyOf(bytes, Math.min(bytes.length, 4)), StandardCharsets.ISO_8859_1);
    if (start.equals("\u0089PNG")) {
      return "png";
    } else if (start.equals("GIF8")) {
      return "gif";
    } else if (start.equals("RIFF")) {
      return "webp";
    } else if (start.startsWith("BM")) {
      return "bmp";
    }
    return "jpg";
  }
}
