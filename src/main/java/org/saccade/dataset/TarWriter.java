package org.saccade.dataset;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.saccade.dataset.EntryNames.EntryName;

/**
 * Writes a tar file for {@link TarListing}: a label, where there is one, comes before its image.
 */
final class TarWriter implements ShardWriter {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int READABLE_BY_ALL = 0100644;

  private final TarArchiveOutputStream out;
  private final EntryNames names = new EntryNames();

  TarWriter(Path file, Configuration hadoop) throws IOException {
    out =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Storage.of(file, hadoop).create(file, true), BUFFER_BYTES),
            StandardCharsets.UTF_8.name());
    out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    out.setAddPaxHeadersForNonAsciiNames(true);
  }

  @Override
  public void add(ImageReference image, byte[] bytes) throws IOException {
    EntryName name = names.of(image, bytes);
    if (image.label().isPresent()) {
      String label = Integer.toString(image.label().getAsInt());
      add(name.key() + ".cls", label.getBytes(StandardCharsets.UTF_8));
    }
    add(name.path(), bytes);
  }

  private void add(String name, byte[] content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
    entry.setSize(content.length);
    entry.setMode(READABLE_BY_ALL);
    // Nothing that depends on when and by whom the file is written.
    entry.setModTime(FileTime.fromMillis(0));
    entry.setIds(0, 0);
    entry.setNames("", "");
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
