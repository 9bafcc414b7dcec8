package org.saccade.network.torch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.saccade.UserException;

/**
 * A zip file as PyTorch writes them, read without trusting it: the number of entries, their names
 * and their sizes are bounded before anything is allocated, and what is read must have the checksum
 * the file states. Nothing is ever written to disk.
 *
 * <p>Names are relative to the single folder that {@code torch.save} puts everything in, where
 * there is one. Stored entries are views of the file; only deflated ones occupy memory.
 *
 * <p>Source: PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory),
 * 4.3.14 to 4.3.16 (end records) and 4.5.3 (Zip64 extra field).
 */
final class ZipArchive {
  static final int MAX_ENTRIES = 100_000;
  static final int MAX_INFLATED_ENTRY = 64 << 20;
  static final long MAX_INFLATED_TOTAL = 256L << 20;

  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END_RECORD = 0x06054b50;
  private static final int ZIP64_END_RECORD = 0x06064b50;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int END_RECORD_SIZE = 22;
  private static final int LOCAL_HEADER_SIZE = 30;
  private static final int CENTRAL_HEADER_SIZE = 46;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ENCRYPTED = 1;

  /** Absolute, drive-letter, backslash and dot-dot names, and control characters. */
  private static final Pattern UNSAFE_NAME =
      Pattern.compile("^/|^[A-Za-z]:|\\\\|(^|/)\\.\\.?(/|$)|\\p{Cntrl}");

  private record Entry(
      String name, int method, int flags, int crc, long compressed, long size, long header) {}

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

  /** Names of all entries, in the order of the file's directory. */
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
    int at = Math.toIntExact(dataStart(entry));
    ByteBuffer raw = slice(at, Math.toIntExact(entry.compressed()));
    ByteBuffer content = entry.method() == STORED ? raw : inflate(entry, raw);
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    if ((int) crc.getValue() != entry.crc()) {
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

  /** Where an entry's data begins, which only its local header tells. */
  private long dataStart(Entry entry) {
    ByteBuffer header = slice(entry.header(), LOCAL_HEADER_SIZE);
    if (header.getInt(0) != LOCAL_HEADER) {
      throw fault("the entry %s is not where the directory says".formatted(entry.name()));
    }
    int nameLength = Short.toUnsignedInt(header.getShort(26));
    int extraLength = Short.toUnsignedInt(header.getShort(28));
    return entry.header() + LOCAL_HEADER_SIZE + nameLength + extraLength;
  }

  private Map<String, Entry> directory() {
    ByteBuffer end = endRecord();
    long count = Short.toUnsignedInt(end.getShort(10));
    long offset = Integer.toUnsignedLong(end.getInt(16));
    int endPosition = bytes.limit() - end.limit();
    if (endPosition >= 20 && bytes.getInt(endPosition - 20) == ZIP64_LOCATOR) {
      ByteBuffer zip64 = slice(bytes.getLong(endPosition - 12), 56);
      if (zip64.getInt(0) != ZIP64_END_RECORD) {
        throw fault("its directory is damaged");
      }
      count = zip64.getLong(32);
      offset = zip64.getLong(48);
    }
    if (count < 0 || count > MAX_ENTRIES) {
      throw fault("it states %d entries, at most %d are read".formatted(count, MAX_ENTRIES));
    }
    Map<String, Entry> found = new LinkedHashMap<>();
    long compressedTotal = 0;
    for (long i = 0; i < count; i++) {
      ByteBuffer header = slice(offset, CENTRAL_HEADER_SIZE);
      if (header.getInt(0) != CENTRAL_HEADER) {
        throw fault("its directory is damaged");
      }
      int nameLength = Short.toUnsignedInt(header.getShort(28));
      int extraLength = Short.toUnsignedInt(header.getShort(30));
      int commentLength = Short.toUnsignedInt(header.getShort(32));
      Entry entry =
          entry(
              header,
              slice(offset + CENTRAL_HEADER_SIZE, nameLength),
              slice(offset + CENTRAL_HEADER_SIZE + nameLength, extraLength));
      check(entry);
      // Overlapping entries are how a small file claims to hold much.
      compressedTotal += entry.compressed();
      if (compressedTotal > bytes.limit()) {
        throw fault("its entries overlap");
      }
      if (found.put(entry.name(), entry) != null) {
        throw fault("the entry %s is there twice".formatted(entry.name()));
      }
      offset += CENTRAL_HEADER_SIZE + nameLength + extraLength + commentLength;
    }
    return found;
  }

  private Entry entry(ByteBuffer header, ByteBuffer name, ByteBuffer extra) {
    long compressed = Integer.toUnsignedLong(header.getInt(20));
    long size = Integer.toUnsignedLong(header.getInt(24));
    long local = Integer.toUnsignedLong(header.getInt(42));
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      int next = extra.position() + length;
      if (id == 1) {
        ByteBuffer fields = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        size = wide(size, fields);
        compressed = wide(compressed, fields);
        local = wide(local, fields);
      }
      extra.position(next);
    }
    return new Entry(
        StandardCharsets.UTF_8.decode(name).toString(),
        Short.toUnsignedInt(header.getShort(10)),
        Short.toUnsignedInt(header.getShort(8)),
        header.getInt(16),
        compressed,
        size,
        local);
  }

  /** A Zip64 field stands in for a 32-bit one that is all ones. */
  private static long wide(long narrow, ByteBuffer fields) {
    return narrow == 0xFFFFFFFFL && fields.remaining() >= 8 ? fields.getLong() : narrow;
  }

  private void check(Entry entry) {
    if (entry.name().isEmpty() || UNSAFE_NAME.matcher(entry.name()).find()) {
      throw fault("it has an entry of the unsafe name '%s'".formatted(printable(entry.name())));
    }
    if ((entry.flags() & ENCRYPTED) != 0) {
      throw fault("the entry %s is encrypted".formatted(entry.name()));
    }
    if (entry.method() != STORED && entry.method() != DEFLATED) {
      throw fault(
          "the entry %s is compressed by method %d, only stored and deflated ones are read"
              .formatted(entry.name(), entry.method()));
    }
    if (entry.compressed() < 0
        || entry.size() < 0
        || (entry.method() == STORED && entry.size() != entry.compressed())) {
      throw fault("the entry %s states impossible sizes".formatted(entry.name()));
    }
  }

  /** The end record, which is found from the back because a comment may follow it. */
  private ByteBuffer endRecord() {
    int lowest = Math.max(0, bytes.limit() - END_RECORD_SIZE - 0xFFFF);
    for (int at = bytes.limit() - END_RECORD_SIZE; at >= lowest; at--) {
      if (bytes.getInt(at) == END_RECORD) {
        return slice(at, bytes.limit() - at);
      }
    }
    throw fault("it is no zip file, or one that was cut off");
  }

  private ByteBuffer slice(long offset, int length) {
    if (offset < 0 || offset > bytes.limit() - length) {
      throw fault("it was cut off or its directory is damaged");
    }
    return bytes.slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN);
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
