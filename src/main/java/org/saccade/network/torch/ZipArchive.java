package org.saccade.network.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.saccade.UserException;

/**
 * A zip file as PyTorch writes them, read without trusting it: the number of entries, their names
 * and their sizes are bounded before anything is allocated, and what is read must have the checksum
 * the file states. Nothing is ever written to disk.
 *
 * <p>Names are relative to the single folder that {@code torch.save} puts everything in, where
 * there is one. Stored entries are views of the file; only deflated ones occupy memory.
 *
 * <p>Apache Commons Compress reads the directory; what this class adds are the bounds.
 */
final class ZipArchive {
  static final int MAX_ENTRIES = 100_000;
  static final int MAX_INFLATED_ENTRY = 64 << 20;
  static final long MAX_INFLATED_TOTAL = 256L << 20;

  /** Bytes of headers, which the library reads whole before it tells how many entries there are. */
  static final int MAX_HEADERS = 256 * MAX_ENTRIES;

  /** Absolute, drive-letter, backslash and dot-dot names, and control characters. */
  private static final Pattern UNSAFE_NAME =
      Pattern.compile("^/|^[A-Za-z]:|\\\\|(^|/)\\.\\.?(/|$)|\\p{Cntrl}");

  private record Entry(String name, int method, long crc, long start, long compressed, long size) {}

  private final String file;
  private final ByteBuffer bytes;
  private final Map<String, Entry> entries;
  private long inflated;

  private ZipArchive(String file, ByteBuffer bytes) {
    this.file = file;
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    this.entries = withoutCommonFolder(directory());
  }

