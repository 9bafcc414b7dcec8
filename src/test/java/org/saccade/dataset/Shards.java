package org.saccade.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes archives for tests, and lists and reads them with what is under test. */
final class Shards {
  static final Configuration HADOOP = new Configuration();

  private Shards() {}

  /** A tar file being written. */
  static final class Tar {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream out =
        new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name());

    Tar() {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    Tar longNamesAsGnu() {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
      return this;
    }

    Tar add(String name, String content) throws IOException {
      return add(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Tar add(String name, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      out.putArchiveEntry(entry);
      out.write(content);
      out.closeArchiveEntry();
      return this;
    }

    Tar link(String name, byte kind, String to) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, kind);
      entry.setLinkName(to);
      out.putArchiveEntry(entry);
      out.closeArchiveEntry();
      return this;
    }

    byte[] bytes() throws IOException {
      out.finish();
      return bytes.toByteArray();
    }

    Path write(Path file) throws IOException {
      byte[] content = bytes();
      Files.createDirectories(file.getParent());
      return Files.write(
          file, FileKind.isCompressedTar(file.getFileName().toString()) ? gzip(content) : content);
    }
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  /** Writes a Parquet file with a row per filler; small row groups, so that there are several. */
  static Path parquet(Path file, String schema, List<Consumer<Group>> rows) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    Files.createDirectories(file.getParent());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(HADOOP)
            .withType(type)
            .withRowGroupSize(4096L)
            .withMinRowCountForPageSizeCheck(1)
            .build()) {
      for (Consumer<Group> row : rows) {
        Group group = new SimpleGroupFactory(type).newGroup();
        row.accept(group);
        writer.write(group);
      }
    }
    return file;
  }

  static List<ImageReference> list(Path location) {
    return list(location.toString());
  }

  /** All images at a location, in the order of parts and listings. */
  static List<ImageReference> list(String location) {
    List<ImageReference> images = new ArrayList<>();
    for (ImagePart part : ImageSource.open(location, HADOOP).parts()) {
      try (ImageListing listing = part.list(HADOOP)) {
        listing.forEachRemaining(images::add);
      }
    }
    return images;
  }

  static List<String> ids(List<ImageReference> images) {
    return images.stream().map(ImageReference::imageId).toList();
  }

  /** The text of every image, or what is said of it instead. */
  static List<String> texts(List<ImageReference> images) {
    try (ImageReader reader = new ImageReader(HADOOP)) {
      return images.stream().map(image -> text(reader, image)).toList();
    }
  }

  private static String text(ImageReader reader, ImageReference image) {
    try {
      return new String(reader.read(image), StandardCharsets.UTF_8);
    } catch (UnreadableImageException e) {
      return e.fault() + ": " + e.getMessage();
    }
  }
}
