package org.saccade.network.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.saccade.UserException;

class ZipArchiveTest {

  @TempDir Path folder;

  @Test
  void namesAreRelativeToTheOnlyFolder() throws IOException {
    ZipArchive archive = open(zip(Map.of("net/version", "3", "net/data/0", "abc")));

    assertThat(archive.names()).containsExactlyInAnyOrder("version", "data/0");
    assertThat(archive.text("data/0")).isEqualTo("abc");
  }

  @Test
  void namesStayAsTheyAreWithoutACommonFolder() throws IOException {
    ZipArchive archive = open(zip(Map.of("version", "3", "data/0", "abc")));

    assertThat(archive.names()).containsExactlyInAnyOrder("version", "data/0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../evil", "a/../../evil", "/etc/evil", "C:/evil", "a\\..\\evil", "a\u0000b"})
  void entriesThatPointOutsideAreRefused(String name) throws IOException {
    byte[] bytes = zip(Map.of(name, "x", "ok", "y"));

    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("unsafe name");
  }

  @Test
  void anEntryThatIsThereTwiceIsRefused() throws IOException {
    byte[] bytes = zip(Map.of("entry-a", "x", "entry-b", "y"));
    replaceAll(bytes, "entry-b", "entry-a");

    assertThatThrownBy(() -> open(bytes)).hasMessageContaining("entry-a is there twice");
  }

  @Test
  void aZipBombIsRefusedBeforeItInflates() throws IOException {
    byte[] zeros = new byte[ZipArchive.MAX_INFLATED_ENTRY + 1];
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("bomb"));
      zip.write(zeros);
    }
    assertThat(out.size()).isLessThan(100_000);
    ZipArchive archive = open(out.toByteArray());

    assertThatThrownBy(() -> archive.read("bomb"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("would inflate to " + zeros.length);
  }

  @Test
  void anEntryThatStatesLessThanItHoldsIsRefused() throws IOException {
    byte[] bytes = zip(Map.of("entry", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(centralHeader(bytes) + 24, 10);
    ZipArchive archive = open(bytes);

    assertThatThrownBy(() -> archive.read("entry")).hasMessageContaining("larger than it states");
  }

  @Test
  void entriesThatOverlapAreRefused() throws IOException {
    byte[] bytes = zip(Map.of("one", "x".repeat(50), "two", "y".repeat(50)));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int compressed = centralHeader(bytes) + 20;
    buffer.putInt(compressed, buffer.getInt(compressed) + 20);

    assertThatThrownBy(() -> open(bytes)).hasMessageContaining("overlap");
  }

  @Test
  void anEncryptedEntryIsNamed() throws IOException {
    byte[] bytes = zip(Map.of("entry", "x"));
    bytes[centralHeader(bytes) + 8] |= 1;

    assertThatThrownBy(() -> open(bytes)).hasMessageContaining("entry is encrypted");
  }

  @Test
  void moreEntriesThanAllowedAreRefused() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i <= ZipArchive.MAX_ENTRIES; i++) {
        zip.putNextEntry(new ZipEntry(Integer.toString(i)));
      }
    }

    assertThatThrownBy(() -> open(out.toByteArray())).hasMessageContaining("more than 100000");
  }

  @Test
  void moreHeadersThanAllowedAreRefusedBeforeTheyAreKept() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < ZipArchive.MAX_HEADERS / 60_000 + 1; i++) {
        ZipEntry entry = new ZipEntry("entry-" + i);
        entry.setComment("x".repeat(60_000));
        zip.putNextEntry(entry);
      }
    }

    assertThatThrownBy(() -> open(out.toByteArray()))
        .hasMessageContaining("longer than " + ZipArchive.MAX_HEADERS);
  }

  @Test
  void aFlippedBitIsNoticed() throws IOException {
    byte[] bytes = stored("entry", "some weights");
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("some weights");
    bytes[at] ^= 1;
    ZipArchive archive = open(bytes);

    assertThatThrownBy(() -> archive.read("entry")).hasMessageContaining("checksum differs");
  }

  @Test
  void aFileThatWasCutOffIsNamed() throws IOException {
    byte[] bytes = zip(Map.of("entry", "x"));
    Path file = folder.resolve("net.pt2");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 10));

    assertThatThrownBy(() -> ZipArchive.open(file))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("net.pt2")
        .hasMessageContaining("cut off");
  }

  @Test
  void anUnknownCompressionIsNamed() throws IOException {
    byte[] bytes = zip(Map.of("entry", "x"));
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(centralHeader(bytes) + 10, (short) 93);

    assertThatThrownBy(() -> open(bytes)).hasMessageContaining("method 93");
  }

  private static ZipArchive open(byte[] bytes) {
    return ZipArchive.of("net.pt2", ByteBuffer.wrap(bytes));
  }

  private static byte[] zip(Map<String, String> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  private static byte[] stored(String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(entry);
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private static int centralHeader(byte[] zip) {
    return new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
  }

  private static void replaceAll(byte[] bytes, String old, String now) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1).replace(old, now);
    byte[] replaced = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(replaced, 0, bytes, 0, bytes.length);
  }
}