  /**
   * Opens a file.
   *
   * @throws UserException if it cannot be read or is no acceptable zip file
   */
  static ZipArchive open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new UserException(
            "%s has %d bytes; model files of up to 2 GiB are read, export a smaller network"
                .formatted(path, channel.size()));
      }
      return of(path.toString(), channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
    } catch (IOException e) {
      throw new UserException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** An archive for a first look, if the file seems to be one. */
  static Optional<ZipArchive> peek(Path path, byte[] head) {
    boolean startsLikeOne = head.length > 3 && head[0] == 'P' && head[1] == 'K';
    if (!startsLikeOne) {
      return Optional.empty();
    }
    try {
      return Optional.of(open(path));
    } catch (UserException damaged) {
      return Optional.empty();
    }
  }

  /**
   * An archive in memory, e.g. one inside another.
   *
   * @param file what messages call it
   */
  static ZipArchive of(String file, ByteBuffer bytes) {
    return new ZipArchive(file, bytes);
  }

  /** Names of all entries, in the order they lie in the file. */
  Set<String> names() {
    return entries.keySet();
  }

  boolean contains(String name) {
    return entries.containsKey(name);
  }

  /** Content of an entry, if there is one of that name, read-only and little-endian. */
  Optional<ByteBuffer> find(String name) {
    return Optional.ofNullable(entries.get(name)).map(this::content);
  }

  /**
   * Content of an entry, read-only and little-endian.
   *
   * @throws UserException if there is none of that name or it is damaged
   */
  ByteBuffer read(String name) {
    return find(name).orElseThrow(() -> fault("the entry %s is missing".formatted(name)));
  }

  /** Content of an entry as text. */
  String text(String name) {
    return StandardCharsets.UTF_8.decode(read(name)).toString();
  }

  /** What to throw when the file is not as it should be. */
  UserException fault(String what) {
    return new UserException(
        "%s cannot be read as a PyTorch archive: %s; export it again".formatted(file, what));
  }

  private ByteBuffer content(Entry entry) {
    ByteBuffer raw = bytes.slice((int) entry.start(), (int) entry.compressed());
    ByteBuffer content = entry.method() == ZipEntry.STORED ? raw : inflate(entry, raw);
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    if (crc.getValue() != entry.crc()) {
      throw fault("the entry %s is damaged (its checksum differs)".formatted(entry.name()));
    }
    return content.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer inflate(Entry entry, ByteBuffer raw) {
    inflated += entry.size();
    if (entry.size() > MAX_INFLATED_ENTRY || inflated > MAX_INFLATED_TOTAL) {
      throw fault(
          "the entry %s would inflate to %d bytes; compressed entries may have %d, all together %d"
              .formatted(entry.name(), entry.size(), MAX_INFLATED_ENTRY, MAX_INFLATED_TOTAL));
    }
    byte[] out = new byte[(int) entry.size()];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(raw);
      int filled = 0;
      while (filled < out.length) {
        int n = inflater.inflate(out, filled, out.length - filled);
        if (n == 0) {
          throw fault("the entry %s ends early".formatted(entry.name()));
        }
        filled += n;
      }
      if (inflater.inflate(new byte[1]) != 0) {
        throw fault("the entry %s is larger than it states".formatted(entry.name()));
      }
    } catch (DataFormatException e) {
      throw fault("the entry %s is damaged (%s)".formatted(entry.name(), e.getMessage()));
    } finally {
      inflater.end();
    }
    return ByteBuffer.wrap(out);
  }

  private Map<String, Entry> directory() {
    Map<String, Entry> found = new LinkedHashMap<>();
    long end = 0;
    try (BoundedChannel headers = new BoundedChannel(bytes, MAX_HEADERS, this::tooManyHeaders);
        ZipFile zip =
            ZipFile.builder()
                .setSeekableByteChannel(headers)
                .setUseUnicodeExtraFields(false)
                .get()) {
      for (ZipArchiveEntry stated : Collections.list(zip.getEntriesInPhysicalOrder())) {
        Entry entry = entry(stated);
        // Overlapping entries are how a small file claims to hold much.
        if (stated.getLocalHeaderOffset() < end) {
          throw fault("its entries overlap");
        }
        end = entry.start() + entry.compressed();
        if (found.put(entry.name(), entry) != null) {
          throw fault("the entry %s is there twice".formatted(entry.name()));
        }
        if (found.size() > MAX_ENTRIES) {
          throw fault("it has more than %d entries".formatted(MAX_ENTRIES));
        }
      }
    } catch (IOException | IllegalArgumentException damaged) {
      throw fault("it is no zip file, or one that was damaged or cut off");
    }
    return found;
  }

  private UserException tooManyHeaders() {
    return fault("its directory is longer than %d bytes".formatted(MAX_HEADERS));
  }

  private Entry entry(ZipArchiveEntry stated) {
    Entry entry =
        new Entry(
            stated.getName(),
            stated.getMethod(),
            stated.getCrc(),
            stated.getDataOffset(),
            stated.getCompressedSize(),
            stated.getSize());
    if (entry.name().isEmpty() || UNSAFE_NAME.matcher(entry.name()).find()) {
      throw fault("it has an entry of the unsafe name '%s'".formatted(printable(entry.name())));
    }
    if (stated.getGeneralPurposeBit().usesEncryption()) {
      throw fault("the entry %s is encrypted".formatted(entry.name()));
    }
    if (entry.method() != ZipEntry.STORED && entry.method() != ZipEntry.DEFLATED) {
      throw fault(
          "the entry %s is compressed by method %d, only stored and deflated ones are read"
              .formatted(entry.name(), entry.method()));
    }
    boolean differs = entry.method() == ZipEntry.STORED && entry.size() != entry.compressed();
    if (entry.compressed() < 0 || entry.size() < 0 || differs) {
      throw fault("the entry %s states impossible sizes".formatted(entry.name()));
    }
    if (entry.compressed() > bytes.limit() - entry.start()) {
      throw fault("the entry %s goes beyond the end of the file".formatted(entry.name()));
    }
    return entry;
  }

  private static Map<String, Entry> withoutCommonFolder(Map<String, Entry> entries) {
    Optional<String> folder =
        entries.keySet().stream().findFirst().map(name -> name.substring(0, name.indexOf('/') + 1));
    if (folder.isEmpty()
        || folder.get().isEmpty()
        || !entries.keySet().stream().allMatch(name -> name.startsWith(folder.get()))) {
      return entries;
    }
    Map<String, Entry> relative = new LinkedHashMap<>();
    entries.forEach((name, entry) -> relative.put(name.substring(folder.get().length()), entry));
    return relative;
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}
