package org.saccade.network.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.saccade.UserException;
import org.saccade.network.ImportOptions;
import org.saccade.network.ModelReader;

/**
 * Damages model files of all kinds in every way that comes to mind: whatever happens, the importers
 * answer with a network or with a documented error, soon, and within bounded memory.
 *
 * <p>Run with {@code ./mvnw verify -Dsoak -Dtest=ImporterFuzzTest}.
 */
@Tag("soak")
class ImporterFuzzTest {
  private static final int CASES = 24_000;
  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** Heap that a case may leave in use; the largest model here has 60 KB of weights. */
  private static final long MOST_MEMORY = 1L << 30;

  private static final String FOLDER = "/org/saccade/network/architectures/";
  private static final List<String> MODELS =
      List.of("resnet-basic", "convnext", "shufflenet-v2", "googlenet", "hrnet", "text-cnn");
  private static final List<String> KINDS = List.of("onnx", "pt2", "pt");
  private static final List<String> EVIL_NAMES =
      List.of("../../evil", "/etc/passwd", "C:\\evil", "a/../../b", "nul\u0000l", "");
  private static final List<String> EVIL_NUMBERS =
      List.of("-1", "0", "2147483647", "9223372036854775807", "1e308", "\"x\"", "null", "[]", "{}");

  @TempDir Path folder;

  private final Random random = new Random(20260101);
  private byte[] bomb;
  private int read;
  private int refused;

  @Test
  void damagedFilesGiveDocumentedErrorsSoon() throws IOException {
    List<byte[]> models = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    for (String model : MODELS) {
      for (String kind : KINDS) {
        try (InputStream in =
            new GZIPInputStream(
                getClass().getResourceAsStream(FOLDER + model + "." + kind + ".gz"))) {
          models.add(in.readAllBytes());
          kinds.add(kind);
        }
      }
    }
    byte[] zeros = new byte[ZipArchive.MAX_INFLATED_ENTRY + 1];
    bomb = archive(Map.of("models/model.json", zeros, "data.pkl", zeros, "code/x.py", zeros));
    for (int i = 0; i < CASES; i++) {
      int model = random.nextInt(models.size());
      String kind = kinds.get(model);
      check(damaged(models.get(model), kind), kind, i);
    }
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    assertThat(runtime.totalMemory() - runtime.freeMemory()).isLessThan(MOST_MEMORY);
    assertThat(read + refused).isEqualTo(CASES);
    assertThat(refused).as("cases that were refused").isGreaterThan(CASES / 2);
    assertThat(read).as("cases that were harmless").isPositive();
  }

  private void check(byte[] bytes, String kind, int number) throws IOException {
    Path file = folder.resolve("case." + kind);
    Files.write(file, bytes);
    Instant start = Instant.now();
    try {
      ModelReader.read(file, ImportOptions.defaults());
      read++;
    } catch (UserException documented) {
      assertThat(documented.getMessage()).as("case %d", number).isNotBlank();
      refused++;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError undocumented) {
      Path kept = Path.of("target", "fuzz-case-" + number + "." + kind);
      Files.write(kept, bytes);
      throw new AssertionError("case %d, kept as %s".formatted(number, kept), undocumented);
    }
    Duration took = Duration.between(start, Instant.now());
    assertThat(took).as("case %d", number).isLessThan(LONGEST);
  }

  private byte[] damaged(byte[] model, String kind) throws IOException {
    int choice = random.nextInt(10);
    if (choice == 0) {
      return truncated(model);
    }
    if (choice <= 2 || kind.equals("onnx")) {
      return flipped(model);
    }
    return damagedInside(model);
  }

  private byte[] truncated(byte[] bytes) {
    return Arrays.copyOf(bytes, random.nextInt(bytes.length));
  }

  private byte[] flipped(byte[] bytes) {
    byte[] damaged = bytes.clone();
    int flips = 1 + random.nextInt(8);
    for (int i = 0; i < flips; i++) {
      // Headers and directories lie at both ends.
      int at =
          switch (random.nextInt(3)) {
            case 0 -> random.nextInt(Math.min(2000, damaged.length));
            case 1 -> damaged.length - 1 - random.nextInt(Math.min(2000, damaged.length));
            default -> random.nextInt(damaged.length);
          };
      damaged[at] =
          random.nextBoolean()
              ? (byte) random.nextInt()
              : (byte) (damaged[at] ^ (1 << random.nextInt(8)));
    }
    return damaged;
  }

  /** Damages an entry and writes a proper archive around it, so that checksums do not save us. */
  private byte[] damagedInside(byte[] model) throws IOException {
    Map<String, byte[]> entries = entries(model);
    List<String> texts =
        entries.keySet().stream()
            .filter(name -> name.endsWith(".json") || name.endsWith(".py") || name.endsWith(".pkl"))
            .toList();
    String name = texts.get(random.nextInt(texts.size()));
    switch (random.nextInt(8)) {
      case 0 -> entries.remove(name);
      case 1 -> entries.put(name, truncated(entries.get(name)));
      case 2 -> entries.put(name, flipped(entries.get(name)));
      case 3 -> entries.put(EVIL_NAMES.get(random.nextInt(EVIL_NAMES.size())), new byte[3]);
      case 4 -> entries.put(name, withOtherNumber(entries.get(name)));
      case 5 -> entries.put(name, withSwappedTokens(entries.get(name)));
      case 6 -> {
        return bomb;
      }
      default -> entries.put(name, withRepeatedPart(entries.get(name)));
    }
    return archive(entries);
  }

  private byte[] withOtherNumber(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    List<Integer> digits = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      if (Character.isDigit(text.charAt(i))) {
        digits.add(i);
      }
    }
    if (digits.isEmpty()) {
      return content;
    }
    int at = digits.get(random.nextInt(digits.size()));
    String number = EVIL_NUMBERS.get(random.nextInt(EVIL_NUMBERS.size()));
    return (text.substring(0, at) + number + text.substring(at + 1))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Puts one quoted or plain word in the place of another: wrong types, cycles, missing names. */
  private byte[] withSwappedTokens(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    String[] words = text.split("(?<=\\W)|(?=\\W)", -1);
    if (words.length < 2) {
      return content;
    }
    int a = random.nextInt(words.length);
    int b = random.nextInt(words.length);
    String kept = words[a];
    words[a] = words[b];
    words[b] = kept;
    return String.join("", words).getBytes(StandardCharsets.ISO_8859_1);
  }

  private byte[] withRepeatedPart(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    if (text.isEmpty()) {
      return content;
    }
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + 1 + random.nextInt(40));
    String part = text.substring(from, to).repeat(1 + random.nextInt(300));
    return (text.substring(0, from) + part + text.substring(to))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Map<String, byte[]> entries(byte[] model) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    ZipArchive archive = ZipArchive.of("model", ByteBuffer.wrap(model));
    for (String name : archive.names()) {
      ByteBuffer content = archive.read(name);
      byte[] bytes = new byte[content.remaining()];
      content.get(bytes);
      entries.put(name, bytes);
    }
    return entries;
  }

  private static byte[] archive(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        boolean weights = entry.getKey().contains("data/") || entry.getKey().contains("weights/");
        ZipEntry header = new ZipEntry("model/" + entry.getKey());
        if (weights) {
          CRC32 crc = new CRC32();
          crc.update(entry.getValue());
          header.setMethod(ZipEntry.STORED);
          header.setSize(entry.getValue().length);
          header.setCrc(crc.getValue());
        }
        zip.putNextEntry(header);
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }
}
